package dev.gnomon.training.advice;

import dev.gnomon.core.usecase.FeatureNames;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// Figures and lists as people read them.
final class Say {
  private static final int MOST_NAMES = 6;

  private Say() {}

  /// `0.4 %`, `3.2 %`, `27 %`.
  static String percent(double share) {
    double percent = 100 * share;
    double rounded =
        percent >= 10 ? Math.rint(percent) : percent >= 1 ? Math.rint(10 * percent) / 10 : percent;
    return number(rounded) + " %";
  }

  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  static String count(long n, String thing) {
    return count(n) + " " + thing + (n == 1 ? "" : "s");
  }

  /// Two to four significant digits: `1,234`, `12.5`, `0.9`, `0.0123`.
  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e12) {
      return count((long) value);
    }
    double size = Math.abs(value);
    String form = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3g";
    String text = String.format(Locale.ROOT, form, value);
    boolean fraction = text.indexOf('.') >= 0 && text.indexOf('e') < 0;
    return fraction ? text.replaceFirst("\\.?0+$", "") : text;
  }

  /// FN:FP, the smaller side being 1.
  static String ratio(double ratio) {
    return ratio >= 1 ? number(tidy(ratio)) + ":1" : "1:" + number(tidy(1 / ratio));
  }

  private static double tidy(double ratio) {
    return Math.rint(10 * ratio) / 10;
  }

  /// A probability as thresholds are written: two digits, more below .1.
  static String threshold(double p) {
    return String.format(Locale.ROOT, p >= 0.1 ? "%.2f" : p >= 0.01 ? "%.3f" : "%.4f", p);
  }

  /// `50ms`, `90s`, `30d`.
  static String time(Duration time) {
    return time.toSeconds() == 0 ? time.toMillis() + "ms" : FeatureNames.window(time);
  }

  /// The first names, and how many there are besides.
  static String names(List<String> names) {
    if (names.size() <= MOST_NAMES) {
      return String.join(", ", names);
    }
    return String.join(", ", names.subList(0, MOST_NAMES - 1))
        + " and "
        + (names.size() - MOST_NAMES + 1)
        + " more";
  }
}
