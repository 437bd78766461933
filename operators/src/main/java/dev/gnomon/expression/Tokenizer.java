package dev.gnomon.expression;

import java.util.ArrayList;
import java.util.List;

/// Cuts an expression into tokens.
final class Tokenizer {
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Tokenizer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) {
    return new Tokenizer(text).all();
  }

  private List<Token> all() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        at++;
      } else if (digit(at) || (c == '.' && digit(at + 1))) {
        number();
      } else if (c == '\'') {
        tokens.add(new Token(Token.Type.TEXT, quoted('\'', "text", "'"), 0, at0));
      } else if (c == '[') {
        String name = quoted(']', "name", "]");
        if (name.isBlank()) {
          throw Place.error(text, at0, "the brackets hold no name", "write [a column]");
        }
        tokens.add(new Token(Token.Type.QUOTED_NAME, name, 0, at0));
      } else if (wordStart(text.codePointAt(at))) {
        word();
      } else {
        symbol();
      }
    }
    tokens.add(new Token(Token.Type.END, "", 0, text.length()));
    return tokens;
  }

  /// Where the last quoted token began.
  private int at0;

  /// Reads up to the closing character; doubled, it stands for itself.
  private String quoted(char close, String what, String closing) {
    at0 = at++;
    var content = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != close) {
        content.append(c);
      } else if (at < text.length() && text.charAt(at) == close) {
        content.append(close);
        at++;
      } else {
        return content.toString();
      }
    }
    throw Place.error(text, at0, "the " + what + " has no end", "close it with " + closing);
  }

  private void word() {
    int from = at;
    while (at < text.length() && wordPart(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
    tokens.add(new Token(Token.Type.WORD, text.substring(from, at), 0, from));
  }

  private void number() {
    int from = at;
    digits();
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      if (!digit(at)) {
        throw Place.error(text, at, "the number ends with a dot", "write digits after it");
      }
      digits();
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int sign = at + 1 < text.length() && "+-".indexOf(text.charAt(at + 1)) >= 0 ? 1 : 0;
      if (digit(at + 1 + sign)) {
        at += 1 + sign;
        digits();
      }
    }
    double value = Double.parseDouble(text.substring(from, at));
    if (at < text.length() && wordPart(text.codePointAt(at))) {
      value *= unit(from);
    }
    if (Double.isInfinite(value)) {
      throw Place.error(text, from, "the number is too large", "at most 1.7e308");
    }
    tokens.add(new Token(Token.Type.NUMBER, text.substring(from, at), value, from));
  }

  /// Seconds of the unit that stands directly behind a number, as in `60d`.
  private int unit(int from) {
    int suffix = at;
    while (at < text.length() && wordPart(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
    return switch (text.substring(suffix, at)) {
      case "s" -> 1;
      case "m" -> 60;
      case "h" -> 3_600;
      case "d" -> 86_400;
      case "w" -> 604_800;
      default ->
          throw Place.error(
              text,
              suffix,
              "'" + text.substring(from, at) + "' is neither a number nor a duration",
              "durations end with s, m, h, d or w, as in 60d; quote odd names, as in ["
                  + text.substring(from, at)
                  + "]");
    };
  }

  private void digits() {
    while (digit(at)) {
      at++;
    }
  }

  private void symbol() {
    String two = at + 2 <= text.length() ? text.substring(at, at + 2) : "";
    switch (two) {
      case "!=", "<=", ">=" -> {
        tokens.add(new Token(Token.Type.SYMBOL, two, 0, at));
        at += 2;
        return;
      }
      case "==" -> throw Place.error(text, at, "unknown sign '=='", "equality is written =");
      case "<>" -> throw Place.error(text, at, "unknown sign '<>'", "inequality is written !=");
      case "&&" -> throw Place.error(text, at, "unknown sign '&&'", "write and");
      case "||" -> throw Place.error(text, at, "unknown sign '||'", "write or");
      default -> {}
    }
    char c = text.charAt(at);
    if ("+-*/=<>(),".indexOf(c) >= 0) {
      tokens.add(new Token(Token.Type.SYMBOL, String.valueOf(c), 0, at));
      at++;
      return;
    }
    String valid =
        switch (c) {
          case '"' -> "text stands in single quotes, as in 'tv'";
          case '!' -> "write not, or != for inequality";
          case '%' -> "write a share as a number, as in 0.05";
          case '`' -> "odd names stand in square brackets, as in [odd name]";
          default -> "odd names stand in square brackets, text in single quotes";
        };
    throw Place.error(
        text,
        at,
        "unknown sign '" + new String(Character.toChars(text.codePointAt(at))) + "'",
        valid);
  }

  private boolean digit(int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }

  static boolean wordStart(int c) {
    return c == '_' || Character.isLetter(c);
  }

  static boolean wordPart(int c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }
}
