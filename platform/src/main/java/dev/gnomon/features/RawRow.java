package dev.gnomon.features;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One row of a source as it comes in a request: values by name, computed columns added. Mutable,
/// for one thread.
///
/// Numbers may come as text that parses, texts as numbers and truth values as they are written;
/// times are ISO 8601 (in the zone of the source where they have none). Blank text is missing, as
/// is what a file would call missing.
public final class RawRow implements Row {
  private final SourceSpec spec;
  private final FeatureRow row;
  private final ZoneId zone;
  private final List<Computed> computed = new ArrayList<>();

  private record Computed(int column, Expression.Bound bound) {}

  /// @param schema of the source, computed columns included
  public RawRow(SourceSpec spec, Schema schema) {
    this.spec = spec;
    this.row = new FeatureRow(schema);
    this.zone = spec.format().zone();
    spec.columns()
        .forEach((name, expression) ->
            computed.add(new Computed(schema.require(name), expression.bind(schema))));
  }

  /// Takes the values of a request; columns not named are missing.
  ///
  /// @param values strings, numbers, booleans or null
  /// @throws BadInput naming every unknown column and every value of the wrong type
  public RawRow fill(Map<String, ? extends @Nullable Object> values) {
    row.clear();
    List<Problem> problems = new ArrayList<>();
    values.forEach((name, value) -> {
      int column = row.schema().indexOf(name);
      if (column < 0 || spec.columns().containsKey(name)) {
        problems.add(unknown(name, row.schema(), "inputs"));
      } else if (value != null) {
        set(row, column, value, zone, problems);
      }
    });
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    for (Computed one : computed) {
      if (row.schema().field(one.column).type() == Type.TEXT) {
        row.text(one.column, one.bound.text(row));
      } else {
        row.number(one.column, one.bound.number(row));
      }
    }
    return this;
  }

  static Problem unknown(String name, Schema schema, String place) {
    return new Problem(
        place,
        "there is no '%s'".formatted(name),
        Nearest.to(name, schema.names())
            .map(near -> "did you mean '%s'?".formatted(near))
            .orElse("one of " + String.join(", ", schema.names())));
  }

  static void set(FeatureRow row, int column, Object value, ZoneId zone, List<Problem> problems) {
    Field field = row.schema().field(column);
    String text = String.valueOf(value);
    if (text.isBlank()) {
      return;
    }
    try {
      switch (field.type()) {
        case TEXT -> row.text(column, value instanceof Number n ? number(n) : text);
        case TIME -> row.time(column, Times.micros(instant(text, zone)));
        case NUMBER -> {
          double number =
              value instanceof Number n ? n.doubleValue() : Double.parseDouble(text.strip());
          if (!(Math.abs(number) <= Double.MAX_VALUE)) {
            problems.add(wrong(field, text));
          }
          row.number(column, number + 0.0);
        }
      }
    } catch (NumberFormatException | DateTimeException e) {
      problems.add(wrong(field, text));
    }
  }

  private static Problem wrong(Field field, String text) {
    String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
    return new Problem(
        "inputs." + field.name(),
        "'%s' is no %s".formatted(shown, field.type().word()),
        field.type() == Type.TIME ? "a time such as 2024-03-01T00:00:00Z" : "a finite number");
  }

  /// A whole number is written without a fraction, as in a file.
  private static String number(Number number) {
    double value = number.doubleValue();
    return number instanceof Long || number instanceof Integer
        ? number.toString()
        : value == Math.rint(value) && Math.abs(value) < 1e15
            ? Long.toString((long) value)
            : number.toString();
  }

  private static Instant instant(String text, ZoneId zone) {
    String iso = text.strip().replace(' ', 'T');
    TemporalAccessor parsed =
        iso.length() == 10
            ? LocalDate.parse(iso).atStartOfDay()
            : DateTimeFormatter.ISO_DATE_TIME.parseBest(
                iso, ZonedDateTime::from, OffsetDateTime::from, LocalDateTime::from);
    return switch (parsed) {
      case LocalDateTime local -> local.atZone(zone).toInstant();
      default -> Instant.from(parsed);
    };
  }

  @Override
  public double number(int column) {
    return row.number(column);
  }

  @Override
  public @Nullable String text(int column) {
    return row.text(column);
  }

  @Override
  public long time(int column) {
    return row.time(column);
  }
}
