package dev.gnomon.data;

import java.util.Optional;

/// A pass over a source, batch by batch. Text columns of all batches share one dictionary per
/// column.
public interface TableScan extends AutoCloseable {
  /// No rows.
  TableScan EMPTY =
      new TableScan() {
        @Override
        public Optional<Table> next() {
          return Optional.empty();
        }

        @Override
        public void close() {}
      };

  /// The next batch, or empty at the end. Batches hold at least one row; their size is the reader's
  /// choice.
  Optional<Table> next();

  /// Later batches may come under new dictionaries: for a reader that keeps no codes, so that texts
  /// that never repeat don't fill the memory.
  default void forgetTexts() {}

  /// When each row of the last batch became known, microseconds, where the source has no column for
  /// that and it was not the event time: rows that were posted.
  default Optional<long[]> arrivals() {
    return Optional.empty();
  }

  /// When each row of the last batch was posted, microseconds; empty for rows of files. Unlike
  /// [#arrivals] also where the source says itself when a row became known.
  default Optional<long[]> posted() {
    return Optional.empty();
  }

  /// Where each row of the last batch lies in the log of its source; empty for rows of files.
  default Optional<long[]> positions() {
    return Optional.empty();
  }

  @Override
  void close();
}
