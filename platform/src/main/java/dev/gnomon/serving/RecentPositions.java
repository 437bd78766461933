package dev.gnomon.serving;

/// Where the newest decision about a key at a time lies, for the last 500,000 to a million of them.
///
/// Two generations of open-addressed tables of primitives: 16 bytes a slot and no object per
/// decision, where a map of boxed entries cost ten times the memory and most of the collector's
/// work. Keys are held as 64 bits of hash: what is found must be compared with the record itself.
/// Safe for use by several threads.
final class RecentPositions {
  static final int GENERATION = 500_000;

  /// For "none"; positions are never negative.
  static final long NONE = -1;

  private Table current = new Table(1 << 10);
  private Table before = new Table(1);

  private static final class Table {
    long[] hashes;
    long[] positions;
    int used;

    Table(int capacity) {
      hashes = new long[capacity];
      positions = new long[capacity];
    }

    /// The slot of the hash, or the free one where it belongs.
    int slot(long hash) {
      int mask = hashes.length - 1;
      int at = (int) hash & mask;
      while (hashes[at] != 0 && hashes[at] != hash) {
        at = (at + 1) & mask;
      }
      return at;
    }

    void put(long hash, long position) {
      int at = slot(hash);
      if (hashes[at] == 0) {
        hashes[at] = hash;
        used++;
      }
      positions[at] = position;
    }

    long get(long hash) {
      int at = slot(hash);
      return hashes[at] == 0 ? NONE : positions[at];
    }

    void grow() {
      long[] oldHashes = hashes;
      long[] oldPositions = positions;
      hashes = new long[2 * oldHashes.length];
      positions = new long[2 * oldHashes.length];
      for (int i = 0; i < oldHashes.length; i++) {
        if (oldHashes[i] != 0) {
          int at = slot(oldHashes[i]);
          hashes[at] = oldHashes[i];
          positions[at] = oldPositions[i];
        }
      }
    }
  }

  synchronized void put(String key, long at, long position) {
    if (current.used == GENERATION) {
      before = current;
      current = new Table(1 << 10);
    } else if (2 * current.used >= current.hashes.length) {
      current.grow();
    }
    current.put(hash(key, at), position);
  }

  /// A position whose record is very likely the newest about the key at the time, or [#NONE].
  synchronized long get(String key, long at) {
    long hash = hash(key, at);
    long found = current.get(hash);
    return found != NONE || before.used == 0 ? found : before.get(hash);
  }

  /// Never 0, which marks a free slot.
  private static long hash(String key, long at) {
    long hash = at * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * 0x100000001B3L;
      hash ^= hash >>> 29;
    }
    hash *= 0xBF58476D1CE4E5B9L;
    hash ^= hash >>> 32;
    return hash == 0 ? 1 : hash;
  }
}
