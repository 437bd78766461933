package dev.gnomon.observations;

import dev.gnomon.expression.Expression;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.schema.Times;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns the rows of a source into what is sent to the machine that has their key: times, bytes
/// that order rows of one time, and the values that operators look at. One per thread.
public final class RowEncoder {
  private final SourcePart part;
  private final ValueRow row;
  private final Expression.Bound[] computed;
  private final Expression.@Nullable Bound where;
  private final Expression.Bound[] filters;
  private final ByteWriter tie = new ByteWriter();
  private final ByteWriter values = new ByteWriter();
  private @Nullable String key;
  private long eventTime;
  private long knownAt;

  public RowEncoder(SourcePart part) {
    this.part = part;
    this.row = new ValueRow(part.schema());
    this.computed =
        part.computed().stream()
            .map(c -> c.expression().bind(part.schema()))
            .toArray(Expression.Bound[]::new);
    this.where =
        part.where() == null ? null : part.where().bind(part.schema(), Expression.Kind.TRUTH);
    this.filters =
        part.events().filters().stream()
            .map(f -> f.bind(part.schema()))
            .toArray(Expression.Bound[]::new);
  }

  /// Takes the stored columns, before [#encode]; what is left from the row before must be
  /// overwritten.
  public ValueRow row() {
    return row;
  }

  /// Reads the row.
  ///
  /// @return whether it counts: a row that `where` keeps, with a key and times
  public boolean encode() {
    for (int i = 0; i < computed.length; i++) {
      int column = part.computed().get(i).column();
      if (computed[i].kind() == Expression.Kind.TEXT) {
        row.text(column, computed[i].text(row));
      } else {
        row.number(column, computed[i].number(row));
      }
    }
    if (where != null && !where.holds(row)) {
      return false;
    }
    key = KeyText.of(row, part.key());
    eventTime = part.eventTime() < 0 ? SourcePart.ALWAYS : row.time(part.eventTime());
    knownAt = part.knownAt() < 0 ? eventTime : row.time(part.knownAt());
    boolean timed = eventTime != Times.MISSING && knownAt != Times.MISSING;
    return key != null && (timed || part.timeless());
  }

  /// Whether the row can matter to any observation.
  public boolean useful() {
    return part.timeless()
        || (eventTime >= part.from() && eventTime < part.before() && knownAt <= part.before());
  }

  public String key() {
    String found = key;
    if (found == null) {
      throw new IllegalStateException("the row has no key");
    }
    return found;
  }

  public long eventTime() {
    return eventTime;
  }

  public long knownAt() {
    return knownAt;
  }

  /// What orders rows of one event time and known-at: compared as unsigned bytes. The id, where
  /// there is one.
  public byte[] tie() {
    tie.clear();
    if (part.identified()) {
      order(part.id());
    } else {
      List<Integer> ties = part.ties();
      for (int i = 0; i < ties.size(); i++) {
        order(ties.get(i));
      }
    }
    return tie.copy();
  }

  private void order(int column) {
    switch (row.type(column)) {
      case NUMBER -> tie.ordered(finite(row.number(column)));
      case TIME -> tie.ordered(row.time(column));
      case TEXT -> tie.ordered(row.text(column));
    }
  }

  /// A hash of everything that rows with one id must have in common.
  public long content() {
    tie.clear();
    tie.text(key);
    tie.number(eventTime);
    tie.number(knownAt);
    for (int column : part.whole()) {
      order(column);
    }
    mask(tie);
    return tie.hash(1);
  }

  /// What is computed on, for [KeyRows#add].
  public byte[] values() {
    values.clear();
    mask(values);
    if (part.state()) {
      for (SourcePart.Attribute attribute : part.attributes()) {
        switch (row.type(attribute.source())) {
          case NUMBER -> values.number(finite(row.number(attribute.source())));
          case TIME -> values.number(row.time(attribute.source()));
          case TEXT -> values.text(row.text(attribute.source()));
        }
      }
      return values.copy();
    }
    for (EventProgram.Value value : part.events().values()) {
      int column = value.column();
      switch (value.kind()) {
        case TEXT -> values.text(row.text(column));
        case PRESENCE -> values.number(row.missing(column) ? Double.NaN : 1.0);
        case NUMBER ->
            values.number(
                switch (row.type(column)) {
                  case NUMBER -> finite(row.number(column));
                  case TIME -> row.missing(column) ? Double.NaN : (double) row.time(column);
                  case TEXT -> throw new IllegalStateException("text where a number is looked at");
                });
      }
    }
    return values.copy();
  }

  private void mask(ByteWriter out) {
    if (part.state()) {
      out.word(part.deleted() >= 0 && ended(part.deleted()) ? 1 : 0);
      return;
    }
    int word = 0;
    for (int f = 0; f < filters.length; f++) {
      if (f > 0 && f % 32 == 0) {
        out.word(word);
        word = 0;
      }
      if (filters[f].holds(row)) {
        word |= 1 << (f % 32);
      }
    }
    if (filters.length > 0) {
      out.word(word);
    }
  }

  private boolean ended(int column) {
    return switch (row.type(column)) {
      case NUMBER -> Truth.of(row.number(column));
      case TEXT -> Truth.of(row.text(column));
      // A moment of deletion: there, or not.
      case TIME -> !row.missing(column);
    };
  }

  /// +0 and -0 are one value; what is not finite counts as missing.
  private static double finite(double value) {
    return Math.abs(value) <= Double.MAX_VALUE ? value + 0.0 : Double.NaN;
  }
}
