package dev.gnomon.expression;

/// One word of an expression.
///
/// @param text a name or text without its quotes, a number as written, a symbol; empty at the end
/// @param value of a number; durations in seconds
record Token(Type type, String text, double value, int at) {
  enum Type {
    NUMBER,
    TEXT,
    /// A bare word: a column, a function or a keyword.
    WORD,
    /// A column in square brackets.
    QUOTED_NAME,
    SYMBOL,
    END
  }

  boolean isSymbol(String symbol) {
    return type == Type.SYMBOL && text.equals(symbol);
  }

  boolean isWord(String word) {
    return type == Type.WORD && text.equals(word);
  }

  /// For messages.
  String describe() {
    return switch (type) {
      case END -> "the end";
      case TEXT -> "the text '" + text + "'";
      case QUOTED_NAME -> "[" + text + "]";
      case NUMBER, WORD, SYMBOL -> "'" + text + "'";
    };
  }
}
