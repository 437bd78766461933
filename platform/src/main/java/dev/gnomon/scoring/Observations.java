package dev.gnomon.scoring;

import dev.gnomon.data.Column;
import dev.gnomon.data.Table;
import java.util.Optional;

/// What is to be scored: rows in a fixed order, read as often as needed in chunks of a fixed size.
interface Observations {
  /// The name of the key column in what is written.
  String keyName();

  /// Whether each row has a time of its own worth writing.
  boolean timed();

  /// Changes whenever a row of it does.
  String identity();

  /// How many there are; 0 if that is not known yet.
  long size();

  /// A pass from the first row on.
  ///
  /// @param chunk rows per chunk; only the last has fewer
  Pass open(int chunk);

  /// A pass over the rows.
  interface Pass extends AutoCloseable {
    /// The next chunk, or empty at the end.
    ///
    /// @throws dev.gnomon.core.BadInput at the end, when rows had to be left out
    Optional<Chunk> next();

    @Override
    void close();
  }

  /// Rows that follow one another.
  ///
  /// @param at the time of each row, microseconds
  /// @param rows every value needed to decide
  record Chunk(Column.Texts keys, long[] at, Table rows) {
    int size() {
      return at.length;
    }
  }
}
