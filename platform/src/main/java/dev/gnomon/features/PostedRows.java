package dev.gnomon.features;

import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.expression.Expression;
import dev.gnomon.log.LogReader;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.schema.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The rows that were posted to a source, from its log in the order of arrival: computed columns
/// added, known-at stamped, rows that `where` excludes left out. A cursor, for one thread.
final class PostedRows implements AutoCloseable {
  private static final int EVENT = 1;

  private final SourceSpec spec;
  private final EventJson json;
  private final LogReader log;
  private final FeatureRow row;
  private final Map<Integer, Expression.Bound> computed = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private final int knownAt;
  private final Expression.Bound[] where;
  private int number = -1;

  PostedRows(SourceSpec spec, Schema schema, Path directory) {
    this.spec = spec;
    this.json = EventJson.of(spec, schema);
    this.row = new FeatureRow(schema);
    spec.columns()
        .forEach((name, expression) -> computed.put(schema.require(name), expression.bind(schema)));
    this.knownAt = spec.knownAt().map(schema::require).orElse(-1);
    this.where = spec.where().stream().map(w -> w.bind(schema)).toArray(Expression.Bound[]::new);
    try {
      this.log = LogReader.of(directory, SegmentedLog.START);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  SourceSpec spec() {
    return spec;
  }

  /// Moves to the next row; false at the end.
  boolean next() {
    try {
      while (log.next()) {
        if (log.type() != EVENT) {
          continue;
        }
        problems.clear();
        json.read(log.bytes(), row, problems);
        if (!problems.isEmpty()) {
          continue; // of a column that the source no longer has: serving leaves it out too
        }
        number++;
        if (knownAt >= 0 && row.missing(knownAt)) {
          row.time(knownAt, log.time());
        }
        computed.forEach((column, bound) -> {
          if (bound.kind() == Expression.Kind.TEXT) {
            row.text(column, bound.text(row));
          } else {
            row.number(column, bound.number(row));
          }
        });
        if (where.length == 0 || where[0].holds(row)) {
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

  /// When it was posted, microseconds.
  long arrival() {
    return log.time();
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
