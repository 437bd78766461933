package dev.gnomon.data;

/// Longs under longs in open addressing, 16 to 32 bytes an entry. Only the first value under a key
/// is kept. The value 0 can't be kept apart from absence and is stored as 1.
final class HashTable {
  private long[] keys = new long[1024];
  private long[] values = new long[1024];
  private int size;

  /// Keeps `value` under `key` unless there is one.
  ///
  /// @return the value that was there; 0 when there was none
  long keep(long key, long value) {
    int mask = keys.length - 1;
    int slot = (int) (key ^ (key >>> 32)) & mask;
    while (values[slot] != 0) {
      if (keys[slot] == key) {
        return values[slot];
      }
      slot = (slot + 1) & mask;
    }
    keys[slot] = key;
    values[slot] = stored(value);
    if (++size * 2 > keys.length) {
      grow();
    }
    return 0;
  }

  static long stored(long value) {
    return value == 0 ? 1 : value;
  }

  int size() {
    return size;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = new long[keys.length];
    size = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != 0) {
        keep(oldKeys[i], oldValues[i]);
      }
    }
  }
}
