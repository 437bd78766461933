package dev.gnomon.tracking.search;

/// Matches texts with a pattern of LIKE, in time proportional to the product of both lengths at
/// worst, whatever the pattern.
final class Likeness {
  private final int[] pattern;
  private final boolean ignoreCase;

  private Likeness(Comparison.Like like) {
    this.pattern = like.pattern().codePoints().toArray();
    this.ignoreCase = like.ignoreCase();
  }

  static Likeness of(Comparison.Like like) {
    return new Likeness(like);
  }

  boolean matches(String value) {
    int[] text = value.codePoints().toArray();
    int t = 0;
    int p = 0;
    // Where the last % stands, and how far the text was when it was last tried.
    int run = -1;
    int tried = 0;
    while (t < text.length) {
      if (p < pattern.length && pattern[p] == '%') {
        run = p++;
        tried = t;
      } else if (p < pattern.length && (pattern[p] == '_' || same(pattern[p], text[t]))) {
        p++;
        t++;
      } else if (run >= 0) {
        p = run + 1;
        t = ++tried;
      } else {
        return false;
      }
    }
    while (p < pattern.length && pattern[p] == '%') {
      p++;
    }
    return p == pattern.length;
  }

  private boolean same(int a, int b) {
    return a == b || (ignoreCase && lower(a) == lower(b));
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  }
}
