package dev.gnomon.expression;

/// Points at an offset of an expression's text.
final class Place {
  /// So much of a long line is shown on either side.
  private static final int AROUND = 60;

  private Place() {}

  /// `found; valid`, then the line of the expression and a caret under the place.
  static ExpressionException error(String text, int at, String found, String valid) {
    int from = text.lastIndexOf('\n', at - 1) + 1;
    int end = text.indexOf('\n', from);
    int to = end < 0 ? text.length() : end;
    int start = Math.max(from, at - AROUND);
    int stop = Math.min(to, at + AROUND);
    String shown =
        (start > from ? "…" : "")
            + text.substring(start, Math.max(start, stop))
            + (stop < to ? "…" : "");
    // Control characters would break the line or move the caret.
    var line = new StringBuilder(shown.length());
    shown.chars().forEach(c -> line.append(Character.isISOControl(c) ? ' ' : (char) c));
    int caret = at - start + (start > from ? 1 : 0);
    return new ExpressionException(
        "%s, at position %d".formatted(found, at + 1),
        "%s\n  %s\n  %s^".formatted(valid, line, " ".repeat(Math.max(0, caret))));
  }
}
