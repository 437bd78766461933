package dev.gnomon.core.html;

import java.util.Locale;

/// Text and numbers as they stand in a page.
public final class Html {
  private Html() {}

  /// Everything that came from a file or a person goes through here.
  public static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  public static String count(long value) {
    return count((double) value);
  }

  public static String count(double value) {
    return String.format(Locale.ROOT, "%,.0f", value + 0.0).replace("-", "\u2212");
  }

  public static String ratio(double value) {
    if (Double.isNaN(value)) {
      return "\u2013";
    }
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.equals("-0.000") ? "0.000" : text.replace("-", "\u2212");
  }

  public static String percent(double share) {
    return Double.isNaN(share) ? "\u2013" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /// Money or another amount: as many decimals as its size calls for.
  public static String amount(double value) {
    if (Double.isNaN(value)) {
      return "\u2013";
    }
    String pattern =
        Math.abs(value) >= 100 || value == 0 ? "%,.0f" : Math.abs(value) >= 1 ? "%,.1f" : "%.3f";
    String text = String.format(Locale.ROOT, pattern, value);
    return text.startsWith("-0") && Double.parseDouble(text.replace(",", "")) == 0
        ? text.substring(1)
        : text.replace("-", "\u2212");
  }

  /// A tick of an axis: short, with thousands as k and millions as M.
  public static String tick(double value) {
    double size = Math.abs(value);
    String text;
    if (size >= 1e6) {
      text = trimmed(value / 1e6) + "M";
    } else if (size >= 1e4) {
      text = trimmed(value / 1e3) + "k";
    } else {
      text = trimmed(value);
    }
    return text.replace("-", "\u2212");
  }

  private static String trimmed(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    text = text.replaceAll("0+$", "").replaceAll("\\.$", "");
    return text.equals("-0") ? "0" : text;
  }
}
