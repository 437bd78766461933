package dev.gnomon.tracking;

import java.util.Map;

/// A named group of runs; MLflow calls it an experiment.
///
/// @param id decimal digits; [#DEFAULT] is always there
/// @param artifactLocation where artifacts of its runs lie, for example `mlflow-artifacts:/7`
/// @param created milliseconds since the epoch, as all times of tracking
/// @param tags by key, sorted
public record Study(
    String id,
    String name,
    String artifactLocation,
    boolean deleted,
    long created,
    long updated,
    Map<String, String> tags) {
  /// The id of the study `Default`.
  public static final String DEFAULT = "0";
}
