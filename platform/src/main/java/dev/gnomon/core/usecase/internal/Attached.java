package dev.gnomon.core.usecase.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// A use-case file together with the view files it uses, as one text: what a bundle keeps, so that
/// a later change of a shared file can't change what was trained.
///
/// Each view file follows under a line `--- # gnomon-view <path>`. The lines of the use case come
/// first and keep their numbers.
///
/// @param views text by path, as the use case writes it
record Attached(String useCase, Map<String, String> views) {
  private static final String MARK = "--- # gnomon-view ";

  static Attached of(String text) {
    int first = text.startsWith(MARK) ? 0 : text.indexOf("\n" + MARK) + 1;
    if (first <= 0 && !text.startsWith(MARK)) {
      return new Attached(text, Map.of());
    }
    Map<String, String> views = new LinkedHashMap<>();
    String rest = text.substring(first);
    while (rest.startsWith(MARK)) {
      int lineEnd = rest.indexOf('\n');
      if (lineEnd < 0) {
        break;
      }
      int next = rest.indexOf("\n" + MARK, lineEnd);
      views.put(
          rest.substring(MARK.length(), lineEnd).strip(),
          rest.substring(lineEnd + 1, next < 0 ? rest.length() : next + 1));
      rest = next < 0 ? "" : rest.substring(next + 1);
    }
    return new Attached(text.substring(0, first), views);
  }

  /// One text, the same for the same content whatever the order of use.
  String text() {
    if (views.isEmpty()) {
      return useCase;
    }
    StringBuilder whole = new StringBuilder(useCase);
    new TreeMap<>(views)
        .forEach((path, view) -> {
          line(whole);
          whole.append(MARK).append(path).append('\n').append(view);
        });
    line(whole);
    return whole.toString();
  }

  private static void line(StringBuilder text) {
    if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
      text.append('\n');
    }
  }
}
