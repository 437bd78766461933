package dev.gnomon.data;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.Check;
import dev.gnomon.expression.Expression;
import dev.gnomon.expression.ExpressionException;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Tells for one row whether a rule fails there. A missing value passes, except where its being
/// missing is what the rule is about.
interface RowRule {
  /// @param table the batch
  /// @param row the row in it
  boolean fails(Table table, int row);

  /// The column whose value is shown in examples; -1 for the whole row.
  int shown();

  /// @param referred the values of the column that a [Check.Rule.Refers] points to; empty for
  ///   others
  static RowRule of(Check check, Schema schema, Set<String> referred, String source) {
    return switch (check.rule()) {
      case Check.Rule.Between rule -> {
        int column = column(schema, rule.column(), source, check);
        if (schema.field(column).type() != Type.NUMBER) {
          throw new BadInput(
              place(source, check),
              "column '%s' is %s".formatted(rule.column(), schema.field(column).type().word()),
              "`between` needs a column of numbers");
        }
        yield onNumber(column, value -> value < rule.low() || value > rule.high());
      }
      case Check.Rule.In rule -> {
        int column = column(schema, rule.column(), source, check);
        Set<String> texts = Set.copyOf(rule.values());
        // Source text decides; in a column of numbers `1` must also find 1.0.
        Set<Double> numbers =
            rule.values().stream()
                .map(RowRule::number)
                .filter(number -> !Double.isNaN(number))
                .collect(Collectors.toUnmodifiableSet());
        yield switch (schema.field(column).type()) {
          case TEXT -> onText(column, text -> !texts.contains(text));
          case NUMBER -> onNumber(column, value -> !numbers.contains(value + 0.0));
          case TIME ->
              throw new BadInput(
                  place(source, check),
                  "column '" + rule.column() + "' is time",
                  "`in` needs text or numbers");
        };
      }
      case Check.Rule.OfType rule ->
          ofType(column(schema, rule.column(), source, check), schema, rule.type());
      case Check.Rule.Refers rule -> {
        int column = column(schema, rule.column(), source, check);
        yield schema.field(column).type() == Type.TEXT
            ? onText(column, text -> !referred.contains(text))
            : onValue(column, referred);
      }
      case Check.Rule.Holds rule -> holds(rule.expression(), schema, source, check);
      case Check.Rule.Unique rule ->
          unique(
              rule.columns().stream()
                  .mapToInt(name -> column(schema, name, source, check))
                  .toArray());
      case Check.Rule.MissingAtMost rule -> {
        int column = column(schema, rule.column(), source, check);
        yield of(column, (table, row) -> table.column(column).missing(row));
      }
      case Check.Rule.Fresh rule -> of(-1, (table, row) -> false);
    };
  }

  static String place(String source, Check check) {
    return "source '%s', check in line %d".formatted(source, check.line());
  }

  private static int column(Schema schema, String name, String source, Check check) {
    int column = schema.indexOf(name);
    if (column < 0) {
      throw new BadInput(
          java.util.List.of(SourceReader.absent(place(source, check), name, schema)));
    }
    return column;
  }

  /// A test of one row.
  interface Test {
    boolean fails(Table table, int row);
  }

  private static RowRule of(int shown, Test test) {
    return new RowRule() {
      @Override
      public boolean fails(Table table, int row) {
        return test.fails(table, row);
      }

      @Override
      public int shown() {
        return shown;
      }
    };
  }

  private static RowRule onNumber(int column, java.util.function.DoublePredicate bad) {
    return of(
        column,
        (table, row) -> {
          double value = ((Column.Numbers) table.column(column)).values()[row];
          return !Double.isNaN(value) && bad.test(value);
        });
  }

  /// Every distinct text is judged once.
  private static RowRule onText(int column, Predicate<String> bad) {
    return of(
        column,
        new Test() {
          private byte[] verdicts = new byte[0];
          private Dictionary judged = new Dictionary();

          @Override
          @SuppressWarnings("ReferenceEquality") // codes belong to one dictionary object
          public boolean fails(Table table, int row) {
            Column.Texts texts = (Column.Texts) table.column(column);
            if (texts.dictionary() != judged) { // posted rows bring one with every post
              judged = texts.dictionary();
              verdicts = new byte[0];
            }
            int code = texts.codes()[row];
            if (code < 0) {
              return false;
            }
            if (code >= verdicts.length) {
              verdicts = Arrays.copyOf(verdicts, Math.max(code + 1, verdicts.length * 2));
            }
            if (verdicts[code] == 0) {
              String text = texts.dictionary().text(code);
              verdicts[code] = (byte) (text != null && bad.test(text) ? 2 : 1);
            }
            return verdicts[code] == 2;
          }
        });
  }

  private static RowRule onValue(int column, Set<String> allowed) {
    return of(
        column,
        (table, row) -> {
          String value = SourceText.of(table.column(column), row);
          return value != null && !allowed.contains(value);
        });
  }

  private static RowRule ofType(int column, Schema schema, Type wanted) {
    Type found = schema.field(column).type();
    if (found == wanted || wanted == Type.TEXT) {
      return of(column, (table, row) -> false);
    }
    if (found != Type.TEXT) {
      return of(column, (table, row) -> !table.column(column).missing(row));
    }
    return onText(
        column, wanted == Type.NUMBER ? text -> Double.isNaN(number(text)) : text -> !isTime(text));
  }

  private static RowRule holds(Expression expression, Schema schema, String source, Check check) {
    try {
      Expression.Bound bound = expression.bind(schema, Expression.Kind.TRUTH);
      return of(
          -1,
          new Test() {
            private Table present =
                new Table(new Schema(java.util.List.of()), java.util.List.of(), 0);
            private Table.Cursor cursor = present.cursor();

            @Override
            @SuppressWarnings("ReferenceEquality") // the same batch, not an equal one
            public boolean fails(Table table, int row) {
              if (table != present) {
                present = table;
                cursor = table.cursor();
              }
              return bound.number(cursor.at(row)) == 0;
            }
          });
    } catch (ExpressionException e) {
      throw new BadInput(
          place(source, check), String.valueOf(e.getMessage()), "a condition over the columns");
    }
  }

  /// The second row and every later one with the same values fail; rows in which all are missing
  /// pass.
  private static RowRule unique(int... columns) {
    RowHash hash = new RowHash(columns);
    HashTable seen = new HashTable();
    return of(
        columns.length == 1 ? columns[0] : -1,
        (table, row) -> !hash.allMissing(table, row) && seen.keep(hash.of(table, row), 1) != 0);
  }

  private static double number(String text) {
    try {
      double value = Double.parseDouble(text.strip());
      char last = text.strip().charAt(text.strip().length() - 1);
      // Java also takes `1d` and `1f`.
      return Double.isInfinite(value) || Character.isLetter(last) ? Double.NaN : value + 0.0;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static boolean isTime(String text) {
    String iso = text.strip().replace(' ', 'T');
    try {
      if (iso.length() == 10) {
        LocalDate.parse(iso);
      } else if (iso.endsWith("Z")) {
        Instant.parse(iso);
      } else if (iso.length() > 19 && (iso.indexOf('+', 19) > 0 || iso.indexOf('-', 19) > 0)) {
        OffsetDateTime.parse(iso);
      } else {
        java.time.LocalDateTime.parse(iso);
      }
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
