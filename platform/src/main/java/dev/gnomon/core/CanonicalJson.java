package dev.gnomon.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON that is the same bytes for the same content, so that it can be hashed: members sorted by
/// name, no spaces, the shortest decimal that reads back as the same double, UTF-8, one line feed
/// at the end.
///
/// NaN and infinities have no place in JSON and are refused: write null or leave the member out.
public final class CanonicalJson {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private CanonicalJson() {}

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static byte[] bytes(JsonNode node) {
    return text(node).getBytes(StandardCharsets.UTF_8);
  }

  public static String text(JsonNode node) {
    StringBuilder out = new StringBuilder(1024);
    append(node, out);
    return out.append('\n').toString();
  }

  /// SHA-256 of [#bytes], in hexadecimal.
  public static String hash(JsonNode node) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(node)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  public static void write(JsonNode node, Path file) {
    try {
      Files.write(file, bytes(node));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @throws BadInput when the file is missing or no JSON
  public static JsonNode read(Path file) {
    try {
      return MAPPER.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new BadInput(file.toString(), "it can't be read", "a readable JSON file");
    } catch (JacksonException e) {
      throw new BadInput(
          file.toString(), "it is no JSON: " + e.getOriginalMessage(), "a JSON document");
    }
  }

  private static void append(JsonNode node, StringBuilder out) {
    switch (node.getNodeType()) {
      case OBJECT -> {
        List<String> names = new ArrayList<>(node.propertyNames());
        Collections.sort(names);
        char separator = '{';
        for (String name : names) {
          out.append(separator);
          append(name, out);
          out.append(':');
          append(node.get(name), out);
          separator = ',';
        }
        out.append(separator == '{' ? "{}" : "}");
      }
      case ARRAY -> {
        char separator = '[';
        for (JsonNode element : node) {
          out.append(separator);
          append(element, out);
          separator = ',';
        }
        out.append(separator == '[' ? "[]" : "]");
      }
      case STRING -> append(node.stringValue(), out);
      case BOOLEAN -> out.append(node.booleanValue());
      case NUMBER -> {
        if (node.isIntegralNumber()) {
          out.append(node.bigIntegerValue());
        } else {
          double value = node.doubleValue();
          if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(value + " has no place in JSON");
          }
          out.append(value);
        }
      }
      case NULL -> out.append("null");
      case BINARY, MISSING, POJO ->
          throw new IllegalArgumentException("no JSON value: " + node.getNodeType());
    }
  }

  private static void append(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          // A lone surrogate has no UTF-8 form; escaped, it survives.
          if (c < 0x20 || loneSurrogate(text, i)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static boolean loneSurrogate(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
