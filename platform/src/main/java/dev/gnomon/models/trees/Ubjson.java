package dev.gnomon.models.trees;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Universal Binary JSON (draft 12, big-endian) as XGBoost writes it, read into the tree that its
/// JSON gives.
///
/// Hostile input can't claim more than it brings: a container that states its length needs as many
/// bytes, and nesting is bounded.
final class Ubjson {
  private static final int DEEPEST = 64;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final ByteBuffer in;

  private Ubjson(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes);
  }

  /// @throws IllegalArgumentException with the position, when the bytes are no such document
  static JsonNode read(byte[] bytes) {
    Ubjson reader = new Ubjson(bytes);
    try {
      JsonNode root = reader.value(reader.marker(), 0);
      if (reader.in.hasRemaining()) {
        throw reader.bad("the document goes on after its end");
      }
      return root;
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the document ends too early", e);
    }
  }

  private IllegalArgumentException bad(String what) {
    return new IllegalArgumentException("%s (byte %d)".formatted(what, in.position()));
  }

  private byte marker() {
    byte marker = in.get();
    while (marker == 'N') {
      marker = in.get();
    }
    return marker;
  }

  private JsonNode value(byte marker, int level) {
    return switch (marker) {
      case '{' -> object(level + 1);
      case '[' -> array(level + 1);
      case 'S' -> NODES.stringNode(text());
      case 'C' -> NODES.stringNode(String.valueOf((char) (in.get() & 0x7f)));
      case 'Z' -> NODES.nullNode();
      case 'T' -> NODES.booleanNode(true);
      case 'F' -> NODES.booleanNode(false);
      case 'd' -> NODES.numberNode(in.getFloat());
      case 'D' -> NODES.numberNode(in.getDouble());
      default -> {
        long number = integer(marker);
        yield number == (int) number ? NODES.numberNode((int) number) : NODES.numberNode(number);
      }
    };
  }

  private long integer(byte marker) {
    return switch (marker) {
      case 'i' -> in.get();
      case 'U' -> in.get() & 0xff;
      case 'I' -> in.getShort();
      case 'l' -> in.getInt();
      case 'L' -> in.getLong();
      default -> throw bad("marker 0x%02x".formatted(marker));
    };
  }

  /// How many bytes a value of a stated type takes at least.
  private int bytes(byte type) {
    return switch (type) {
      case 'i', 'U', 'C' -> 1;
      case 'I', 'S' -> 2;
      case 'l', 'd' -> 4;
      case 'L', 'D' -> 8;
      default -> throw bad("a container of type 0x%02x".formatted(type));
    };
  }

  private int length(int each) {
    long length = integer(marker());
    if (length < 0 || length > in.remaining() / each) {
      throw bad("a length of " + length);
    }
    return (int) length;
  }

  private String text() {
    byte[] bytes = new byte[length(1)];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private JsonNode array(int level) {
    deeper(level);
    ArrayNode array = NODES.arrayNode();
    byte marker = marker();
    if (marker == '$') {
      byte type = in.get();
      int each = bytes(type);
      if (in.get() != '#') {
        throw bad("a typed array without a length");
      }
      for (int left = length(each); left > 0; left--) {
        array.add(value(type, level));
      }
    } else if (marker == '#') {
      for (int left = length(1); left > 0; left--) {
        array.add(value(marker(), level));
      }
    } else {
      for (; marker != ']'; marker = marker()) {
        array.add(value(marker, level));
      }
    }
    return array;
  }

  private JsonNode object(int level) {
    deeper(level);
    ObjectNode object = NODES.objectNode();
    byte marker = marker();
    if (marker == '#') {
      for (int left = length(1); left > 0; left--) {
        member(object, level);
      }
    } else {
      while (marker != '}') {
        in.position(in.position() - 1);
        member(object, level);
        marker = marker();
      }
    }
    return object;
  }

  private void member(ObjectNode object, int level) {
    String name = text();
    if (object.has(name)) {
      throw bad("member '%s' twice".formatted(name));
    }
    object.set(name, value(marker(), level));
  }

  private void deeper(int level) {
    if (level > DEEPEST) {
      throw bad("nested deeper than " + DEEPEST);
    }
  }
}
