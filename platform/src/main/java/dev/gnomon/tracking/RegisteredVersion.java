package dev.gnomon.tracking;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A version of a registered model.
///
/// @param version from 1; a number is never used again
/// @param source where its files lie: `runs:/…`, `models:/…`, `mlflow-artifacts:/…`, or a storage
///   URI
/// @param status `READY`, `PENDING_REGISTRATION` or `FAILED_REGISTRATION`
/// @param modelId the logged model it was made of
public record RegisteredVersion(
    String model,
    int version,
    long created,
    long updated,
    String user,
    Stage stage,
    String description,
    String source,
    @Nullable String runId,
    @Nullable String runLink,
    String status,
    String statusMessage,
    Map<String, String> tags,
    List<String> aliases,
    @Nullable String modelId) {}
