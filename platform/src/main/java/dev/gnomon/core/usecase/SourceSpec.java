package dev.gnomon.core.usecase;

import dev.gnomon.expression.Expression;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One source of rows.
///
/// @param key the key column; empty for a flat table whose row number is the key. For a source of
///   several entities it is one of `columns`, computed from their columns
/// @param eventTime empty for a flat table and for `static` state
/// @param knownAt the event time when empty
/// @param columns columns computed by expressions from the columns of the file, in order
/// @param knownAfter columns known only after the decision: never features
/// @param deleted state sources: a row for which this column is true ('true', '1', 'yes', a
///   non-zero number) ends the state
/// @param stream where further rows come from while serving; the format may then have no paths
/// @param checks what must hold of the rows
/// @param entities the columns with the keys of the entities it is about, by entity, in the order
///   of the file; empty when it is about the entity of the frame alone
public record SourceSpec(
    String name,
    Kind kind,
    FileFormat format,
    Optional<String> key,
    Optional<String> eventTime,
    Optional<String> knownAt,
    Optional<String> id,
    Optional<Expression> where,
    Map<String, Expression> columns,
    List<String> knownAfter,
    Optional<String> deleted,
    boolean isStatic,
    Optional<StreamSpec> stream,
    List<Check> checks,
    Map<String, String> entities) {
  public SourceSpec {
    knownAfter = List.copyOf(knownAfter);
    checks = List.copyOf(checks);
    entities = Collections.unmodifiableMap(new LinkedHashMap<>(entities));
  }

  /// About the entity of the frame, without a stream.
  public SourceSpec(
      String name,
      Kind kind,
      FileFormat format,
      Optional<String> key,
      Optional<String> eventTime,
      Optional<String> knownAt,
      Optional<String> id,
      Optional<Expression> where,
      Map<String, Expression> columns,
      List<String> knownAfter,
      Optional<String> deleted,
      boolean isStatic,
      List<Check> checks) {
    this(
        name,
        kind,
        format,
        key,
        eventTime,
        knownAt,
        id,
        where,
        columns,
        knownAfter,
        deleted,
        isStatic,
        Optional.empty(),
        checks,
        Map.of());
  }

  /// The column that [#key] names for a source of several entities: their names, joined.
  public static String groupedKey(Collection<String> entities) {
    return "key of " + String.join(" and ", entities);
  }

  /// Whether it is about several entities together.
  public boolean isGrouped() {
    return entities.size() > 1;
  }

  /// Whether it is about the entity of the frame alone.
  public boolean isOfPrimaryEntity() {
    return entities.isEmpty();
  }

  public enum Kind {
    EVENTS,
    STATE,
    TABLE
  }
}
