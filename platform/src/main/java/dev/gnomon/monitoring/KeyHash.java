package dev.gnomon.monitoring;

/// 64 bits in place of a key: two of a million keys collide with a chance of one in 37 million.
final class KeyHash {
  private KeyHash() {}

  /// Never 0. Allocates nothing.
  static long of(String key) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
    }
    long mixed = mix(hash);
    return mixed == 0 ? 1 : mixed;
  }

  /// The finaliser of MurmurHash3.
  static long mix(long value) {
    long hash = value;
    hash ^= hash >>> 33;
    hash *= 0xff51afd7ed558ccdL;
    hash ^= hash >>> 33;
    hash *= 0xc4ceb9fe1a85ec53L;
    return hash ^ hash >>> 33;
  }
}
