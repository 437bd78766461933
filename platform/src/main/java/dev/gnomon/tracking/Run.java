package dev.gnomon.tracking;

import java.util.List;
import java.util.Map;

/// One training, or whatever else a client measures.
///
/// @param metrics one per key: the greatest by step, then timestamp, then value; by key
/// @param params by key, sorted
/// @param tags by key, sorted
/// @param models ids of the logged models that the run read
/// @param outputs the logged models that it made
public record Run(
    RunInfo info,
    List<Metric> metrics,
    Map<String, String> params,
    Map<String, String> tags,
    List<Dataset.Input> datasets,
    List<String> models,
    List<Output> outputs) {
  /// A logged model that a run made at a step.
  public record Output(String modelId, long step) {}
}
