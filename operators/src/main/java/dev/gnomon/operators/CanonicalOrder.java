package dev.gnomon.operators;

import org.jspecify.annotations.Nullable;

/// The order of values in a canonical row: missing first, then by number, or by the bytes of the
/// text in UTF-8.
public final class CanonicalOrder {
  private CanonicalOrder() {}

  public static int compare(double a, double b) {
    boolean missing = Double.isNaN(a);
    if (missing || Double.isNaN(b)) {
      return missing ? Double.isNaN(b) ? 0 : -1 : 1;
    }
    return Double.compare(a + 0.0, b + 0.0);
  }

  public static int compare(@Nullable String a, @Nullable String b) {
    if (a == null || b == null) {
      return a == null ? b == null ? 0 : -1 : 1;
    }
    int shorter = Math.min(a.length(), b.length());
    for (int i = 0; i < shorter; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // Surrogates stand for code points above all others, as in UTF-8.
        boolean highX = Character.isSurrogate(x);
        boolean highY = Character.isSurrogate(y);
        return highX == highY ? Character.compare(x, y) : highX ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  /// Appends a number so that texts made of such parts compare like the rows they stand for.
  public static void append(StringBuilder out, double number) {
    if (Double.isNaN(number)) {
      out.append('\u0001');
      return;
    }
    out.append('\u0002');
    hex(out, sortable(Double.doubleToLongBits(number + 0.0)));
  }

  /// The same for a time; `Times.MISSING` comes first as the smallest long.
  public static void append(StringBuilder out, long time) {
    hex(out, time ^ Long.MIN_VALUE);
  }

  /// The same for a text.
  public static void append(StringBuilder out, @Nullable String text) {
    if (text == null) {
      out.append('\u0001');
      return;
    }
    out.append('\u0002');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c);
      if (c == 0) {
        out.append('\u0002');
      }
    }
    // Ends before any longer text with this beginning.
    out.append('\u0000').append('\u0001');
  }

  private static long sortable(long bits) {
    return bits < 0 ? ~bits : bits ^ Long.MIN_VALUE;
  }

  private static void hex(StringBuilder out, long value) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      out.append(Character.forDigit((int) (value >>> shift) & 15, 16));
    }
  }
}
