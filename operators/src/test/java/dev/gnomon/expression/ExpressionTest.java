package dev.gnomon.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.expression.Expression.Kind;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpressionTest {
  private static final Schema SCHEMA =
      Schema.of(
          new Field("a", Type.NUMBER),
          new Field("b", Type.NUMBER),
          new Field("none", Type.NUMBER),
          new Field("plan", Type.TEXT),
          new Field("status", Type.TEXT),
          new Field("nothing", Type.TEXT),
          new Field("at", Type.TIME),
          new Field("never", Type.TIME),
          new Field("odd [name]", Type.NUMBER));

  private static final long NOON = Times.micros(Instant.parse("2024-03-01T12:00:00.5Z"));

  private static final Row ROW =
      new Row() {
        @Override
        public double number(int column) {
          return switch (column) {
            case 0 -> 6;
            case 1 -> 4;
            case 8 -> 11;
            default -> Double.NaN;
          };
        }

        @Override
        public @Nullable String text(int column) {
          return switch (column) {
            case 3 -> "O'Neil";
            case 4 -> "1";
            default -> null;
          };
        }

        @Override
        public long time(int column) {
          return column == 6 ? NOON : Times.MISSING;
        }
      };

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "1 + 2 * 3 | 7",
        "(1 + 2) * 3 | 9",
        "10 - 4 - 3 | 3",
        "24 / 4 / 2 | 3",
        "-a + b | -2",
        "- -a | 6",
        "2 * -3 | -6",
        "a / b | 1.5",
        "60d | 5184000",
        "1.5h | 5400",
        "15m + 30s | 930",
        "2w | 1209600",
        "1e3 + 2.5E-1 | 1000.25",
        ".5 | 0.5",
        "[odd [name]]] | 11",
        "if(a > b, a, b) | 6",
        "min(a, b, 5) | 4",
        "max(a, b, 5) | 6",
        "abs(b - a) | 2",
        "exp(0) + log(1) | 1",
        "coalesce(none, never, b) | 4",
        "at | 1709294400.5",
        "at - 1709294400 | 0.5",
        "[a] | 6",
      })
  void computesNumbers(String text, double expected) {
    var bound = Expression.parse(text).bind(SCHEMA);
    assertThat(bound.kind()).isEqualTo(Kind.NUMBER);
    assertThat(bound.number(ROW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "a / 0",
    "0 / 0",
    "none + 1",
    "-none",
    "'min(a, none)'",
    "'max(none, a)'",
    "log(0)",
    "log(-1)",
    "exp(1000)",
    "1e308 * 10",
    "1e308 * 10 - 1e308 * 10",
    "never",
    "'if(none > 1, 1, 2)'",
    "'coalesce(none, never)'",
    "abs(none)"
  })
  void aResultThatIsNotFiniteIsMissing(String text) {
    assertThat(Expression.parse(text).bind(SCHEMA).number(ROW)).isNaN();
    assertThat(Expression.parse("(" + text + ") is missing").bind(SCHEMA, Kind.TRUTH).holds(ROW))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a > b | 1",
        "a <= b | 0",
        "a = 6.0 | 1",
        "a != 6 | 0",
        "a > none | ?",
        "a != none | ?",
        "a = '6' | 1",
        "a < '6.5e0' | 1",
        "plan = 'O''Neil' | 1",
        "plan < 'P' | 1",
        "nothing = 'x' | ?",
        "status = 1 | 1",
        "1 = status | 1",
        "status = 1.0 | 0",
        "status != -1 | 1",
        "status in (1, 2) | 1",
        "status not in ('1') | 0",
        "nothing in ('1') | ?",
        "nothing not in ('1') | ?",
        "a in (1, '6') | 1",
        "a not in (-6, 5) | 1",
        "none in (1) | ?",
        "none is missing | 1",
        "none is not missing | 0",
        "nothing is missing | 1",
        "(none > 1) is missing | 1",
        "at > '2024-03-01' | 1",
        "at < '2024-03-01T12:00:01Z' | 1",
        "at = '2024-03-01 13:00:00.5+01:00' | 1",
        "at in ('2024-03-01T12:00:00.5') | 1",
        "never > '2024-03-01' | ?",
        "not a > b | 0",
        "not none > 1 | ?",
        "a > b and b > a or b = 4 | 1",
        "a > b or b > a and 1 = 2 | 1",
        "not a = 1 and b = 4 | 1",
        "if(a > b, plan = 'x', b = 4) | 0",
        "coalesce(none > 1, b = 4) | 1",
        "if(a > b, plan, 'x') = 'O''Neil' | 1",
        "coalesce(nothing, 'x') = 'x' | 1",
      })
  void decidesConditions(String text, String expected) {
    var bound = Expression.parse(text).bind(SCHEMA, Kind.TRUTH);
    double truth = expected.equals("?") ? Double.NaN : Double.parseDouble(expected);
    assertThat(bound.number(ROW)).isEqualTo(Double.valueOf(truth));
    assertThat(bound.holds(ROW)).isEqualTo(truth == 1);
  }

  @Test
  void logicFollowsKleene() {
    // Rows and columns: no, yes, missing; from the truth tables of strong three-valued logic.
    String[] word = {"1 = 2", "1 = 1", "none = 1"};
    double unknown = Double.NaN;
    double[][] and = {{0, 0, 0}, {0, 1, unknown}, {0, unknown, unknown}};
    double[][] or = {{0, 1, unknown}, {1, 1, 1}, {unknown, 1, unknown}};
    double[] not = {1, 0, unknown};
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        assertThat(number(word[i] + " and " + word[j])).isEqualTo(Double.valueOf(and[i][j]));
        assertThat(number(word[i] + " or " + word[j])).isEqualTo(Double.valueOf(or[i][j]));
      }
      assertThat(number("not " + word[i])).isEqualTo(Double.valueOf(not[i]));
    }
  }

  @Test
  void textExpressionsYieldText() {
    assertThat(Expression.parse("coalesce(nothing, plan)").bind(SCHEMA).text(ROW))
        .isEqualTo("O'Neil");
    assertThat(Expression.parse("if(none = 1, plan, 'x')").bind(SCHEMA).text(ROW)).isNull();
  }

  @Test
  void knowsItsColumnsInOrder() {
    assertThat(
            Expression.parse("if(z in ('a'), [y 1], -coalesce(x, z)) is missing and not w > x")
                .columns())
        .containsExactly("z", "y 1", "x", "w");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "((a))+( b*2 ) | a + b * 2",
        "(a+b)*2 | (a + b) * 2",
        "a-(b-c) | a - (b - c)",
        "(a-b)-c | a - b - c",
        "not(a=1)and b=2 | not a = 1 and b = 2",
        "not (a = 1 and b = 2) | not (a = 1 and b = 2)",
        "(a is  missing)=(b=1) | (a is missing) = (b = 1)",
        "x  not   in('a','it''s',-1) | x not in ('a', 'it''s', -1)",
        "[plain]+[odd name]+[in] | plain + [odd name] + [in]",
        "-(-2) | --2",
        "60d+ 1.50 | 60d + 1.50",
        "if( a>1 ,b,c) | if(a > 1, b, c)",
      })
  void canonicalTextHasSingleBlanksAndNoNeedlessBrackets(String text, String expected) {
    assertThat(Expression.parse(text).canonical()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a + | found the end where a value belongs | 4",
        "a b | found 'b' after a value | 3",
        "(a | found the end where ')' belongs | 3",
        "a) | found ')' after a value | 2",
        "a == 1 | equality is written = | 3",
        "a && b | write and | 3",
        "a = \"tv\" | single quotes | 5",
        "a < b < c | can't be chained | 7",
        "a = 'tv | the text has no end | 5",
        "[odd | the name has no end | 1",
        "1x + 2 | neither a number nor a duration | 2",
        "1. | ends with a dot | 3",
        "1e999 | too large | 1",
        "coalesse(a, b) | did you mean coalesce? | 1",
        "if(a, b) | if(condition, then, else) | 1",
        "a is null | write is missing or is not missing | 6",
        "a in 'x' | a list follows in | 6",
        "a in (b) | lists hold numbers and texts | 7",
        "a AND b | did you mean and? | 3",
        "in > 1 | a column of that name is written [in] | 1",
        "a = not b | put brackets around it | 5",
        "a $ b | unknown sign '$' | 3",
      })
  void errorsNameThePlaceAndWhatIsValid(String text, String message, int position) {
    assertThatThrownBy(() -> Expression.parse(text))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("at position " + position + ";")
        .hasMessageEndingWith("\n  " + text + "\n  " + " ".repeat(position - 1) + "^");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "plna = 'x' | no column 'plna', at position 1; did you mean plan? there are a, b, none",
        "plan + 1 | 'plan' is text",
        "(a > 1) + 1 | if(condition, 1, 0) makes one",
        "plan and a > 1 | as in plan = 'true'",
        "a or b > 1 | as in a != 0",
        "a = 'many' | 'a' is a number, but 'many' is not",
        "a in (1, 'many') | 'a' is a number, but 'many' is not",
        "at > 'soon' | compare with a date or time",
        "plan < 3 | state types: {plan: number}",
        "plan = a | 'plan' is text and 'a' is a number",
        "(a > 1) = (b > 1) | can't compare conditions",
        "if(a > 1, plan, 2) | '2' is a number, but 'plan' is text",
        "coalesce(a, 'x') | must be of one type",
      })
  void bindingRefusesTypesThatDoNotGoTogether(String text, String message) {
    Expression expression = Expression.parse(text);
    assertThatThrownBy(() -> expression.bind(SCHEMA))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("^");
  }

  @Test
  void bindingRefusesTheWrongKind() {
    assertThatThrownBy(() -> Expression.parse("plan").bind(SCHEMA, Kind.TRUTH))
        .hasMessageContaining("this is text")
        .hasMessageContaining("a condition belongs here");
    assertThatThrownBy(() -> Expression.parse("plan").bind(SCHEMA, Kind.NUMBER))
        .hasMessageContaining("a number belongs here");
    assertThat(Expression.parse("a > b").bind(SCHEMA, Kind.NUMBER).number(ROW)).isEqualTo(1);
  }

  @Test
  void sizeAndDepthAreBounded() {
    for (String text :
        new String[] {
          "(".repeat(5_000),
          "-".repeat(5_000) + "1",
          "not ".repeat(2_000) + "a = 1",
          "abs(".repeat(2_000),
          "1" + "+1".repeat(4_000),
          "a = 1" + " or a = 1".repeat(1_000),
          "1".repeat(20_000)
        }) {
      assertThatThrownBy(() -> Expression.parse(text))
          .isInstanceOf(ExpressionException.class)
          .hasMessageContaining("at most");
    }
    String chain = "1" + " + 1".repeat(400);
    assertThat(Expression.parse(chain).constant()).hasValue(401);
  }

  @Test
  void evaluationAllocatesNothing() {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    var bound =
        Expression.parse(
                "if(plan in ('x', 'y') or at > '2024-03-01' and (none > 1) is missing,"
                    + " coalesce(none, min(a, b, 3) / max(a, 2)) + log(a), exp(b))")
            .bind(SCHEMA, Kind.NUMBER);
    double sum = 0;
    for (int i = 0; i < 1_000; i++) {
      sum += bound.number(ROW);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100_000; i++) {
      sum += bound.number(ROW);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(sum).isNotZero();
    // Less than one byte a row: what the measurement itself may leave.
    assertThat(allocated).isLessThan(100_000);
  }

  @Test
  void constantsAreKnownWithoutARow() {
    assertThat(Expression.parse("10 + 0.7 * 100").constant()).hasValue(80);
    assertThat(Expression.parse("10 + clv").constant()).isEmpty();
    assertThat(Expression.parse("1 / 0").constant()).isEmpty();
    assertThat(Expression.parse("1 = 1").constant()).isEmpty();
    assertThat(Expression.parse("'x'").constant()).isEmpty();
  }

  @Test
  void equalTextsAreEqualExpressions() {
    assertThat(Expression.parse("a + 1"))
        .isEqualTo(Expression.parse("a + 1"))
        .hasSameHashCodeAs(Expression.parse("a + 1"))
        .isNotEqualTo(Expression.parse("a+1"));
  }

  private static double number(String text) {
    return Expression.parse(text).bind(SCHEMA).number(ROW);
  }
}
