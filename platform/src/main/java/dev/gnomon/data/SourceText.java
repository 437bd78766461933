package dev.gnomon.data;

import dev.gnomon.schema.Times;
import org.jspecify.annotations.Nullable;

/// Values as people write them.
public final class SourceText {
  private SourceText() {}

  /// A number without a needless fraction: 17850, 0.5, 1.0E20; null when missing.
  public static @Nullable String of(double number) {
    if (Double.isNaN(number)) {
      return null;
    }
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  /// The value of a column in a row; null when missing. Times are ISO instants.
  public static @Nullable String of(Column column, int row) {
    return switch (column) {
      case Column.Numbers numbers -> of(numbers.values()[row]);
      case Column.Texts texts -> texts.dictionary().text(texts.codes()[row]);
      case Column.Moments moments -> {
        long micros = moments.micros()[row];
        yield micros == Times.MISSING ? null : Times.instant(micros).toString();
      }
    };
  }
}
