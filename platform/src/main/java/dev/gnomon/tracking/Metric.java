package dev.gnomon.tracking;

import org.jspecify.annotations.Nullable;

/// A measurement of a run.
///
/// @param value NaN is kept; infinities are stored as plus or minus [Double#MAX_VALUE]
/// @param timestamp milliseconds since the epoch
/// @param modelId the logged model it was measured on
/// @param datasetName the data set it was measured on, with its digest
public record Metric(
    String key,
    double value,
    long timestamp,
    long step,
    @Nullable String modelId,
    @Nullable String datasetName,
    @Nullable String datasetDigest) {
  public Metric(String key, double value, long timestamp, long step) {
    this(key, value, timestamp, step, null, null, null);
  }
}
