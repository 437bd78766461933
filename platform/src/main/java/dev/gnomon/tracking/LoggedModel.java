package dev.gnomon.tracking;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A model that a run wrote (MLflow 3).
///
/// @param id `m-` and 32 hexadecimal digits
/// @param status `LOGGED_MODEL_PENDING`, `LOGGED_MODEL_READY` or `LOGGED_MODEL_UPLOAD_FAILED`
public record LoggedModel(
    String id,
    String studyId,
    String name,
    long created,
    long updated,
    String artifactUri,
    String status,
    @Nullable String modelType,
    @Nullable String sourceRunId,
    Map<String, String> tags,
    Map<String, String> params,
    List<Metric> metrics,
    List<Registration> registrations) {
  /// A registered version made of it.
  public record Registration(String model, int version) {}
}
