package dev.gnomon.features;

import dev.gnomon.data.Column;
import dev.gnomon.data.Table;
import java.util.Map;

/// Observations x features x label, point-in-time correct, sorted by (observed at, key).
///
/// @param keyName the name of the key in the observations table or population source
/// @param keys one per observation; codes into a dictionary
/// @param observedAt microseconds; for a flat table all 0
/// @param rows under [FeaturePlan#row()]: the model inputs first, then columns kept only for costs,
///   segments, protected attributes and derived expressions
/// @param labels 0 or 1 (a number for regression); NaN where what turned out is not known
/// @param horizonMicros 0 when the label is a column
/// @param asOfMicros up to when outcomes were known
/// @param unlabelled why labels are missing: reason to count (for people)
/// @param hash SHA-256 over names, types and values in order; the same for any thread count, batch
///   size and file order
public record TrainingSet(
    FeaturePlan plan,
    String keyName,
    Column.Texts keys,
    long[] observedAt,
    Table rows,
    double[] labels,
    long horizonMicros,
    long asOfMicros,
    Map<String, Long> unlabelled,
    String hash) {
  public int size() {
    return observedAt.length;
  }
}
