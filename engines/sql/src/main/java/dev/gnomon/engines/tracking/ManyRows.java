package dev.gnomon.engines.tracking;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A statement that inserts many rows.
///
/// SQLite, in the same process, takes them one by one. To Postgres they go as one array per column:
/// a statement of thousands of parameters would take longer to be read there than its rows to be
/// written, and one statement per row waits for the network each time.
///
/// @param into table and columns: `metric (run, name)`
/// @param types of the columns
/// @param conflict what follows; may be empty
record ManyRows(String into, List<Type> types, String conflict) {
  /// Types, and what Postgres calls them.
  enum Type {
    WHOLE("bigint"),
    REAL("float8"),
    TEXT("text");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  ManyRows {
    types = List.copyOf(types);
  }

  String rowByRow() {
    String row = types.stream().map(_ -> "?").collect(Collectors.joining(", "));
    return "INSERT INTO %s VALUES (%s) %s".formatted(into, row, conflict);
  }

  String byArrays() {
    return "INSERT INTO %s SELECT * FROM %s %s".formatted(into, arrays(), conflict);
  }

  /// The rows as a table of Postgres.
  String arrays() {
    return types.stream()
        .map(type -> "?::" + type.word() + "[]")
        .collect(Collectors.joining(", ", "unnest(", ")"));
  }

  /// One column of all rows, of the type that the driver sends as it is.
  @Nullable Object[] column(int i, List<@Nullable Object[]> rows) {
    IntStream all = IntStream.range(0, rows.size());
    return switch (types.get(i)) {
      case WHOLE ->
          all.mapToObj(r -> rows.get(r)[i] instanceof Number n ? (Long) n.longValue() : null)
              .toArray(Long[]::new);
      case REAL -> all.mapToObj(r -> (Double) rows.get(r)[i]).toArray(Double[]::new);
      case TEXT -> all.mapToObj(r -> (String) rows.get(r)[i]).toArray(String[]::new);
    };
  }
}
