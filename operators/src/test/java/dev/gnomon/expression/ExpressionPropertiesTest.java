package dev.gnomon.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.schema.Field;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.jspecify.annotations.Nullable;

/// Random expressions, each built together with a second, naive way to compute it: boxed values and
/// null for missing, straight from the language's definition.
class ExpressionPropertiesTest {
  private static final int COLUMNS = 4;
  private static final Schema SCHEMA =
      new Schema(
          IntStream.range(0, 2 * COLUMNS)
              .mapToObj(i ->
                  i < COLUMNS ? new Field("n" + i, Type.NUMBER) : new Field("t " + i, Type.TEXT))
              .toList());
  private static final String[] TEXTS = {"a", "it's", "1", "1.0", "", "]"};

  /// Values of one row: a Double or String or null per column.
  private record Values(@Nullable Object[] cells) implements Row {
    @Override
    public double number(int column) {
      return cells[column] instanceof Double value ? value : Double.NaN;
    }

    @Override
    public @Nullable String text(int column) {
      return (String) cells[column];
    }

    @Override
    public long time(int column) {
      throw new AssertionError("no time column");
    }

    static Values random(Random random) {
      var cells = new @Nullable Object[2 * COLUMNS];
      for (int i = 0; i < cells.length; i++) {
        if (random.nextInt(4) > 0) {
          cells[i] =
              i < COLUMNS
                  ? (Object) (double) (random.nextInt(7) - 3)
                  : TEXTS[random.nextInt(TEXTS.length)];
        }
      }
      return new Values(cells);
    }
  }

  private interface Oracle {
    @Nullable Object of(Values row);
  }

  /// @param text fully bracketed, with random blanks
  private record Case(String text, Oracle oracle) {}

  @Property(tries = 3_000)
  void agreesWithANaiveEvaluatorAndSurvivesPrinting(@ForAll long seed) {
    var random = new Random(seed);
    Case generated = random.nextBoolean() ? number(random, 5) : truth(random, 5);
    Expression parsed = Expression.parse(generated.text());
    String canonical = parsed.canonical();
    Expression again = Expression.parse(canonical);
    assertThat(again.canonical()).isEqualTo(canonical);
    assertThat(again.columns()).isEqualTo(parsed.columns());
    var bound = parsed.bind(SCHEMA);
    var boundAgain = again.bind(SCHEMA);
    for (int i = 0; i < 20; i++) {
      Values row = Values.random(random);
      Object expected = generated.oracle().of(row);
      double wanted =
          expected == null
              ? Double.NaN
              : expected instanceof Boolean truth ? (truth ? 1 : 0) : (double) expected + 0.0;
      assertThat(bound.number(row) + 0.0).as(generated.text()).isEqualTo(Double.valueOf(wanted));
      assertThat(boundAgain.number(row) + 0.0).as(canonical).isEqualTo(Double.valueOf(wanted));
    }
  }

  private static String gap(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> " ";
      case 1 -> "\n\t";
      default -> "";
    };
  }

  private static String join(Random random, String... parts) {
    return gap(random) + String.join(gap(random) + " ", parts) + gap(random);
  }

  private static Case number(Random random, int depth) {
    switch (depth == 0 ? random.nextInt(2) : random.nextInt(9)) {
      case 0 -> {
        double value = random.nextInt(9) / 2.0;
        return new Case(Double.toString(value), row -> value);
      }
      case 1 -> {
        int column = random.nextInt(COLUMNS);
        return new Case("n" + column, row -> row.cells()[column]);
      }
      case 2 -> {
        Case a = number(random, depth - 1);
        return new Case(
            join(random, "-", "(" + a.text() + ")"),
            row -> a.oracle().of(row) instanceof Double x ? -x : null);
      }
      case 3 -> {
        Case a = number(random, depth - 1);
        Case b = number(random, depth - 1);
        boolean least = random.nextBoolean();
        return new Case(
            (least ? "min" : "max") + join(random, "(", a.text(), ",", b.text(), ")"),
            row ->
                a.oracle().of(row) instanceof Double x && b.oracle().of(row) instanceof Double y
                    ? least == (x < y) ? x : y
                    : null);
      }
      case 4 -> {
        Case a = number(random, depth - 1);
        Case b = number(random, depth - 1);
        return new Case(
            "coalesce" + join(random, "(", a.text(), ",", b.text(), ")"),
            row -> a.oracle().of(row) instanceof Double x ? x : b.oracle().of(row));
      }
      case 5 -> {
        Case condition = truth(random, depth - 1);
        Case a = number(random, depth - 1);
        Case b = number(random, depth - 1);
        return new Case(
            "if" + join(random, "(", condition.text(), ",", a.text(), ",", b.text(), ")"),
            row ->
                condition.oracle().of(row) instanceof Boolean yes
                    ? (yes ? a : b).oracle().of(row)
                    : null);
      }
      default -> {
        Case a = number(random, depth - 1);
        Case b = number(random, depth - 1);
        int operation = random.nextInt(4);
        return new Case(
            join(random, "(" + a.text() + ")", "" + "+-*/".charAt(operation), "(" + b.text() + ")"),
            row -> {
              if (!(a.oracle().of(row) instanceof Double x)
                  || !(b.oracle().of(row) instanceof Double y)) {
                return null;
              }
              double result =
                  switch (operation) {
                    case 0 -> x + y;
                    case 1 -> x - y;
                    case 2 -> x * y;
                    default -> x / y;
                  };
              return Double.isNaN(result) || Double.isInfinite(result) ? null : result;
            });
      }
    }
  }

  private static Case truth(Random random, int depth) {
    switch (depth == 0 ? random.nextInt(3) : random.nextInt(7)) {
      case 0 -> {
        int column = COLUMNS + random.nextInt(COLUMNS);
        String value = TEXTS[random.nextInt(TEXTS.length)];
        boolean equal = random.nextBoolean();
        return new Case(
            join(
                random,
                "[t " + column + "]",
                equal ? "=" : "!=",
                "'" + value.replace("'", "''") + "'"),
            row ->
                row.cells()[column] instanceof String found ? found.equals(value) == equal : null);
      }
      case 1 -> {
        int column = COLUMNS + random.nextInt(COLUMNS);
        boolean negated = random.nextBoolean();
        return new Case(
            join(random, "[t " + column + "]", negated ? "not in" : "in", "('it''s',", "1,1.0)"),
            row ->
                row.cells()[column] instanceof String found
                    ? List.of("it's", "1", "1.0").contains(found) != negated
                    : null);
      }
      case 2 -> {
        Case a = number(random, Math.max(0, depth - 1));
        boolean negated = random.nextBoolean();
        return new Case(
            join(random, "(" + a.text() + ")", negated ? "is not missing" : "is missing"),
            row -> (a.oracle().of(row) == null) != negated);
      }
      case 3 -> {
        Case a = number(random, depth - 1);
        Case b = number(random, depth - 1);
        int operator = random.nextInt(6);
        String[] signs = {"=", "!=", "<", "<=", ">", ">="};
        return new Case(
            join(random, "(" + a.text() + ")", signs[operator], "(" + b.text() + ")"),
            row -> {
              if (!(a.oracle().of(row) instanceof Double x)
                  || !(b.oracle().of(row) instanceof Double y)) {
                return null;
              }
              double difference = x - y;
              return switch (operator) {
                case 0 -> difference == 0;
                case 1 -> difference != 0;
                case 2 -> difference < 0;
                case 3 -> difference <= 0;
                case 4 -> difference > 0;
                default -> difference >= 0;
              };
            });
      }
      case 4 -> {
        Case a = truth(random, depth - 1);
        return new Case(
            "not (" + a.text() + ")",
            row -> a.oracle().of(row) instanceof Boolean value ? !value : null);
      }
      default -> {
        Case a = truth(random, depth - 1);
        Case b = truth(random, depth - 1);
        boolean and = random.nextBoolean();
        return new Case(
            join(random, "(" + a.text() + ")", and ? "and" : "or", "(" + b.text() + ")"),
            row -> {
              Object x = a.oracle().of(row);
              Object y = b.oracle().of(row);
              Boolean decisive = !and;
              if (decisive.equals(x) || decisive.equals(y)) {
                return decisive;
              }
              return (x == null || y == null) ? null : !decisive;
            });
      }
    }
  }

  @Property(tries = 2_000)
  void garbageIsRefusedInOneWayOnly(
      @ForAll
          @StringLength(max = 60)
          @Chars({'(', ')', '\'', '[', ']', '-', '.', ',', '=', '\n'})
          @CharRange(from = ' ', to = 'ÿ')
          String text) {
    parseAndBind(text);
  }

  @Property(tries = 3_000)
  void jumbledWordsAreRefusedInOneWayOnly(
      @ForAll @Size(max = 14) List<@net.jqwik.api.constraints.IntRange(max = 39) Integer> picks) {
    String[] words = {
      "n0", "n1", "[t 4]", "[t 5]", "'x'", "''", "1", "2.5", "60d", "+", "-", "*", "/", "=", "!=",
      "<", "<=", ">", ">=", "and", "or", "not", "is", "missing", "in", "(", ")", "(", ")", ",",
      "if", "coalesce", "min", "max", "abs", "log", "exp", "('a')", "is missing", "zz"
    };
    parseAndBind(String.join(" ", picks.stream().map(i -> words[i]).toList()));
  }

  private static void parseAndBind(String text) {
    try {
      Expression expression = Expression.parse(text);
      assertThat(Expression.parse(expression.canonical()).canonical())
          .isEqualTo(expression.canonical());
      expression.bind(SCHEMA).number(new Values(new @Nullable Object[2 * COLUMNS]));
    } catch (ExpressionException e) {
      assertThat(e).hasMessageContaining(";");
    }
  }
}
