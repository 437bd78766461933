package dev.gnomon.features.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// SHA-256 over a sequence of longs and texts. Texts carry their length, so that no two sequences
/// feed the same bytes.
final class ContentHash {
  private final MessageDigest digest;
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 15);

  ContentHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  void number(long value) {
    if (buffer.remaining() < Long.BYTES) {
      drain();
    }
    buffer.putLong(value);
  }

  void bytes(byte[] bytes) {
    number(bytes.length);
    if (buffer.remaining() < bytes.length) {
      drain();
    }
    if (bytes.length <= buffer.remaining()) {
      buffer.put(bytes);
    } else {
      digest.update(bytes);
    }
  }

  /// A missing text differs from an empty one.
  void text(@Nullable String text) {
    if (text == null) {
      number(-1);
    } else {
      bytes(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void drain() {
    digest.update(buffer.flip());
    buffer.clear();
  }

  byte[] finish() {
    drain();
    return digest.digest();
  }

  String hex() {
    return HexFormat.of().formatHex(finish());
  }
}
