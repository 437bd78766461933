package dev.gnomon.features;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.log.LogReader;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.schema.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// The rows that were posted or streamed to a source, from its log in the order of arrival:
/// computed columns added, known-at stamped, rows that `where` excludes left out. A cursor, for one
/// thread.
final class PostedRows implements AutoCloseable {
  private final ArrivingRows rows;
  private final LogReader log;
  private final FeatureRow row;
  private int number = -1;

  PostedRows(SourceSpec spec, Schema schema, Path directory) {
    this(spec, schema, directory, SegmentedLog.START, Long.MAX_VALUE);
  }

  /// @param from a position that the log gave out, inclusive
  /// @param to exclusive
  PostedRows(SourceSpec spec, Schema schema, Path directory, long from, long to) {
    this.rows = new ArrivingRows(spec, schema);
    this.row = new FeatureRow(schema);
    try {
      this.log = LogReader.of(directory, from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SourceSpec spec() {
    return rows.spec();
  }

  /// Moves to the next row; false at the end.
  boolean next() {
    try {
      while (log.next()) {
        if (!rows.logged(log.type(), log.bytes(), log.time(), row)) {
          continue; // also a row of a column that is no more: serving leaves it out too
        }
        number++;
        if (rows.holds(row)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The current row; changes with [#next].
  FeatureRow row() {
    return row;
  }

  /// When it arrived, microseconds.
  long arrival() {
    return log.time();
  }

  /// Where it stands in the log.
  long position() {
    return log.position();
  }

  /// Its place in the log, from 0.
  int number() {
    return number;
  }

  @Override
  public void close() {
    try {
      log.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
