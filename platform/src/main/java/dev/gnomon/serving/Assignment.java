package dev.gnomon.serving;

import java.nio.charset.StandardCharsets;

/// Puts keys on the unit interval, the same everywhere and for ever: FNV-1a (64 bits) over salt, a
/// zero byte and key in UTF-8, then the finaliser of MurmurHash3, of which the upper 53 bits are
/// used.
///
/// A key keeps its place as long as the salt stays, so that a person in the hold-out remains there.
public final class Assignment {
  private Assignment() {}

  /// A number in [0, 1).
  public static double unit(String salt, String key) {
    long hash = 0xcbf29ce484222325L;
    hash = fold(hash, salt);
    hash = hash * 0x100000001b3L;
    hash = fold(hash, key);
    hash ^= hash >>> 33;
    hash *= 0xff51afd7ed558ccdL;
    hash ^= hash >>> 33;
    hash *= 0xc4ceb9fe1a85ec53L;
    hash ^= hash >>> 33;
    return (hash >>> 11) * 0x1.0p-53;
  }

  private static long fold(long start, String text) {
    long hash = start;
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (one & 0xFF)) * 0x100000001b3L;
    }
    return hash;
  }
}
