package dev.gnomon.features.internal;

import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures.Ingested;
import dev.gnomon.features.OnlineFeatures.Size;
import dev.gnomon.schema.Row;

/// Where online features are kept: in this process, or where several nodes share them.
public sealed interface OnlineState extends AutoCloseable permits OnlineStore, SharedStore {
  boolean uses(String source);

  /// The oldest time a read may ask for; missing before any arrival.
  long answerable();

  /// Takes in a row as it arrives, subject to the source's `where`.
  Ingested ingest(String source, Row row, long arrivedAt);

  /// Takes in a row that a reader of the source gave.
  Ingested replay(String source, Row row, long arrivedAt);

  /// No end of the time to read but the usual.
  long USUAL = Long.MAX_VALUE;

  /// Fills all features; returns whether anything was ever taken in for the key.
  ///
  /// @param until when there is no more time, by the clock of `System::nanoTime`, or [#USUAL]; not
  ///   looked at in this process
  boolean read(String key, long at, FeatureRow out, long until);

  /// Fills the features of further entities again, by the keys that the row holds now.
  void readOthers(String key, long at, FeatureRow out, long until);

  /// The newest event time of a key in a source as of a time; missing for none, and for sources of
  /// further entities.
  long newest(String source, String key, long at);

  boolean knows(String key);

  void derive(FeatureRow row, long at);

  /// Forgets everything of a key of an entity.
  void erase(String entity, String key);

  Size size();

  @Override
  void close();
}
