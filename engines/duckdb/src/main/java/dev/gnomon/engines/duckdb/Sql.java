package dev.gnomon.engines.duckdb;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// Names and texts as SQL, quoted.
final class Sql {
  private Sql() {}

  static String name(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  static String text(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  static String texts(List<String> texts) {
    return texts.stream().map(Sql::text).collect(Collectors.joining(", "));
  }

  /// Paths that are meant letter by letter: DuckDB would take `[`, `*` and `?` for patterns.
  static String files(List<Path> files) {
    return files.stream()
        .map(file -> text(file.toString().replaceAll("([\\[*?])", "[$1]")))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
