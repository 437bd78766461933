package dev.gnomon.tracking.search;

import java.util.List;

/// What a condition asks of a value.
public sealed interface Comparison {
  /// A number against a number. A value NaN is unequal to all and neither greater nor less.
  record Numeric(Relation relation, double value) implements Comparison {}

  /// A text equal (or not) to a text, code point by code point.
  record Text(boolean equal, String value) implements Comparison {}

  /// A text like a pattern: `%` stands for any run of characters, `_` for one, everything else for
  /// itself; there is no escape.
  ///
  /// @param ignoreCase of the letters A to Z, which is what a database does in any locale
  record Like(String pattern, boolean ignoreCase) implements Comparison {}

  /// A text among texts, or not.
  record In(boolean among, List<String> values) implements Comparison {
    public In {
      values = List.copyOf(values);
    }
  }

  /// How two numbers compare.
  enum Relation {
    EQUAL("="),
    UNEQUAL("!="),
    GREATER(">"),
    AT_LEAST(">="),
    LESS("<"),
    AT_MOST("<=");

    private final String sign;

    Relation(String sign) {
      this.sign = sign;
    }

    /// As written in filters, and in SQL.
    public String sign() {
      return sign;
    }

    /// Whether it holds between two numbers.
    public boolean holds(double left, double right) {
      return switch (this) {
        case EQUAL -> left == right;
        case UNEQUAL -> left != right;
        case GREATER -> left > right;
        case AT_LEAST -> left >= right;
        case LESS -> left < right;
        case AT_MOST -> left <= right;
      };
    }
  }
}
