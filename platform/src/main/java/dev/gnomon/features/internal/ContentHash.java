package dev.gnomon.features.internal;

import dev.gnomon.data.Column;
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
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 12);

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

  /// Feeds the values of a column, in order. Columns may be fed in batches of any size.
  void column(Column column) {
    switch (column) {
      case Column.Numbers numbers -> {
        for (double value : numbers.values()) {
          number(Double.doubleToLongBits(value));
        }
      }
      case Column.Moments moments -> {
        for (long value : moments.micros()) {
          number(value);
        }
      }
      case Column.Texts texts -> {
        byte @Nullable [][] known = new byte @Nullable [texts.dictionary().size()][];
        for (int code : texts.codes()) {
          if (code < 0) {
            text(null);
            continue;
          }
          byte[] bytes = known[code];
          if (bytes == null) {
            bytes = String.valueOf(texts.dictionary().text(code)).getBytes(StandardCharsets.UTF_8);
            known[code] = bytes;
          }
          bytes(bytes);
        }
      }
    }
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
