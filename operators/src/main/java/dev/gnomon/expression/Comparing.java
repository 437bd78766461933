package dev.gnomon.expression;

import dev.gnomon.expression.Code.Numeric;
import dev.gnomon.expression.Code.Textual;
import dev.gnomon.expression.Code.Truth;
import dev.gnomon.expression.Node.Comparison;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Times;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// The closures that compare and choose between values.
final class Comparing {
  private Comparing() {}

  static Truth numbers(Comparison comparison, Numeric a, Numeric b) {
    return switch (comparison) {
      case EQUAL -> numbers(a, b, (x, y) -> x == y);
      case NOT_EQUAL -> numbers(a, b, (x, y) -> x != y);
      case LESS -> numbers(a, b, (x, y) -> x < y);
      case AT_MOST -> numbers(a, b, (x, y) -> x <= y);
      case GREATER -> numbers(a, b, (x, y) -> x > y);
      case AT_LEAST -> numbers(a, b, (x, y) -> x >= y);
    };
  }

  private interface Test {
    boolean of(double a, double b);
  }

  private static Truth numbers(Numeric a, Numeric b, Test test) {
    return row -> {
      double x = a.number(row);
      double y = b.number(row);
      return Double.isNaN(x) || Double.isNaN(y) ? Truth.MISSING : Code.truthOf(test.of(x, y));
    };
  }

  /// By UTF-16 code units: no language, no case folding.
  static Truth texts(Comparison comparison, Textual a, Textual b) {
    return row -> {
      String x = a.text(row);
      String y = b.text(row);
      if (x == null || y == null) {
        return Truth.MISSING;
      }
      return Code.truthOf(
          switch (comparison) {
            case EQUAL -> x.equals(y);
            case NOT_EQUAL -> !x.equals(y);
            case LESS -> x.compareTo(y) < 0;
            case AT_MOST -> x.compareTo(y) <= 0;
            case GREATER -> x.compareTo(y) > 0;
            case AT_LEAST -> x.compareTo(y) >= 0;
          });
    };
  }

  static boolean contains(double[] values, double found) {
    for (double value : values) {
      if (value == found) {
        return true;
      }
    }
    return false;
  }

  /// The least or greatest; missing if one is missing.
  static Numeric extreme(boolean least, Numeric[] values) {
    return row -> {
      double result = values[0].number(row);
      for (int i = 1; i < values.length; i++) {
        double value = values[i].number(row);
        result = least ? Math.min(result, value) : Math.max(result, value);
      }
      return result;
    };
  }

  static Code firstPresent(List<Code> codes) {
    Code result = codes.get(codes.size() - 1);
    for (int i = codes.size() - 2; i >= 0; i--) {
      result = orElse(codes.get(i), result);
    }
    return result;
  }

  private static Code orElse(Code first, Code second) {
    if (first instanceof Numeric a && second instanceof Numeric b) {
      return (Numeric)
          row -> {
            double value = a.number(row);
            return Double.isNaN(value) ? b.number(row) : value;
          };
    }
    if (first instanceof Textual a && second instanceof Textual b) {
      return (Textual)
          row -> {
            String value = a.text(row);
            return value == null ? b.text(row) : value;
          };
    }
    Truth a = (Truth) first;
    Truth b = (Truth) second;
    return (Truth)
        row -> {
          int value = a.truth(row);
          return value == Truth.MISSING ? b.truth(row) : value;
        };
  }

  /// A missing condition makes a missing value.
  static Code choose(Truth condition, Code then, Code otherwise) {
    if (then instanceof Numeric a && otherwise instanceof Numeric b) {
      return (Numeric)
          row ->
              switch (condition.truth(row)) {
                case Truth.YES -> a.number(row);
                case Truth.NO -> b.number(row);
                default -> Double.NaN;
              };
    }
    if (then instanceof Textual a && otherwise instanceof Textual b) {
      return new Textual() {
        @Override
        public @Nullable String text(Row row) {
          return switch (condition.truth(row)) {
            case Truth.YES -> a.text(row);
            case Truth.NO -> b.text(row);
            default -> null;
          };
        }
      };
    }
    Truth a = (Truth) then;
    Truth b = (Truth) otherwise;
    return (Truth)
        row ->
            switch (condition.truth(row)) {
              case Truth.YES -> a.truth(row);
              case Truth.NO -> b.truth(row);
              default -> Truth.MISSING;
            };
  }

  /// A plain decimal number; no hexadecimal, no suffix, no `NaN`.
  static OptionalDouble decimal(String text) {
    if (!text.matches("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?")) {
      return OptionalDouble.empty();
    }
    double value = Double.parseDouble(text);
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  /// Seconds since the epoch of an ISO date, time (UTC) or time with offset.
  static OptionalDouble seconds(String text) {
    try {
      String iso = text.replace(' ', 'T');
      OffsetDateTime time;
      if (iso.indexOf('T') < 0) {
        time = LocalDate.parse(iso).atStartOfDay().atOffset(ZoneOffset.UTC);
      } else if (iso.matches(".*T.*([Zz]|[+-][0-9:]+)")) {
        time = OffsetDateTime.parse(iso);
      } else {
        time = LocalDateTime.parse(iso).atOffset(ZoneOffset.UTC);
      }
      return OptionalDouble.of(Times.micros(time.toInstant()) / (double) Times.SECOND);
    } catch (DateTimeException | ArithmeticException e) {
      return OptionalDouble.empty();
    }
  }
}
