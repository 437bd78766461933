package dev.gnomon.client;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes maps, iterables, texts, numbers, booleans, times (ISO 8601) and null as JSON. NaN, which
/// is a missing number, becomes null.
final class JsonWriter {
  private final StringBuilder out = new StringBuilder(256);

  private JsonWriter() {}

  /// @throws IllegalArgumentException for any other type, and for an infinite number
  static byte[] write(@Nullable Object value) {
    JsonWriter writer = new JsonWriter();
    writer.value(value);
    return writer.out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void value(@Nullable Object value) {
    if (value == null || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof CharSequence || value instanceof Instant) {
      text(value.toString());
    } else if (value instanceof Number number) {
      number(number);
    } else if (value instanceof Map<?, ?> map) {
      out.append('{');
      String comma = "";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(comma);
        text(String.valueOf(entry.getKey()));
        out.append(':');
        value(entry.getValue());
        comma = ",";
      }
      out.append('}');
    } else if (value instanceof Iterable<?> list) {
      out.append('[');
      String comma = "";
      for (Object item : list) {
        out.append(comma);
        value(item);
        comma = ",";
      }
      out.append(']');
    } else {
      throw new IllegalArgumentException(
          "a %s can't be sent; give a number, a text, a boolean, an Instant or null"
              .formatted(value.getClass().getName()));
    }
  }

  private void number(Number number) {
    if (number instanceof Double || number instanceof Float) {
      double real = number.doubleValue();
      if (Double.isInfinite(real)) {
        throw new IllegalArgumentException("an infinite number can't be sent");
      }
      if (Double.isNaN(real)) {
        out.append("null");
        return;
      }
    }
    out.append(number);
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (pair) {
        out.append(c).append(text.charAt(++i));
      } else if (c < ' ' || Character.isSurrogate(c)) {
        // Half a pair would become a question mark in UTF-8, and so another key; the server refuses
        // it by name.
        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
