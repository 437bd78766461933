package dev.gnomon.features.internal;

import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.observations.KeyText;
import java.util.Arrays;

/// One code per key over all sources, and the translation of each source's own codes into it.
///
/// A number that is whole is the key of its digits, so that 17850 and "17850" are one customer.
final class KeyCodes {
  static final int UNKNOWN = -1;

  /// The last level of [#part].
  static final int LEVELS = 3;

  private static final int UNRESOLVED = -2;

  private final Dictionary dictionary = new Dictionary();

  private byte[] partitions = {};
  private int partitioned;

  Dictionary dictionary() {
    return dictionary;
  }

  /// The partition of a key: by its text, so that it is the same in every process, whatever order
  /// files are read in. For the one thread that adds keys.
  int partition(int code) {
    if (code >= partitions.length) {
      partitions = Arrays.copyOf(partitions, Math.max(1024, code * 2));
    }
    while (partitioned <= code) {
      partitions[partitioned] = (byte) part(dictionary.text(partitioned), 0);
      partitioned++;
    }
    return partitions[code] & (PartitionedRecords.PARTITIONS - 1);
  }

  /// Where a key belongs in a partition of that level, by eight bits of its hash: level 0 are the
  /// partitions themselves, up to level [#LEVELS] each is a part of one of the level before.
  static int part(@org.jspecify.annotations.Nullable String key, int level) {
    int hash = String.valueOf(key).hashCode() * 0x9E37_79B9;
    return hash >>> (24 - 8 * level) & (PartitionedRecords.PARTITIONS - 1);
  }

  int size() {
    return dictionary.size();
  }

  /// Translates the keys of one scan.
  final class Translation {
    private final boolean adds;
    private int[] known = {};

    /// @param adds whether new keys get codes; otherwise they are [#UNKNOWN]
    Translation(boolean adds) {
      this.adds = adds;
    }

    int partition(int code) {
      return KeyCodes.this.partition(code);
    }

    int code(Column keys, int row) {
      return switch (keys) {
        case Column.Texts texts -> text(texts, texts.codes()[row]);
        case Column.Numbers numbers -> one(KeyCodes.text(numbers.values()[row]));
        case Column.Moments moments ->
            one(moments.missing(row) ? null : Long.toString(moments.micros()[row]));
      };
    }

    private int text(Column.Texts texts, int own) {
      if (own < 0) {
        return UNKNOWN;
      }
      if (own >= known.length) {
        int before = known.length;
        known = Arrays.copyOf(known, Math.max(own + 1, Math.max(1024, before * 2)));
        Arrays.fill(known, before, known.length, UNRESOLVED);
      }
      int code = known[own];
      if (code == UNRESOLVED) {
        code = one(texts.dictionary().text(own));
        known[own] = code;
      }
      return code;
    }

    private int one(@org.jspecify.annotations.Nullable String key) {
      return adds ? dictionary.code(key) : dictionary.find(key);
    }
  }

  /// The text of a numeric key; null when missing.
  static @org.jspecify.annotations.Nullable String text(double number) {
    return KeyText.of(number);
  }
}
