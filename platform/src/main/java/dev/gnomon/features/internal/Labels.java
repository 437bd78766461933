package dev.gnomon.features.internal;

import dev.gnomon.data.Column;
import java.util.Optional;

/// Labels that stand in a column.
final class Labels {
  private Labels() {}

  /// 1 for the positive text, 0 for every other; the number itself where no positive class is
  /// named; NaN when missing or not finite.
  static double of(Column column, int row, Optional<String> positive) {
    if (column.missing(row)) {
      return Double.NaN;
    }
    return switch (column) {
      case Column.Numbers numbers ->
          positive.isEmpty()
              ? Double.isFinite(numbers.values()[row]) ? numbers.values()[row] : Double.NaN
              : isNumber(positive.get(), numbers.values()[row]) ? 1 : 0;
      case Column.Texts texts -> {
        String text = texts.dictionary().text(texts.codes()[row]);
        yield positive.isPresent() ? positive.get().equals(text) ? 1 : 0 : Double.NaN;
      }
      case Column.Moments moments -> Double.NaN;
    };
  }

  private static boolean isNumber(String text, double value) {
    try {
      return Double.parseDouble(text) == value;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
