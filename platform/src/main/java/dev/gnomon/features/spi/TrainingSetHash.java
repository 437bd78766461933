package dev.gnomon.features.spi;

import dev.gnomon.data.Column;
import dev.gnomon.data.Table;
import dev.gnomon.features.internal.SetHash;
import dev.gnomon.schema.Schema;

/// The content hash of a training set, of rows as they pass in batches of any size.
public final class TrainingSetHash {
  private final SetHash hash;

  /// @param row the values of an observation, without key, time and label
  public TrainingSetHash(String keyName, Schema row) {
    this.hash = new SetHash(keyName, row);
  }

  /// Adds rows in the order of the training set: by time, then by key.
  public void add(Column.Texts keys, long[] observedAt, Table rows, double[] labels) {
    hash.add(keys, observedAt, rows, labels);
  }

  /// Of all that was added; asked once, at the end.
  public String finish() {
    return hash.finish();
  }
}
