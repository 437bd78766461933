package dev.gnomon.features;

import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JsonParser;

/// What every row of a source goes through when it arrives, whichever way it came, and again
/// whenever the log is read: parsed, looked through for what it must have, stamped, computed.
///
/// Immutable; safe for use by several threads.
public final class ArrivingRows {
  private final SourceSpec spec;
  private final Schema schema;
  private final EventJson json;
  private final Map<Integer, Expression.Bound> computed = new LinkedHashMap<>();
  private final Optional<Expression.Bound> where;
  private final List<Required> required = new ArrayList<>();
  private final int knownAt;
  private final int eventTime;

  private record Required(int column, String name, String role) {}

  /// @param schema of the source, computed columns included
  public ArrivingRows(SourceSpec spec, Schema schema) {
    this.spec = spec;
    this.schema = schema;
    this.json = EventJson.of(spec, schema);
    spec.columns()
        .forEach((name, expression) -> computed.put(schema.require(name), expression.bind(schema)));
    this.where = spec.where().map(w -> w.bind(schema));
    this.knownAt = spec.knownAt().map(schema::require).orElse(-1);
    this.eventTime = spec.eventTime().map(schema::require).orElse(-1);
    spec.key().ifPresent(name -> require(name, "the key"));
    spec.entities().forEach((entity, name) -> require(name, "the key of " + entity));
    spec.eventTime().ifPresent(name -> require(name, "the event time"));
    spec.id().ifPresent(name -> require(name, "the id"));
  }

  private void require(String name, String role) {
    if (spec.columns().containsKey(name)
        || required.stream().anyMatch(one -> one.name.equals(name))) {
      return; // a computed one is not sent
    }
    required.add(new Required(schema.require(name), name, role));
  }

  public SourceSpec spec() {
    return spec;
  }

  public Schema schema() {
    return schema;
  }

  /// Reads the object the parser stands at. What is computed is not there before [#finish].
  ///
  /// @param place of the object, for problems
  public void read(JsonParser parser, String place, FeatureRow row, List<Problem> problems) {
    int before = problems.size();
    json.read(parser, place, row, problems);
    if (problems.size() > before) {
      return;
    }
    for (Required one : required) {
      if (row.missing(one.column)) {
        problems.add(new Problem(place + "." + one.name, one.role + " is missing", "a value"));
      }
    }
  }

  /// Reads a row out of a record of the log, whole.
  ///
  /// @return false for a record that holds no row, or one of a column that the source no longer has
  public boolean logged(int type, byte[] record, long arrival, FeatureRow row) {
    if (!SourceLog.isRow(type)) {
      return false;
    }
    int from = SourceLog.rowStart(type, record);
    List<Problem> problems = new ArrayList<>(0);
    json.read(record, from, record.length - from, row, problems);
    if (!problems.isEmpty()) {
      return false;
    }
    finish(row, arrival);
    return true;
  }

  /// Stamps known-at where the row does not state it, and adds computed columns.
  public void finish(FeatureRow row, long arrival) {
    if (knownAt >= 0 && row.missing(knownAt)) {
      row.time(knownAt, arrival);
    }
    computed.forEach((column, bound) -> {
      if (bound.kind() == Expression.Kind.TEXT) {
        row.text(column, bound.text(row));
      } else {
        row.number(column, bound.number(row));
      }
    });
  }

  /// When the row became known by its own account, else when it happened.
  ///
  /// @param otherwise for a row that states neither
  public long ownArrival(FeatureRow row, long otherwise) {
    if (knownAt >= 0 && !row.missing(knownAt)) {
      return row.time(knownAt);
    }
    return eventTime >= 0 && !row.missing(eventTime) ? row.time(eventTime) : otherwise;
  }

  /// Whether the source's `where` takes the row in.
  public boolean holds(FeatureRow row) {
    return where.isEmpty() || where.get().holds(row);
  }

  /// The row as the log keeps it.
  public byte[] write(FeatureRow row) {
    return json.write(row);
  }
}
