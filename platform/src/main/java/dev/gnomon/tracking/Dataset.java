package dev.gnomon.tracking;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A data set that a run read.
public record Dataset(
    String name,
    String digest,
    String sourceType,
    String source,
    @Nullable String schema,
    @Nullable String profile) {
  /// A data set with what the run says of its use, for example `mlflow.data.context: training`.
  public record Input(Dataset dataset, Map<String, String> tags) {}

  /// A data set as it stands in lists of a study.
  public record Summary(String studyId, String name, String digest, @Nullable String context) {}
}
