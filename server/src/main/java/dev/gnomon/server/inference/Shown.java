package dev.gnomon.server.inference;

/// Names from requests as they may stand in an error: short, and on one line.
final class Shown {
  private static final int LONGEST = 80;

  private Shown() {}

  static String of(String name) {
    StringBuilder out = new StringBuilder(Math.min(name.length(), LONGEST) + 1);
    name.codePoints()
        .limit(LONGEST)
        .map(point -> Character.isISOControl(point) ? ' ' : point)
        .forEach(out::appendCodePoint);
    return out.length() < name.length() && out.length() >= LONGEST ? out + "…" : out.toString();
  }

  /// Whether no half of a surrogate pair stands alone, which UTF-8 could not carry.
  static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      if (Character.isSurrogate(one)) {
        if (!Character.isHighSurrogate(one)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
