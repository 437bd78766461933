package dev.gnomon.client;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads JSON (RFC 8259): objects as maps in their order, arrays as lists, numbers as Double,
/// texts, booleans, null. Strict, and no deeper than the stack is good for.
final class JsonReader {
  private static final int MAX_DEPTH = 64;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /// @throws UnreadableAnswer when it is no UTF-8 or no JSON
  static @Nullable Object read(byte[] utf8) throws UnreadableAnswer {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new UnreadableAnswer("it is no UTF-8");
    }
    JsonReader reader = new JsonReader(text);
    Object value = reader.value();
    reader.blank();
    if (reader.at < text.length()) {
      throw reader.wrong("something follows the value");
    }
    return value;
  }

  private @Nullable Object value() throws UnreadableAnswer {
    blank();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> object() throws UnreadableAnswer {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    enter();
    if (!ends('}')) {
      do {
        blank();
        String name = string();
        blank();
        expect(':');
        object.put(name, value());
      } while (goesOn('}'));
    }
    depth--;
    return object;
  }

  private List<@Nullable Object> array() throws UnreadableAnswer {
    List<@Nullable Object> array = new ArrayList<>();
    enter();
    if (!ends(']')) {
      do {
        array.add(value());
      } while (goesOn(']'));
    }
    depth--;
    return array;
  }

  private void enter() throws UnreadableAnswer {
    at++;
    if (++depth > MAX_DEPTH) {
      throw wrong("it is nested deeper than " + MAX_DEPTH);
    }
  }

  /// Whether the object or array is empty.
  private boolean ends(char end) throws UnreadableAnswer {
    blank();
    if (peek() != end) {
      return false;
    }
    at++;
    return true;
  }

  private boolean goesOn(char end) throws UnreadableAnswer {
    blank();
    if (peek() == ',') {
      at++;
      return true;
    }
    expect(end);
    return false;
  }

  private String string() throws UnreadableAnswer {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (true) {
      char c = next();
      if (c == '"') {
        return out.toString();
      }
      if (c < ' ') {
        throw wrong("a text holds a control character");
      }
      out.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() throws UnreadableAnswer {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unit();
      default -> throw wrong("no escape sequence");
    };
  }

  /// Four hexadecimal digits.
  private char unit() throws UnreadableAnswer {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      char hex = next();
      // Digits of other scripts are none here.
      int digit = hex < 0x80 ? Character.digit(hex, 16) : -1;
      if (digit < 0) {
        throw wrong("no hexadecimal digit after \\u");
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  private Double number() throws UnreadableAnswer {
    int from = at;
    skip('-');
    if (!skip('0')) {
      digits();
    }
    if (skip('.')) {
      digits();
    }
    if (skip('e') || skip('E')) {
      if (!skip('+')) {
        skip('-');
      }
      digits();
    }
    return Double.valueOf(text.substring(from, at));
  }

  private void digits() throws UnreadableAnswer {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == from) {
      throw wrong("no JSON value");
    }
  }

  private boolean skip(char c) {
    boolean there = at < text.length() && text.charAt(at) == c;
    if (there) {
      at++;
    }
    return there;
  }

  private @Nullable Object word(String word, @Nullable Object value) throws UnreadableAnswer {
    if (!text.startsWith(word, at)) {
      throw wrong("no JSON value");
    }
    at += word.length();
    return value;
  }

  private void blank() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void expect(char c) throws UnreadableAnswer {
    if (peek() != c) {
      throw wrong("no '" + c + "'");
    }
    at++;
  }

  private char peek() throws UnreadableAnswer {
    if (at >= text.length()) {
      throw wrong("it ends too early");
    }
    return text.charAt(at);
  }

  private char next() throws UnreadableAnswer {
    char c = peek();
    at++;
    return c;
  }

  private UnreadableAnswer wrong(String what) {
    return new UnreadableAnswer("%s at character %d".formatted(what, at));
  }
}
