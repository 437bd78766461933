package dev.gnomon.cli;

import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.Column;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReader;
import dev.gnomon.data.SourceScan;
import dev.gnomon.data.Table;
import dev.gnomon.expression.Expression;
import dev.gnomon.expression.ExpressionException;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// The columns of a data file, as far as questions about a new use case need them.
final class Columns {
  private static final int MOST_LEVELS = 100;

  private final Path path;
  private final Schema schema;

  private Columns(Path path, Schema schema) {
    this.path = path;
    this.schema = schema;
  }

  /// @throws dev.gnomon.core.BadInput if it can't be read
  static Columns of(Path path) {
    return new Columns(path, reader(path, List.of()).schema());
  }

  private static SourceReader reader(Path path, List<String> asText) {
    return SourceReader.of(
        FileEngines.find(),
        new SourceSpec(
            "table",
            SourceSpec.Kind.TABLE,
            FileFormat.of(path.toAbsolutePath()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            List.of(),
            Optional.empty(),
            false,
            List.of()),
        asText);
  }

  List<String> names() {
    return schema.names().stream().filter(name -> !name.equals(SourceReader.ROW)).toList();
  }

  List<String> times() {
    return schema.fields().stream()
        .filter(field -> field.type() == Type.TIME)
        .map(Field::name)
        .toList();
  }

  boolean isNumber(String column) {
    return schema.field(schema.require(column)).type() == Type.NUMBER;
  }

  /// How often each text occurs; empty for more than [#MOST_LEVELS].
  Map<String, Integer> levels(String column) {
    Map<String, Integer> levels = new TreeMap<>();
    try (SourceScan scan = reader(path, List.of(column)).open(List.of(column))) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        Column.Texts texts = (Column.Texts) next.get().column(0);
        for (int code : texts.codes()) {
          String text = texts.dictionary().text(code);
          if (text != null) {
            levels.merge(text, 1, Integer::sum);
          }
        }
        if (levels.size() > MOST_LEVELS) {
          return Map.of();
        }
      }
    }
    return levels;
  }

  /// The least and the greatest time in a column, microseconds; empty without one.
  Optional<long[]> span(String column) {
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    try (SourceScan scan = reader(path, List.of()).open(List.of(column))) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        if (next.get().column(0) instanceof Column.Moments moments) {
          for (long micros : moments.micros()) {
            least = micros == Times.MISSING ? least : Math.min(least, micros);
            most = micros == Times.MISSING ? most : Math.max(most, micros);
          }
        }
      }
    }
    return most < least ? Optional.empty() : Optional.of(new long[] {least, most});
  }

  /// The first column whose name contains one of these.
  Optional<String> like(String... parts) {
    for (String part : parts) {
      for (String name : names()) {
        if (name.toLowerCase(Locale.ROOT).contains(part)) {
          return Optional.of(name);
        }
      }
    }
    return Optional.empty();
  }

  /// A valid answer names one of the columns.
  Function<String, Optional<String>> one() {
    return this::unknown;
  }

  /// A valid answer names columns, with commas between.
  Function<String, Optional<String>> some() {
    return answer ->
        Questions.list(answer).stream().map(this::unknown).flatMap(Optional::stream).findFirst();
  }

  /// A valid answer is a number, or a formula over the columns.
  Function<String, Optional<String>> formula() {
    return answer -> {
      try {
        Expression.parse(answer).bind(schema, Expression.Kind.NUMBER);
        return Optional.empty();
      } catch (ExpressionException wrong) {
        return Optional.of(wrong.getMessage() + "; a number or a formula, as in 10 + 0.7 * clv");
      }
    };
  }

  private Optional<String> unknown(String column) {
    if (names().contains(column)) {
      return Optional.empty();
    }
    String near =
        Nearest.to(column, names()).map(name -> "did you mean '" + name + "'? ").orElse("");
    return Optional.of(
        "no column '%s'; %sthere are %s".formatted(column, near, String.join(", ", names())));
  }
}
