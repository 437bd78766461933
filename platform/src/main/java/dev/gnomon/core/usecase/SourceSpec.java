package dev.gnomon.core.usecase;

import dev.gnomon.expression.Expression;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One source of rows.
///
/// @param key the key column; empty for a flat table whose row number is the key
/// @param eventTime empty for a flat table and for `static` state
/// @param knownAt the event time when empty
/// @param columns columns computed by expressions from the columns of the file, in order
/// @param knownAfter columns known only after the decision: never features
/// @param deleted state sources: a row for which this column is true ('true', '1', 'yes', a
///   non-zero number) ends the state
/// @param checks what must hold of the rows
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
    List<Check> checks) {
  public SourceSpec {
    knownAfter = List.copyOf(knownAfter);
    checks = List.copyOf(checks);
  }

  public enum Kind {
    EVENTS,
    STATE,
    TABLE
  }
}
