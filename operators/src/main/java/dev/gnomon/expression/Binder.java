package dev.gnomon.expression;

import dev.gnomon.expression.Code.Numeric;
import dev.gnomon.expression.Code.Textual;
import dev.gnomon.expression.Code.Truth;
import dev.gnomon.expression.Expression.Kind;
import dev.gnomon.expression.Node.Arithmetic;
import dev.gnomon.expression.Node.Call;
import dev.gnomon.expression.Node.ColumnName;
import dev.gnomon.expression.Node.Compare;
import dev.gnomon.expression.Node.In;
import dev.gnomon.expression.Node.IsMissing;
import dev.gnomon.expression.Node.Junction;
import dev.gnomon.expression.Node.Negate;
import dev.gnomon.expression.Node.Not;
import dev.gnomon.expression.Node.NumberLiteral;
import dev.gnomon.expression.Node.TextLiteral;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Turns a tree into closures over the rows of one schema.
final class Binder implements Node.Visitor<Code> {
  private static final int NAMES_SHOWN = 30;

  private final String text;
  private final Schema schema;

  Binder(String text, Schema schema) {
    this.text = text;
    this.schema = schema;
  }

  @Override
  public Code number(NumberLiteral node) {
    double value = node.value();
    return (Numeric) row -> value;
  }

  @Override
  public Code text(TextLiteral node) {
    return constant(node.value());
  }

  private static Textual constant(String value) {
    return row -> value;
  }

  @Override
  public Code column(ColumnName node) {
    int column = schema.indexOf(node.name());
    if (column < 0) {
      List<String> names = schema.names();
      throw Place.error(
          text,
          node.at(),
          "no column '" + node.name() + "'",
          Nearest.to(node.name(), names).map(name -> "did you mean " + name + "? ").orElse("")
              + (names.isEmpty() ? "there are none" : "there are " + shown(names)));
    }
    return switch (schema.field(column).type()) {
      case NUMBER -> (Numeric) row -> Code.finite(row.number(column));
      case TEXT -> (Textual) row -> row.text(column);
      case TIME ->
          (Numeric)
              row -> {
                long time = row.time(column);
                return time == Times.MISSING ? Double.NaN : time / (double) Times.SECOND;
              };
    };
  }

  private static String shown(List<String> names) {
    int rest = names.size() - NAMES_SHOWN;
    return String.join(", ", rest > 0 ? names.subList(0, NAMES_SHOWN) : names)
        + (rest > 0 ? " and " + rest + " more" : "");
  }

  @Override
  public Code negate(Negate node) {
    Numeric operand = numeric(node.operand(), "-");
    return (Numeric) row -> -operand.number(row);
  }

  @Override
  public Code arithmetic(Arithmetic node) {
    Numeric a = numeric(node.left(), node.operation().symbol);
    Numeric b = numeric(node.right(), node.operation().symbol);
    return switch (node.operation()) {
      case ADD -> (Numeric) row -> Code.finite(a.number(row) + b.number(row));
      case SUBTRACT -> (Numeric) row -> Code.finite(a.number(row) - b.number(row));
      case MULTIPLY -> (Numeric) row -> Code.finite(a.number(row) * b.number(row));
      case DIVIDE -> (Numeric) row -> Code.finite(a.number(row) / b.number(row));
    };
  }

  @Override
  public Code compare(Compare node) {
    Code left = node.left().accept(this);
    Code right = node.right().accept(this);
    left = alike(node.left(), left, node.right(), right, node);
    right = alike(node.right(), right, node.left(), left, node);
    if (left instanceof Numeric a && right instanceof Numeric b) {
      return Comparing.numbers(node.comparison(), a, b);
    }
    if (left instanceof Textual a && right instanceof Textual b) {
      return Comparing.texts(node.comparison(), a, b);
    }
    if (left instanceof Truth || right instanceof Truth) {
      throw error(
          node,
          "'" + node.comparison().symbol + "' can't compare conditions",
          "combine them with and, or and not");
    }
    boolean textLeft = left instanceof Textual;
    throw error(
        node,
        "'%s' is text and '%s' is a number"
            .formatted(
                Printer.print(textLeft ? node.left() : node.right()),
                Printer.print(textLeft ? node.right() : node.left())),
        "both sides must be of one type; types: in the use-case file can state a column's type");
  }

  /// A literal takes the type of what it is compared with: text columns keep their source text, so
  /// `status = 1` compares with the text `1`, and `age > '18'` with the number 18.
  private Code alike(Node node, Code code, Node other, Code otherCode, Compare compare) {
    if (node instanceof NumberLiteral literal && otherCode instanceof Textual) {
      if (compare.comparison().ordering()) {
        throw error(
            compare,
            "'%s' is text, which has no order among numbers".formatted(Printer.print(other)),
            "use = or !=, or state types: {%s: number}".formatted(Printer.print(other)));
      }
      return constant(literal.text());
    }
    if (node instanceof TextLiteral literal && otherCode instanceof Numeric) {
      return quotedNumber(literal, other);
    }
    return code;
  }

  private Numeric quotedNumber(TextLiteral literal, Node other) {
    double value = numberIn(literal, other);
    return row -> value;
  }

  /// The number in quotes; for a time column the seconds of an ISO date or time.
  private double numberIn(TextLiteral literal, Node other) {
    boolean time =
        other instanceof ColumnName column
            && schema.field(schema.indexOf(column.name())).type() == Type.TIME;
    var value = time ? Comparing.seconds(literal.value()) : Comparing.decimal(literal.value());
    return value.orElseThrow(() ->
        error(
            literal,
            "'%s' is a %s, but '%s' is not"
                .formatted(Printer.print(other), time ? "time" : "number", literal.value()),
            time ? "compare with a date or time, as in '2024-03-01'" : "compare with a number"));
  }

  @Override
  public Code in(In node) {
    Code operand = node.operand().accept(this);
    int no = Code.truthOf(node.negated());
    int yes = 1 - no;
    if (operand instanceof Textual textual) {
      Set<String> values = new HashSet<>();
      for (Node value : node.values()) {
        values.add(
            value instanceof TextLiteral literal
                ? literal.value()
                : ((NumberLiteral) value).text());
      }
      return (Truth)
          row -> {
            String found = textual.text(row);
            return found == null ? Truth.MISSING : values.contains(found) ? yes : no;
          };
    }
    if (operand instanceof Numeric numeric) {
      double[] values =
          node.values().stream()
              .mapToDouble(value ->
                  value instanceof TextLiteral literal
                      ? numberIn(literal, node.operand())
                      : ((NumberLiteral) value).value())
              .toArray();
      return (Truth)
          row -> {
            double found = numeric.number(row);
            return Double.isNaN(found)
                ? Truth.MISSING
                : Comparing.contains(values, found) ? yes : no;
          };
    }
    throw error(node, "a condition can't be looked up in a list", "use and, or and not");
  }

  @Override
  public Code isMissing(IsMissing node) {
    Code operand = node.operand().accept(this);
    boolean negated = node.negated();
    if (operand instanceof Numeric numeric) {
      return (Truth) row -> Code.truthOf(Double.isNaN(numeric.number(row)) != negated);
    }
    if (operand instanceof Textual textual) {
      return (Truth) row -> Code.truthOf((textual.text(row) == null) != negated);
    }
    Truth truth = (Truth) operand;
    return (Truth) row -> Code.truthOf((truth.truth(row) == Truth.MISSING) != negated);
  }

  @Override
  public Code not(Not node) {
    Truth operand = truth(node.operand(), "not");
    return (Truth)
        row -> {
          int value = operand.truth(row);
          return value == Truth.MISSING ? value : 1 - value;
        };
  }

  @Override
  public Code junction(Junction node) {
    String word = node.conjunction() ? "and" : "or";
    Truth a = truth(node.left(), word);
    Truth b = truth(node.right(), word);
    int decisive = node.conjunction() ? Truth.NO : Truth.YES;
    return (Truth)
        row -> {
          int left = a.truth(row);
          if (left == decisive) {
            return decisive;
          }
          int right = b.truth(row);
          return right == decisive
              ? decisive
              : Math.max(left, right) == Truth.MISSING ? Truth.MISSING : 1 - decisive;
        };
  }

  @Override
  public Code call(Call node) {
    String word = node.function().word;
    List<Node> arguments = node.arguments();
    return switch (node.function()) {
      case IF -> branches(node);
      case COALESCE -> Comparing.firstPresent(alike(node, arguments));
      case MIN, MAX -> {
        boolean least = node.function() == Node.Function.MIN;
        Numeric[] values =
            arguments.stream().map(argument -> numeric(argument, word)).toArray(Numeric[]::new);
        yield Comparing.extreme(least, values);
      }
      case ABS -> {
        Numeric value = numeric(arguments.get(0), word);
        yield (Numeric) row -> Math.abs(value.number(row));
      }
      // StrictMath, so that a feature has the same bits on every processor.
      case LOG -> {
        Numeric value = numeric(arguments.get(0), word);
        yield (Numeric) row -> Code.finite(StrictMath.log(value.number(row)));
      }
      case EXP -> {
        Numeric value = numeric(arguments.get(0), word);
        yield (Numeric) row -> Code.finite(StrictMath.exp(value.number(row)));
      }
      case GEO_DISTANCE -> {
        Numeric lat1 = numeric(arguments.get(0), word);
        Numeric lon1 = numeric(arguments.get(1), word);
        Numeric lat2 = numeric(arguments.get(2), word);
        Numeric lon2 = numeric(arguments.get(3), word);
        yield (Numeric)
            row ->
                GeoDistance.km(
                    lat1.number(row), lon1.number(row), lat2.number(row), lon2.number(row));
      }
      case KEY -> joined(arguments);
      case HOUR, MINUTE, WEEKDAY, DAY, DAY_OF_YEAR, WEEK, MONTH, QUARTER, YEAR -> {
        Numeric time = numeric(arguments.get(0), word);
        CalendarPart part = calendarPart(node);
        yield (Numeric) row -> part.of(time.number(row));
      }
      case IS_WEEKEND -> {
        Numeric time = numeric(arguments.get(0), word);
        CalendarPart part = calendarPart(node);
        yield (Truth)
            row -> {
              double weekday = part.of(time.number(row));
              return Double.isNaN(weekday) ? Truth.MISSING : Code.truthOf(weekday >= 6);
            };
      }
    };
  }

  private Code joined(List<Node> arguments) {
    Textual[] parts = new Textual[arguments.size()];
    for (int i = 0; i < parts.length; i++) {
      Code code = arguments.get(i).accept(this);
      if (!(code instanceof Textual textual)) {
        throw error(
            arguments.get(i),
            "'%s' is %s".formatted(Printer.print(arguments.get(i)), word(code.kind())),
            "'key' needs texts; types: in the use-case file can state a column's type");
      }
      parts[i] = textual;
    }
    return (Textual)
        row -> {
          String[] values = new String[parts.length];
          for (int i = 0; i < parts.length; i++) {
            String value = parts[i].text(row);
            if (value == null) {
              return null;
            }
            values[i] = value;
          }
          return Expression.key(values);
        };
  }

  private static CalendarPart calendarPart(Call node) {
    List<Node> arguments = node.arguments();
    return arguments.size() == 1
        ? CalendarPart.utc(node.function())
        : new CalendarPart(node.function(), ZoneId.of(((TextLiteral) arguments.get(1)).value()));
  }

  private Code branches(Call node) {
    Truth condition = truth(node.arguments().get(0), "if");
    List<Code> branches = alike(node, node.arguments().subList(1, 3));
    Code then = branches.get(0);
    Code otherwise = branches.get(1);
    return Comparing.choose(condition, then, otherwise);
  }

  /// The arguments, which must be of one kind.
  private List<Code> alike(Call call, List<Node> arguments) {
    List<Code> codes = arguments.stream().map(argument -> argument.accept(this)).toList();
    for (int i = 1; i < codes.size(); i++) {
      if (codes.get(i).kind() != codes.get(0).kind()) {
        throw error(
            arguments.get(i),
            "'%s' is %s, but '%s' is %s"
                .formatted(
                    Printer.print(arguments.get(i)),
                    word(codes.get(i).kind()),
                    Printer.print(arguments.get(0)),
                    word(codes.get(0).kind())),
            "the values of " + call.function().word + " must be of one type");
      }
    }
    return codes;
  }

  Numeric numeric(Node node, String user) {
    Code code = node.accept(this);
    if (code instanceof Numeric numeric) {
      return numeric;
    }
    throw error(
        node,
        "'%s' is %s".formatted(Printer.print(node), word(code.kind())),
        code instanceof Truth
            ? "'%s' needs a number; if(condition, 1, 0) makes one".formatted(user)
            : "'%s' needs a number; types: in the use-case file can state a column's type"
                .formatted(user));
  }

  Truth truth(Node node, String user) {
    Code code = node.accept(this);
    if (code instanceof Truth truth) {
      return truth;
    }
    String printed = Printer.print(node);
    throw error(
        node,
        "'%s' is %s".formatted(printed, word(code.kind())),
        "'%s' needs a condition, as in %s"
            .formatted(user, code instanceof Textual ? printed + " = 'true'" : printed + " != 0"));
  }

  static String word(Kind kind) {
    return switch (kind) {
      case NUMBER -> "a number";
      case TEXT -> "text";
      case TRUTH -> "a condition";
    };
  }

  private ExpressionException error(Node node, String found, String valid) {
    return Place.error(text, node.at(), found, valid);
  }
}
