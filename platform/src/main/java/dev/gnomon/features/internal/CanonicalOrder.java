package dev.gnomon.features.internal;

import org.jspecify.annotations.Nullable;

/// The order of values in a canonical row: missing first, then by number, or by the bytes of the
/// text in UTF-8.
final class CanonicalOrder {
  private CanonicalOrder() {}

  static int compare(double a, double b) {
    boolean missing = Double.isNaN(a);
    if (missing || Double.isNaN(b)) {
      return missing ? Double.isNaN(b) ? 0 : -1 : 1;
    }
    return Double.compare(a + 0.0, b + 0.0);
  }

  static int compare(@Nullable String a, @Nullable String b) {
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
}
