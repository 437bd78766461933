package dev.gnomon.models;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/// Numbers as people read them.
final class Words {
  private Words() {}

  /// At most four significant digits, whole numbers whole.
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    return new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }

  /// Whole per cents; below one and above 99 to one place more.
  static String percent(double share) {
    double percent = 100 * share;
    boolean edge = (percent > 0 && percent < 1) || (percent > 99 && percent < 100);
    return String.format(Locale.ROOT, edge ? "%.1f %%" : "%.0f %%", percent);
  }

  static String lowerFirst(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }
}
