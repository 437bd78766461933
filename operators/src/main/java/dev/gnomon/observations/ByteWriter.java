package dev.gnomon.observations;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Growing bytes: values as they are read again, and values so that unsigned comparison of the
/// bytes is the canonical order.
final class ByteWriter {
  private ByteBuffer bytes = ByteBuffer.allocate(256);

  void clear() {
    bytes.clear();
  }

  byte[] copy() {
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /// A 64-bit hash of what was written.
  long hash(long seed) {
    long hash = seed ^ 0x9E37_79B9_7F4A_7C15L;
    byte[] all = bytes.array();
    for (int i = 0; i < bytes.position(); i++) {
      hash = (hash ^ all[i]) * 0xC2B2_AE3D_27D4_EB4FL;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  private void room(int more) {
    if (bytes.remaining() < more) {
      ByteBuffer larger =
          ByteBuffer.allocate(Math.max(bytes.capacity() * 2, bytes.position() + more));
      larger.put(bytes.flip());
      bytes = larger;
    }
  }

  void word(int value) {
    room(Integer.BYTES);
    bytes.putInt(value);
  }

  void number(long value) {
    room(Long.BYTES);
    bytes.putLong(value);
  }

  void number(double value) {
    number(Double.doubleToRawLongBits(value));
  }

  void text(@Nullable String text) {
    if (text == null) {
      word(-1);
      return;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    word(utf8.length);
    room(utf8.length);
    bytes.put(utf8);
  }

  private void single(int value) {
    room(1);
    bytes.put((byte) value);
  }

  /// Missing first, then by number; the two zeros are one.
  void ordered(double value) {
    if (Double.isNaN(value)) {
      single(1);
      return;
    }
    single(2);
    long bits = Double.doubleToLongBits(value + 0.0);
    number(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE);
  }

  void ordered(long time) {
    number(time ^ Long.MIN_VALUE);
  }

  /// Missing first, then by the bytes in UTF-8; a text comes before those that it begins.
  void ordered(@Nullable String text) {
    if (text == null) {
      single(1);
      return;
    }
    single(2);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      single(b);
      if (b == 0) {
        single(2);
      }
    }
    single(0);
    single(1);
  }
}
