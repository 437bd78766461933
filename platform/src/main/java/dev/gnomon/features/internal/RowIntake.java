package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.SourceReader;
import dev.gnomon.expression.Expression;
import dev.gnomon.operators.CanonicalOrder;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.operators.KeyEvent;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the rows of a source are taken apart into what is kept of them online.
final class RowIntake {
  private final SourceProgram program;
  private final int key;
  private final int eventTime;
  private final int knownAt;
  private final int id;
  private final int deleted;
  private final Optional<Expression.Bound> where;
  private final Expression.Bound[] filters;
  private final EventProgram.Value[] values;
  private final int[] ties;

  RowIntake(SourceProgram program) {
    this.program = program;
    SourceSpec spec = program.spec();
    Schema schema = program.schema();
    this.key = spec.key().map(schema::require).orElse(-1);
    this.eventTime = spec.eventTime().map(schema::require).orElse(-1);
    this.knownAt = spec.knownAt().map(schema::require).orElse(-1);
    this.id = spec.id().map(schema::require).orElse(-1);
    this.deleted = spec.deleted().map(schema::require).orElse(-1);
    this.where = spec.where().map(condition -> condition.bind(schema));
    this.filters =
        program.events().filters().stream()
            .map(f -> f.bind(schema))
            .toArray(Expression.Bound[]::new);
    this.values = program.events().values().toArray(EventProgram.Value[]::new);
    this.ties =
        program.events().ordered()
            ? RecordLayout.ties(spec, schema).stream().mapToInt(c -> c).toArray()
            : new int[0];
  }

  /// [SourceRecords#ALWAYS] for a source without event time.
  long eventTime(Row row) {
    return eventTime < 0 ? SourceRecords.ALWAYS : row.time(eventTime);
  }

  /// @param unstated for a row of a source that declares none; missing for the event time
  long knownAt(Row row, long at, long unstated) {
    return knownAt >= 0 ? row.time(knownAt) : unstated == Times.MISSING ? at : unstated;
  }

  /// Whether a row with these counts for anybody.
  boolean counts(@Nullable String key, long at, long known) {
    boolean timeless = program.spec().isStatic();
    return key != null && (timeless || (at != Times.MISSING && known != Times.MISSING));
  }

  boolean isEvents() {
    return program.spec().kind() == SourceSpec.Kind.EVENTS;
  }

  boolean included(Row row) {
    return where.isEmpty() || where.get().holds(row);
  }

  @Nullable String key(Row row) {
    return switch (program.schema().field(key).type()) {
      case TEXT -> row.text(key);
      case NUMBER -> KeyCodes.text(row.number(key));
      case TIME -> row.time(key) == Times.MISSING ? null : Long.toString(row.time(key));
    };
  }

  void event(Row row, long at, long known, KeyEvent into, Hash128 hash) {
    into.begin(at, known);
    for (int f = 0; f < filters.length; f++) {
      if (filters[f].holds(row)) {
        into.passes(f);
      }
    }
    for (int v = 0; v < values.length; v++) {
      value(row, v, into);
    }
    if (id >= 0) {
      switch (program.schema().field(id).type()) {
        case TEXT -> hash.of(row.text(id));
        case NUMBER -> hash.of(Double.doubleToLongBits(finite(row.number(id))));
        case TIME -> hash.of(row.time(id));
      }
      into.id(hash.high(), hash.low());
    }
    if (ties.length > 0) {
      into.tie(tie(row));
    }
  }

  private void value(Row row, int v, KeyEvent into) {
    int column = values[v].column();
    Type type = program.schema().field(column).type();
    switch (values[v].kind()) {
      case TEXT -> into.text(v, row.text(column));
      case NUMBER -> {
        if (type == Type.TIME) {
          long time = row.time(column);
          into.number(v, time == Times.MISSING ? Double.NaN : (double) time);
        } else {
          into.number(v, finite(row.number(column)));
        }
      }
      case PRESENCE ->
          into.number(
              v,
              switch (type) {
                case NUMBER -> Double.isNaN(row.number(column)) ? Double.NaN : 1;
                case TEXT -> row.text(column) == null ? Double.NaN : 1;
                case TIME -> row.time(column) == Times.MISSING ? Double.NaN : 1;
              });
    }
  }

  private String tie(Row row) {
    StringBuilder text = new StringBuilder();
    for (int column : ties) {
      switch (program.schema().field(column).type()) {
        case TEXT -> CanonicalOrder.append(text, row.text(column));
        case NUMBER -> CanonicalOrder.append(text, finite(row.number(column)));
        case TIME -> CanonicalOrder.append(text, row.time(column));
      }
    }
    return text.toString();
  }

  private static double finite(double value) {
    return Math.abs(value) <= Double.MAX_VALUE ? value + 0.0 : Double.NaN;
  }

  KeyStates.Version version(Row row, long at, long known) {
    Schema schema = program.schema();
    @Nullable Object[] all = new @Nullable Object[schema.size()];
    for (int c = 0; c < all.length; c++) {
      if (schema.field(c).name().equals(SourceReader.ROW)) {
        continue;
      }
      all[c] =
          switch (schema.field(c).type()) {
            case TEXT -> row.text(c);
            case NUMBER -> {
              double value = finite(row.number(c));
              yield Double.isNaN(value) ? null : (Object) value;
            }
            case TIME -> row.time(c) == Times.MISSING ? null : (Object) row.time(c);
          };
    }
    long active = program.spec().isStatic() ? SourceRecords.ALWAYS : Math.max(known, at + 1);
    return new KeyStates.Version(at, known, active, isDeleted(row), all);
  }

  private boolean isDeleted(Row row) {
    if (deleted < 0) {
      return false;
    }
    return switch (program.schema().field(deleted).type()) {
      case TEXT -> SourceRecords.isTrue(row.text(deleted));
      case NUMBER -> SourceRecords.isTrue(row.number(deleted));
      case TIME -> row.time(deleted) != Times.MISSING;
    };
  }
}
