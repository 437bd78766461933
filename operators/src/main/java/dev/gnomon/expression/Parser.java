package dev.gnomon.expression;

import dev.gnomon.expression.Node.Comparison;
import dev.gnomon.expression.Node.Function;
import dev.gnomon.expression.Node.Operation;
import dev.gnomon.schema.Nearest;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Operator-precedence parser (V. R. Pratt, "Top down operator precedence", POPL 1973): each infix
/// operator has a strength, and an operand takes everything that binds more strongly than the
/// operator before it.
final class Parser {
  static final int OR = 1;
  static final int AND = 2;
  static final int NOT = 3;
  static final int COMPARISON = 4;
  static final int SUM = 5;
  static final int PRODUCT = 6;
  static final int NEGATION = 7;
  static final int ATOM = 8;

  static final int MAX_LENGTH = 10_000;

  /// Bounds the recursion here and in every walk over the tree.
  static final int MAX_DEPTH = 500;

  private static final int MAX_VALUES = 2_000;

  /// Words that can't stand for a column without brackets.
  static final Set<String> RESERVED = Set.of("and", "or", "not", "is", "in");

  private final String text;
  private final List<Token> tokens;
  private int next;
  private int depth;

  private Parser(String text) {
    this.text = text;
    this.tokens = Tokenizer.tokens(text);
  }

  static Node parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new ExpressionException(
          "the expression has " + text.length() + " characters", "at most " + MAX_LENGTH);
    }
    if (text.isBlank()) {
      throw new ExpressionException(
          "the expression is empty", "write a column, a number or a formula");
    }
    var parser = new Parser(text);
    Node whole = parser.expression(OR);
    if (parser.peek().type() != Token.Type.END) {
      throw parser.unexpectedAfterValue();
    }
    return whole;
  }

  private Node expression(int strength) {
    if (++depth > MAX_DEPTH) {
      throw tooDeep(peek().at());
    }
    int levels = 1;
    Node left = operand(strength);
    boolean compared = false;
    while (true) {
      Token token = peek();
      int found = strengthOf(token);
      if (found < strength || found == 0) {
        depth -= levels;
        return left;
      }
      if (found == COMPARISON && compared) {
        throw error(token, "comparisons can't be chained", "join them with and: a < b and b < c");
      }
      compared = found == COMPARISON;
      // A chain a + b + c leans to the left: it deepens the tree although nothing recurses here.
      levels++;
      if (++depth > MAX_DEPTH) {
        throw tooDeep(token.at());
      }
      left = infix(left, token, found);
    }
  }

  private Node infix(Node left, Token token, int strength) {
    next++;
    int at = token.at();
    if (token.type() == Token.Type.WORD) {
      return switch (token.text()) {
        case "and" -> new Node.Junction(true, left, expression(strength + 1), at);
        case "or" -> new Node.Junction(false, left, expression(strength + 1), at);
        case "is" -> isMissing(left, at);
        case "in" -> new Node.In(left, values(), false, at);
        default -> {
          next++; // the `in` of `not in`, which strengthOf saw
          yield new Node.In(left, values(), true, at);
        }
      };
    }
    for (Operation operation : Operation.values()) {
      if (token.isSymbol(operation.symbol)) {
        return new Node.Arithmetic(operation, left, expression(strength + 1), at);
      }
    }
    for (Comparison comparison : Comparison.values()) {
      if (token.isSymbol(comparison.symbol)) {
        return new Node.Compare(comparison, left, expression(strength + 1), at);
      }
    }
    throw new AssertionError(token);
  }

  private Node isMissing(Node left, int at) {
    boolean negated = peek().isWord("not");
    if (negated) {
      next++;
    }
    if (!peek().isWord("missing")) {
      throw error(peek(), "found " + peek().describe(), "write is missing or is not missing");
    }
    next++;
    return new Node.IsMissing(left, negated, at);
  }

  private List<Node> values() {
    expect("(", "a list follows in, as in ('a', 'b')");
    List<Node> values = new ArrayList<>();
    do {
      Token token = take();
      boolean minus = token.isSymbol("-") && peek().type() == Token.Type.NUMBER;
      if (minus) {
        token = take();
      }
      if (token.type() == Token.Type.NUMBER) {
        values.add(literal(token, minus));
      } else if (token.type() == Token.Type.TEXT) {
        values.add(new Node.TextLiteral(token.text(), token.at()));
      } else {
        throw error(
            token, "found " + token.describe(), "lists hold numbers and texts, as in ('a', 'b')");
      }
      if (values.size() > MAX_VALUES) {
        throw error(token, "the list is too long", "at most " + MAX_VALUES + " values");
      }
    } while (comma());
    expect(")", "a list ends with )");
    return List.copyOf(values);
  }

  private Node operand(int strength) {
    Token token = take();
    int at = token.at();
    return switch (token.type()) {
      case NUMBER -> literal(token, false);
      case TEXT -> new Node.TextLiteral(token.text(), at);
      case QUOTED_NAME -> new Node.ColumnName(token.text(), at);
      case WORD -> word(token, strength);
      case SYMBOL -> {
        if (token.isSymbol("-")) {
          yield peek().type() == Token.Type.NUMBER
              ? literal(take(), true)
              : new Node.Negate(expression(NEGATION), at);
        }
        if (token.isSymbol("(")) {
          Node inner = expression(OR);
          expect(")", "this closes the bracket at position " + (at + 1));
          yield inner;
        }
        throw expectedValue(token);
      }
      case END -> throw expectedValue(token);
    };
  }

  private Node word(Token token, int strength) {
    if (token.text().equals("not") && strength <= NOT) {
      return new Node.Not(expression(NOT), token.at());
    }
    if (RESERVED.contains(token.text())) {
      throw error(
          token,
          "found " + token.describe() + " where a value belongs",
          token.text().equals("not")
              ? "put brackets around it, as in (not a)"
              : "a column of that name is written [" + token.text() + "]");
    }
    if (!peek().isSymbol("(")) {
      return new Node.ColumnName(token.text(), token.at());
    }
    for (Function function : Function.values()) {
      if (function.word.equals(token.text())) {
        return call(function, token);
      }
    }
    throw error(
        token,
        "unknown function '" + token.text() + "'",
        Nearest.to(token.text(), Function.words()).map(w -> "did you mean " + w + "? ").orElse("")
            + "there are "
            + String.join(", ", Function.words()));
  }

  private Node call(Function function, Token token) {
    expect("(", "arguments follow");
    List<Node> arguments = new ArrayList<>();
    do {
      arguments.add(expression(OR));
    } while (comma());
    expect(")", "arguments end with )");
    int count = arguments.size();
    if (count < function.least || count > function.most) {
      String takes =
          switch (function) {
            case IF -> "takes three arguments: if(condition, then, else)";
            case COALESCE, MIN, MAX, KEY -> "takes 2 to " + function.most + " arguments";
            case ABS, LOG, EXP -> "takes one argument";
            case GEO_DISTANCE ->
                "takes two points in degrees: geo_distance(lat1, lon1, lat2, lon2)";
            default ->
                "takes a time, and a zone if wanted: %s(observed_at, 'Europe/Berlin')"
                    .formatted(function.word);
          };
      throw error(token, "'" + function.word + "' has " + count, "it " + takes);
    }
    if (function.ofCalendar() && count == 2) {
      zone(arguments.get(1));
    }
    return new Node.Call(function, List.copyOf(arguments), token.at());
  }

  /// A zone is a literal: a definition must not depend on the row.
  private void zone(Node argument) {
    String valid = "a time zone in single quotes, as in 'Europe/Berlin', 'UTC' or '+02:00'";
    if (!(argument instanceof Node.TextLiteral literal)) {
      throw Place.error(text, argument.at(), "a zone that is no literal", valid);
    }
    try {
      ZoneId.of(literal.value());
    } catch (DateTimeException e) {
      throw Place.error(text, argument.at(), "no time zone '" + literal.value() + "'", valid);
    }
  }

  private static Node literal(Token token, boolean minus) {
    return new Node.NumberLiteral(
        minus ? -token.value() : token.value(),
        minus ? "-" + token.text() : token.text(),
        token.at());
  }

  /// 0 for everything that is no infix operator.
  private int strengthOf(Token token) {
    if (token.type() == Token.Type.WORD) {
      return switch (token.text()) {
        case "or" -> OR;
        case "and" -> AND;
        case "is", "in" -> COMPARISON;
        case "not" -> tokens.get(next + 1).isWord("in") ? COMPARISON : 0;
        default -> 0;
      };
    }
    if (token.type() != Token.Type.SYMBOL) {
      return 0;
    }
    return switch (token.text()) {
      case "=", "!=", "<", "<=", ">", ">=" -> COMPARISON;
      case "+", "-" -> SUM;
      case "*", "/" -> PRODUCT;
      default -> 0;
    };
  }

  private boolean comma() {
    boolean found = peek().isSymbol(",");
    if (found) {
      next++;
    }
    return found;
  }

  private void expect(String symbol, String why) {
    if (!peek().isSymbol(symbol)) {
      throw error(peek(), "found " + peek().describe() + " where '" + symbol + "' belongs", why);
    }
    next++;
  }

  private Token peek() {
    return tokens.get(next);
  }

  private Token take() {
    Token token = tokens.get(next);
    if (token.type() != Token.Type.END) {
      next++;
    }
    return token;
  }

  private ExpressionException unexpectedAfterValue() {
    Token token = peek();
    String valid = "an operator belongs here: + - * / = != < <= > >= and or is in";
    if (token.isSymbol(")")) {
      valid = "there is no ( for it";
    } else if (token.isSymbol(",")) {
      valid = "commas stand only between arguments";
    } else if (token.type() == Token.Type.WORD) {
      valid =
          Nearest.to(token.text(), RESERVED.stream().sorted().toList())
                  .map(word -> "did you mean " + word + "? ")
                  .orElse("")
              + valid;
    }
    return error(token, "found " + token.describe() + " after a value", valid);
  }

  private ExpressionException expectedValue(Token token) {
    return error(
        token,
        "found " + token.describe() + " where a value belongs",
        "a column, a number, a text in single quotes, a function or ( belongs here");
  }

  private ExpressionException tooDeep(int at) {
    return Place.error(
        text, at, "the expression is nested too deeply", "at most " + MAX_DEPTH + " levels");
  }

  private ExpressionException error(Token token, String found, String valid) {
    return Place.error(text, token.at(), found, valid);
  }
}
