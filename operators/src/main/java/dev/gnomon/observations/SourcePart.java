package dev.gnomon.observations;

import dev.gnomon.expression.Expression;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.schema.Schema;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is read of one source, and what is computed on it.
///
/// @param schema every column of the source; the other parts name columns by their place in it
/// @param stored the columns that the reader delivers
/// @param computed further ones, in the order in which they are computed
/// @param where leaves out the rows for which it is not true
/// @param key a text column, or one of whole numbers
/// @param eventTime a column, or [ObservationProgram#NONE] for rows that were always there
/// @param knownAt a column, or [ObservationProgram#NONE] for the event time
/// @param id a column, or [ObservationProgram#NONE]
/// @param deleted a column, or [ObservationProgram#NONE]
/// @param timeless whether rows without times count
/// @param state whether a row is the whole state of its key, and not an event
/// @param ties the columns that order rows of one event time and known-at; empty when the order
///   decides nothing
/// @param whole the columns that tell whether two rows with one id are the same
/// @param events what is computed on events
/// @param attributes columns of a state's newest row
/// @param from the oldest useful event time
/// @param before event times from here on are useless, as are rows not known by then
public record SourcePart(
    String name,
    Schema schema,
    List<Integer> stored,
    List<Computed> computed,
    @Nullable Expression where,
    int key,
    int eventTime,
    int knownAt,
    int id,
    int deleted,
    boolean timeless,
    boolean state,
    List<Integer> ties,
    List<Integer> whole,
    EventProgram events,
    List<Attribute> attributes,
    long from,
    long before)
    implements Serializable {
  /// The event time and known-at of rows that were always there.
  public static final long ALWAYS = Long.MIN_VALUE;

  public SourcePart {
    stored = List.copyOf(stored);
    computed = List.copyOf(computed);
    ties = List.copyOf(ties);
    whole = List.copyOf(whole);
    attributes = List.copyOf(attributes);
  }

  /// A column computed from others.
  public record Computed(int column, Expression expression) implements Serializable {}

  /// @param column of the row of an observation
  /// @param source of the source
  /// @param ttl the age beyond which it is missing, microseconds
  public record Attribute(int column, int source, long ttl) implements Serializable {}

  /// Whether rows that repeat an id are dropped.
  public boolean identified() {
    return id >= 0;
  }

  /// The same, limited to useful rows.
  public SourcePart within(long oldest, long end) {
    return new SourcePart(
        name,
        schema,
        stored,
        computed,
        where,
        key,
        eventTime,
        knownAt,
        id,
        deleted,
        timeless,
        state,
        ties,
        whole,
        events,
        attributes,
        oldest,
        end);
  }

  /// The same over rows that were read and filtered already.
  ///
  /// @param columns those that the reader delivers, computed ones included
  public SourcePart decoded(List<Integer> columns) {
    return new SourcePart(
        name,
        schema,
        columns,
        List.of(),
        null,
        key,
        eventTime,
        knownAt,
        id,
        deleted,
        timeless,
        state,
        ties,
        whole,
        events,
        attributes,
        from,
        before);
  }
}
