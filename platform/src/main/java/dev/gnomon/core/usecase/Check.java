package dev.gnomon.core.usecase;

import java.time.Duration;
import java.util.List;

/// What must hold of a source, and what happens to rows for which it does not.
///
/// @param line where the check stands in the use-case file
public record Check(Rule rule, OnFailure onFailure, int line) {

  public enum OnFailure {
    /// Reported only.
    WARN,
    /// Offending rows are set aside, kept and replayable; for rules about a whole column the same
    /// as BLOCK.
    QUARANTINE,
    /// Nothing goes on.
    BLOCK
  }

  /// One rule. Missing values fail only [MissingAtMost]; the others pass them.
  public sealed interface Rule {
    record Between(String column, double low, double high) implements Rule {}

    record In(String column, List<String> values) implements Rule {}

    record OfType(String column, dev.gnomon.schema.Type type) implements Rule {}

    record MissingAtMost(String column, double share) implements Rule {}

    record Unique(List<String> columns) implements Rule {}

    /// Every value occurs in a column of another source.
    record Refers(String column, String source, String toColumn) implements Rule {}

    /// The newest event time is at most so old, counted from the greatest time in all sources (or
    /// the clock when serving).
    record Fresh(Duration atMost) implements Rule {}

    /// An expression over the columns that must not be false.
    record Holds(dev.gnomon.expression.Expression expression) implements Rule {}
  }
}
