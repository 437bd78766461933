package dev.gnomon.operators;

import org.jspecify.annotations.Nullable;

/// A 64-bit hash of a value, the same on every machine: what distinct counts tell values apart by.
/// With a million values the odds that two meet are below 1 in 10^7.
public final class Hash64 {
  private static final long FIRST = 0x9E37_79B9_7F4A_7C15L;
  private static final long SECOND = 0xC2B2_AE3D_27D4_EB4FL;

  private Hash64() {}

  public static long of(@Nullable String text) {
    long h = 1;
    if (text != null) {
      for (int i = 0; i < text.length(); i++) {
        h = (h ^ text.charAt(i)) * FIRST;
        h ^= h >>> 29;
      }
      h ^= text.length();
    }
    return finish(h);
  }

  /// As of the text of these characters.
  public static long of(char[] text, int from, int to) {
    long h = 1;
    for (int i = from; i < to; i++) {
      h = (h ^ text[i]) * FIRST;
      h ^= h >>> 29;
    }
    return finish(h ^ to - from);
  }

  public static long of(double number) {
    return finish(Double.doubleToLongBits(number + 0.0) ^ 3);
  }

  /// The finaliser of MurmurHash3 with other odd factors: every input bit reaches every output bit.
  static long finish(long value) {
    long h = value;
    h = (h ^ h >>> 32) * SECOND;
    h = (h ^ h >>> 29) * FIRST;
    return h ^ h >>> 32;
  }
}
