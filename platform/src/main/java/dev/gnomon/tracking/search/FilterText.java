package dev.gnomon.tracking.search;

import dev.gnomon.tracking.TrackingError;
import java.util.ArrayList;
import java.util.List;

/// The characters of a filter, and a place in them: reads names, operators and values.
final class FilterText {
  private final String parameter;
  private final String source;
  private int at;

  FilterText(String parameter, String source) {
    this.parameter = parameter;
    this.source = source;
    for (int i = 0; i < source.length(); i++) {
      char c = source.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < source.length()
              && Character.isLowSurrogate(source.charAt(i + 1));
      // Neither is text that a database could hold.
      if (c == 0 || (Character.isSurrogate(c) && !pair)) {
        throw errorAt(i, c == 0 ? "a NUL character" : "half of a surrogate pair");
      }
      if (pair) {
        i++;
      }
    }
  }

  int position() {
    return at;
  }

  boolean atEnd() {
    return at == source.length();
  }

  void skipBlank() {
    while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
      at++;
    }
  }

  boolean skip(char c) {
    if (at < source.length() && source.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  /// Skips a keyword in any case, if it comes next.
  boolean word(String keyword) {
    skipBlank();
    int end = at + keyword.length();
    if (source.regionMatches(true, at, keyword, 0, keyword.length())
        && (end == source.length() || !inName(source.charAt(end), false))) {
      at = end;
      return true;
    }
    return false;
  }

  /// A name: letters, digits and `_`, or anything in double quotes or backticks.
  String name(String expected) {
    return quotedOrBare(false, expected);
  }

  /// The rest of an identifier behind its first dot: may hold `.`, `/`, `-` and `:` unquoted.
  String key() {
    return quotedOrBare(true, "a key; one with other characters stands in \" or `");
  }

  private String quotedOrBare(boolean key, String expected) {
    if (at < source.length() && (source.charAt(at) == '"' || source.charAt(at) == '`')) {
      String name = quoted();
      if (name.isEmpty()) {
        throw error("expected " + expected + ", found an empty name");
      }
      return name;
    }
    int start = at;
    while (at < source.length() && inName(source.charAt(at), key)) {
      at++;
    }
    if (at == start) {
      throw error("expected " + expected);
    }
    return source.substring(start, at);
  }

  private static boolean inName(char c, boolean key) {
    return Character.isLetterOrDigit(c)
        || Character.isSurrogate(c)
        || c == '_'
        || (key && (c == '.' || c == '/' || c == '-' || c == ':'));
  }

  /// Up to the closing quote; a doubled quote stands for one. A backslash is a character like any
  /// other.
  private String quoted() {
    int start = at;
    char quote = source.charAt(at++);
    var text = new StringBuilder();
    while (at < source.length()) {
      char c = source.charAt(at++);
      if (c != quote) {
        text.append(c);
      } else if (at < source.length() && source.charAt(at) == quote) {
        text.append(c);
        at++;
      } else {
        return text.toString();
      }
    }
    throw errorAt(start, "a quote that is never closed");
  }

  /// An operator in its plain form: `==` is `=`, words are in upper case with one blank.
  String operator() {
    skipBlank();
    for (String word : List.of("LIKE", "ILIKE", "IN")) {
      if (word(word)) {
        return word;
      }
    }
    if (word("NOT")) {
      if (word("IN")) {
        return "NOT IN";
      }
      throw error("expected IN after NOT");
    }
    for (String sign : List.of("==", "!=", ">=", "<=", "=", ">", "<")) {
      if (source.startsWith(sign, at)) {
        at += sign.length();
        return sign.equals("==") ? "=" : sign;
      }
    }
    throw error("expected a comparison: =, !=, >, >=, <, <=, LIKE, ILIKE, IN or NOT IN");
  }

  /// A number; beyond the range of a double it is the greatest, as stored infinities are.
  double number(String of) {
    skipBlank();
    int start = at;
    if (at < source.length() && (source.charAt(at) == '-' || source.charAt(at) == '+')) {
      at++;
    }
    int digits = digits();
    if (skip('.')) {
      digits += digits();
    }
    if (digits > 0 && at < source.length() && (source.charAt(at) | 0x20) == 'e') {
      int mark = at++;
      if (at < source.length() && (source.charAt(at) == '-' || source.charAt(at) == '+')) {
        at++;
      }
      if (digits() == 0) {
        at = mark;
      }
    }
    boolean ends = at == source.length() || !inName(source.charAt(at), true);
    if (digits == 0 || !ends) {
      at = start;
      throw error("%s is compared with a number without quotes".formatted(of));
    }
    double value = Double.parseDouble(source.substring(start, at));
    return Math.clamp(value, -Double.MAX_VALUE, Double.MAX_VALUE);
  }

  private int digits() {
    int start = at;
    while (at < source.length() && source.charAt(at) >= '0' && source.charAt(at) <= '9') {
      at++;
    }
    return at - start;
  }

  /// A text in single or double quotes.
  String string(String of) {
    skipBlank();
    if (at == source.length() || (source.charAt(at) != '\'' && source.charAt(at) != '"')) {
      throw error("%s is compared with a text in quotes".formatted(of));
    }
    return quoted();
  }

  /// Texts in quotes within parentheses.
  List<String> list(String of, int most) {
    skipBlank();
    if (!skip('(')) {
      throw error("expected a list of texts in parentheses, for example ('a', 'b')");
    }
    var values = new ArrayList<String>();
    do {
      if (values.size() == most) {
        throw error("a list of more than %d values".formatted(most));
      }
      values.add(string(of));
      skipBlank();
    } while (skip(','));
    if (!skip(')')) {
      throw error("expected , or ) in the list");
    }
    return values;
  }

  TrackingError error(String what) {
    return errorAt(at, what);
  }

  TrackingError unexpected(String what, String found) {
    return error(what + ", found " + found + " before");
  }

  /// An error that shows where; characters count from 1.
  TrackingError errorAt(int position, String what) {
    String rest = FilterParser.shown(source.substring(Math.min(position, source.length())));
    return TrackingError.invalid(
        "Invalid %s at character %d, %s: %s"
            .formatted(
                parameter,
                position + 1,
                rest.isBlank() ? "its end" : "before `" + rest + "`",
                what));
  }
}
