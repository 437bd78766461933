package dev.gnomon.operators;

import java.util.Optional;

/// What is computed over the events of a window. All are commutative: the order of the events never
/// decides a bit.
///
/// The missing rules: a count over no events is 0; a sum over no events is 0 and over only missing
/// values missing; every other operator over nothing is missing.
public enum Operator {
  /// Events, or the non-missing values of a column.
  COUNT("count", false, true),
  /// The exact sum, rounded once.
  SUM("sum", true, true),
  /// The exact sum rounded once, divided by the number of values (a second, correctly rounded
  /// operation).
  MEAN("mean", true, true),
  MIN("min", true, true),
  MAX("max", true, true),
  /// Seconds since the newest event.
  TIME_SINCE_LAST("time-since-last", false, false);

  private final String word;
  private final boolean needsNumbers;
  private final boolean needsWindow;

  Operator(String word, boolean needsNumbers, boolean needsWindow) {
    this.word = word;
    this.needsNumbers = needsNumbers;
    this.needsWindow = needsWindow;
  }

  /// The word of the use-case file.
  public String word() {
    return word;
  }

  /// Whether the column must hold numbers; the others look only at whether a value is there.
  public boolean needsNumbers() {
    return needsNumbers;
  }

  /// Whether a window must be stated.
  public boolean needsWindow() {
    return needsWindow;
  }

  public static Optional<Operator> named(String word) {
    for (Operator operator : values()) {
      if (operator.word.equals(word)) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }
}
