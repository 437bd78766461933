package dev.gnomon.features.internal;

import org.jspecify.annotations.Nullable;

/// Two independent 64-bit hashes of a text or number: equal ids are found by them. With a thousand
/// million ids the odds that two different ones meet are below 1 in 10^20.
final class Hash128 {
  private static final long FIRST = 0x9E37_79B9_7F4A_7C15L;
  private static final long SECOND = 0xC2B2_AE3D_27D4_EB4FL;

  private long high;
  private long low;

  long high() {
    return high;
  }

  long low() {
    return low;
  }

  void of(@Nullable String text) {
    long h = 1;
    long l = 2;
    if (text != null) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        h = mix(h ^ c, FIRST);
        l = mix(l ^ c, SECOND);
      }
      h ^= text.length();
      l ^= text.length();
    }
    high = mix(h, SECOND);
    low = mix(l, FIRST);
  }

  void of(long number) {
    high = mix(mix(number ^ 3, FIRST), SECOND);
    low = mix(mix(number ^ 5, SECOND), FIRST);
  }

  static long mix(long value, long factor) {
    long product = value * factor;
    return (product ^ (product >>> 29)) + 0x632B_E59B_D9B4_E019L;
  }

  static long mix(long value) {
    return mix(mix(value, FIRST), SECOND);
  }
}
