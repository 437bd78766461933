package dev.gnomon.observations;

import dev.gnomon.schema.Times;
import org.jspecify.annotations.Nullable;

/// The text of a key. A number that is whole is the key of its digits, so that 17850 and "17850"
/// are one customer.
public final class KeyText {
  private KeyText() {}

  /// Null when missing.
  public static @Nullable String of(double number) {
    if (Double.isNaN(number)) {
      return null;
    }
    long whole = (long) number;
    return whole == number ? Long.toString(whole) : Double.toString(number);
  }

  /// Null when missing.
  public static @Nullable String of(ValueRow row, int column) {
    return switch (row.type(column)) {
      case TEXT -> row.text(column);
      case NUMBER -> of(row.number(column));
      case TIME -> row.time(column) == Times.MISSING ? null : Long.toString(row.time(column));
    };
  }
}
