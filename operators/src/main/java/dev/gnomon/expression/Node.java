package dev.gnomon.expression;

import java.util.Arrays;
import java.util.List;

/// The syntax tree of an expression. `at` is the offset in the text, for messages.
///
/// Walked through [Visitor] rather than a switch: this module compiles to bytecode 17, which has no
/// exhaustive switch over sealed types.
sealed interface Node {
  int at();

  <R> R accept(Visitor<R> visitor);

  /// A number or a duration (then in seconds).
  ///
  /// @param text as written, because text columns are compared with it
  record NumberLiteral(double value, String text, int at) implements Node {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.number(this);
    }
  }

  record TextLiteral(String value, int at) implements Node {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.text(this);
    }
  }

  record ColumnName(String name, int at) implements Node {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.column(this);
    }
  }

  record Negate(Node operand, int at) implements Node {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.negate(this);
    }
  }

  record Arithmetic(Operation operation, Node left, Node right, int at) implements Node {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.arithmetic(this);
    }
  }

  record Compare(Comparison comparison, Node left, Node right, int at) implements Node {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.compare(this);
    }
  }

  /// `and`, or `or` when not `conjunction`.
  record Junction(boolean conjunction, Node left, Node right, int at) implements Node {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.junction(this);
    }
  }

  record Not(Node operand, int at) implements Node {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.not(this);
    }
  }

  record IsMissing(Node operand, boolean negated, int at) implements Node {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.isMissing(this);
    }
  }

  /// @param values literals only
  record In(Node operand, List<Node> values, boolean negated, int at) implements Node {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.in(this);
    }
  }

  record Call(Function function, List<Node> arguments, int at) implements Node {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.call(this);
    }
  }

  enum Operation {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/");

    final String symbol;

    Operation(String symbol) {
      this.symbol = symbol;
    }
  }

  enum Comparison {
    EQUAL("="),
    NOT_EQUAL("!="),
    LESS("<"),
    AT_MOST("<="),
    GREATER(">"),
    AT_LEAST(">=");

    final String symbol;

    Comparison(String symbol) {
      this.symbol = symbol;
    }

    boolean ordering() {
      return this != EQUAL && this != NOT_EQUAL;
    }
  }

  enum Function {
    IF("if", 3, 3),
    COALESCE("coalesce", 2, 100),
    MIN("min", 2, 100),
    MAX("max", 2, 100),
    ABS("abs", 1, 1),
    LOG("log", 1, 1),
    EXP("exp", 1, 1),
    HOUR("hour", 1, 2),
    MINUTE("minute", 1, 2),
    WEEKDAY("weekday", 1, 2),
    DAY("day", 1, 2),
    DAY_OF_YEAR("day_of_year", 1, 2),
    WEEK("week", 1, 2),
    MONTH("month", 1, 2),
    QUARTER("quarter", 1, 2),
    YEAR("year", 1, 2),
    IS_WEEKEND("is_weekend", 1, 2),
    GEO_DISTANCE("geo_distance", 4, 4),
    KEY("key", 2, 20);

    final String word;
    final int least;
    final int most;

    Function(String word, int least, int most) {
      this.word = word;
      this.least = least;
      this.most = most;
    }

    /// Whether it takes a time, and perhaps a zone.
    boolean ofCalendar() {
      return compareTo(HOUR) >= 0 && compareTo(IS_WEEKEND) <= 0;
    }

    static List<String> words() {
      return Arrays.stream(values()).map(function -> function.word).toList();
    }
  }

  interface Visitor<R> {
    R number(NumberLiteral node);

    R text(TextLiteral node);

    R column(ColumnName node);

    R negate(Negate node);

    R arithmetic(Arithmetic node);

    R compare(Compare node);

    R junction(Junction node);

    R not(Not node);

    R isMissing(IsMissing node);

    R in(In node);

    R call(Call node);
  }
}
