package dev.gnomon.engines.duckdb;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides the types of the columns of a source by looking at all their values.
///
/// A text column is a number if every present value is a finite number, a time if every one is a
/// time, else text; a column without a present value is a number. Values such as `012` are numbers:
/// state `types: {zip: text}` where they are names. The first rows rule out most possibilities
/// before the whole file is read for the rest.
final class TypeFinder {
  private static final int SAMPLE = 10_000;

  private final Reading reading;
  private final Map<String, Type> stated = new LinkedHashMap<>();

  TypeFinder(Reading reading, List<String> asText) {
    this.reading = reading;
    stated.putAll(reading.format.types());
    asText.forEach(column -> stated.put(column, Type.TEXT));
  }

  Schema find() {
    requireKnown();
    Map<String, Set<Type>> open = new LinkedHashMap<>();
    Map<String, Type> types = new LinkedHashMap<>();
    reading.columns.forEach((column, physical) -> {
      Type wanted = stated.get(column);
      if (wanted != null) {
        types.put(column, wanted);
        boolean fits =
            wanted == Type.TEXT || (!reading.isText() && wanted == Reading.typeOf(physical));
        if (!fits) {
          open.put(column, Set.of(wanted));
        }
      } else if (reading.isText()) {
        types.put(column, Type.TEXT);
        open.put(column, Set.of(Type.NUMBER, Type.TIME));
      } else {
        types.put(column, Reading.typeOf(physical));
      }
    });
    if (reading.isText() || !open.isEmpty()) {
      try {
        settle(open, types);
      } catch (DuckDbException e) {
        throw Trouble.explained(e, reading);
      }
    }
    List<Field> fields = new ArrayList<>();
    types.forEach((name, type) -> fields.add(new Field(name, type)));
    return new Schema(fields);
  }

  private void requireKnown() {
    List<Problem> problems = new ArrayList<>();
    for (String column : stated.keySet()) {
      if (!reading.columns.containsKey(column)) {
        problems.add(absent(reading, column));
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  static Problem absent(Reading reading, String column) {
    String valid =
        Nearest.to(column, reading.columns.keySet())
            .map(name -> "did you mean '" + name + "'? ")
            .orElse("");
    return new Problem(
        reading.source.files().getFirst().toString(),
        "no column '" + column + "'",
        valid + "there are " + String.join(", ", reading.columns.keySet()));
  }

  private void settle(Map<String, Set<Type>> open, Map<String, Type> types) {
    Map<String, Set<Type>> left = new LinkedHashMap<>();
    List<Count> sample = count(open, reading.table() + " LIMIT " + SAMPLE);
    boolean whole = rows < SAMPLE;
    if (!whole) {
      for (Count count : sample) {
        Set<Type> possible = count.possible();
        boolean isStated = stated.containsKey(count.column);
        if (isStated || !possible.isEmpty()) {
          left.put(count.column, isStated ? Set.of(types.get(count.column)) : possible);
        }
      }
      sample = count(left, reading.table());
    }
    if (rows == 0 && reading.isText()) {
      throw new BadInput(
          reading.source.files().getFirst().toString(),
          "there is a header but no row",
          "at least one row, from which the types of the columns are found");
    }
    List<Problem> problems = new ArrayList<>();
    for (Count count : sample) {
      Type wanted = stated.get(count.column);
      if (wanted != null) {
        if (count.of(wanted) != count.present) {
          problems.add(bad(count, wanted));
        }
      } else if (count.numbers == count.present) {
        types.put(count.column, Type.NUMBER);
      } else if (count.numbers > 0 && count.numbers + count.infinite == count.present) {
        problems.add(bad(count, Type.NUMBER));
      } else if (count.times == count.present) {
        types.put(count.column, Type.TIME);
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  private long rows;

  /// How many values of a column are present, and of what they could be.
  private record Count(String column, long present, long numbers, long infinite, long times) {
    Set<Type> possible() {
      boolean number = numbers + infinite == present;
      boolean time = times == present;
      return number && time
          ? Set.of(Type.NUMBER, Type.TIME)
          : number ? Set.of(Type.NUMBER) : time ? Set.of(Type.TIME) : Set.of();
    }

    long of(Type type) {
      return switch (type) {
        case NUMBER -> numbers;
        case TIME -> times;
        case TEXT -> present;
      };
    }
  }

  /// Each look at a column holds some dozens of vectors, for all columns of a query at once.
  private static final int COLUMNS_AT_ONCE = 40;

  private List<Count> count(Map<String, Set<Type>> open, String from) {
    List<Count> counts = new ArrayList<>();
    Map<String, Set<Type>> some = new LinkedHashMap<>();
    for (Map.Entry<String, Set<Type>> column : open.entrySet()) {
      some.put(column.getKey(), column.getValue());
      if (some.size() == COLUMNS_AT_ONCE) {
        counts.addAll(countTogether(some, from));
        some.clear();
      }
    }
    if (!some.isEmpty() || counts.isEmpty()) {
      counts.addAll(countTogether(some, from));
    }
    return counts;
  }

  private List<Count> countTogether(Map<String, Set<Type>> open, String from) {
    StringBuilder sql = new StringBuilder("SELECT count(*)");
    StringBuilder inner = new StringBuilder("SELECT 1 AS one");
    StringBuilder numbers = new StringBuilder("SELECT *");
    int i = 0;
    for (Map.Entry<String, Set<Type>> column : open.entrySet()) {
      String name = column.getKey();
      boolean text = "VARCHAR".equals(reading.columns.get(name));
      String present =
          text ? (reading.isText() ? reading.present(name) : Sql.name(name)) : Sql.name(name);
      inner.append(", ").append(present).append(" AS p").append(i);
      String value = "p" + i;
      String number = text ? Reading.asNumber(value) : "CAST(" + value + " AS DOUBLE)";
      boolean plainTime = Reading.typeOf(String.valueOf(reading.columns.get(name))) == Type.TIME;
      sql.append(", count(").append(value).append(")");
      if (column.getValue().contains(Type.NUMBER) && !plainTime) {
        numbers.append(", ").append(number).append(" AS n").append(i);
        sql.append(", count(*) FILTER (WHERE NOT isinf(n%1$d))".formatted(i))
            .append(", count(*) FILTER (WHERE isinf(n%1$d))".formatted(i));
      } else {
        sql.append(", 0, 0");
      }
      if (column.getValue().contains(Type.TIME)) {
        String time = text ? Reading.asTime(value) : "NULL";
        // Plain numbers are times only where that is stated.
        if (stated.get(name) == Type.TIME) {
          time = "coalesce(" + time + ", " + Reading.secondsAsTime("(" + number + ")") + ")";
        }
        sql.append(", count(").append(time).append(")");
      } else {
        sql.append(", 0");
      }
      i++;
    }
    sql.append(" FROM (%s FROM (%s FROM %s))".formatted(numbers, inner, from));
    List<@Nullable String> row = reading.session.rows(sql.toString()).getFirst();
    rows = number(row, 0);
    List<Count> counts = new ArrayList<>();
    int at = 1;
    for (String column : open.keySet()) {
      counts.add(
          new Count(
              column,
              number(row, at),
              number(row, at + 1),
              number(row, at + 2),
              number(row, at + 3)));
      at += 4;
    }
    return counts;
  }

  private static long number(List<@Nullable String> row, int at) {
    return Long.parseLong(String.valueOf(row.get(at)));
  }

  /// The first value that does not parse, with its place.
  private Problem bad(Count count, Type wanted) {
    String column = count.column;
    boolean text = "VARCHAR".equals(reading.columns.get(column));
    String present = text && reading.isText() ? reading.present(column) : Sql.name(column);
    String value = reading.value(column, wanted);
    String test = wanted == Type.NUMBER ? "(%1$s) IS NULL OR isinf(%1$s)" : "(%s) IS NULL";
    String table = reading.table();
    String named = table.substring(0, table.length() - 1) + ", filename = '\u0001file')";
    String sql =
        "SELECT \"\u0001row\", CAST(\"\u0001value\" AS VARCHAR), \"\u0001file\" FROM (SELECT row_number() OVER () AS \"\u0001row\", (%s) AS \"\u0001value\", (%s) AS \"\u0001bad\", \"\u0001file\" FROM %s) WHERE \"\u0001value\" IS NOT NULL AND \"\u0001bad\" LIMIT 1"
            .formatted(present, test.formatted(value), named);
    List<@Nullable String> first = reading.session.rows(sql).getFirst();
    long row = number(first, 0);
    String shown = String.valueOf(first.get(1));
    if (shown.length() > 60) {
      shown = shown.substring(0, 60) + "…";
    }
    String found =
        wanted == Type.NUMBER
                && count.infinite > 0
                && count.numbers + count.infinite == count.present
            ? "column '%s' holds %d infinite values, first '%s'"
                .formatted(column, count.infinite, shown)
            : "column '%s' holds %d of %d values that are no %s, first '%s'"
                .formatted(
                    column, count.present - count.of(wanted), count.present, wanted.word(), shown);
    String valid =
        wanted == Type.TIME
            ? "times such as 2024-03-01, 2024-03-01 10:15:00, 2024-03-01T10:15:00.25Z or +02:00, or seconds since 1970"
            : "finite numbers such as 12, -0.5, 1e-3; `missing: [%s]` or `types: {%s: text}`"
                .formatted(shown, column);
    return new Problem(place(row, first.get(2)), found, valid);
  }

  private String place(long row, @Nullable String name) {
    if (reading.source.kind() == SourceFiles.Kind.PARQUET || reading.source.files().size() > 1) {
      return (name == null ? reading.source.files().getFirst() : name)
          + ", row "
          + row
          + " of the source";
    }
    var file = reading.source.files().getFirst();
    try {
      boolean header = reading.source.kind() == SourceFiles.Kind.CSV && reading.format.header();
      return file
          + ", line "
          + CsvLayout.lineOf(file, reading.charset, header, reading.format.quotes(), row);
    } catch (IOException e) {
      return file + ", row " + row;
    }
  }
}
