package dev.gnomon.features.internal;

import dev.gnomon.core.Refusal;
import dev.gnomon.data.Dictionary;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongToIntFunction;

/// The records of a partition of all sources in pieces of whole keys that fit into memory: one
/// piece mostly; where it is too large, by further bits of the hash of the keys, on disk.
final class KeySlices {
  /// Under which name the listed observations stand: no source can be called so.
  static final String LISTED = FeatureProgram.LISTED;

  /// What the records, the order and the columns of a piece take, in bytes of its records.
  private static final int GROWTH = 3;

  private final Map<String, PartitionedRecords> records;
  private final Dictionary keys;
  private final long most;
  private final ReentrantLock large;

  /// @param most how many bytes one key may take in memory
  /// @param large held while a piece beyond the share is computed, so that there is one at a time
  KeySlices(
      Map<String, PartitionedRecords> records, Dictionary keys, long most, ReentrantLock large) {
    this.records = records;
    this.keys = keys;
    this.most = most;
    this.large = large;
  }

  /// One piece; what is taken is let go of.
  record Slice(Map<String, PartitionedRecords> records, int partition) {
    long[] take(String source) {
      PartitionedRecords found = records.get(source);
      return found == null ? new long[0] : found.take(partition);
    }

    long bytes() {
      return records.values().stream().mapToLong(r -> r.bytes(partition)).sum();
    }
  }

  /// @param share how many bytes of records a piece has at most, unless one key has more
  /// @throws Refusal if a key does not fit into memory
  void forEach(int partition, long share, Consumer<Slice> work) {
    forEach(new Slice(records, partition), 0, share, work);
  }

  private void forEach(Slice slice, int level, long share, Consumer<Slice> work) {
    if (slice.bytes() <= share) {
      work.accept(slice);
    } else if (level == KeyCodes.LEVELS || oneKey(slice)) {
      requireRoom(slice);
      large.lock();
      try {
        work.accept(slice);
      } finally {
        large.unlock();
      }
    } else {
      split(slice, level + 1, share, work);
    }
  }

  private void split(Slice slice, int level, long share, Consumer<Slice> work) {
    LongToIntFunction part = first -> KeyCodes.part(keys.text((int) (first >>> 32)), level);
    Map<String, PartitionedRecords> parts = new LinkedHashMap<>();
    try {
      slice.records().forEach((name, all) -> parts.put(name, all.split(slice.partition(), part)));
      for (int p = 0; p < PartitionedRecords.PARTITIONS; p++) {
        Slice next = new Slice(parts, p);
        if (next.bytes() > 0) {
          forEach(next, level, share, work);
        }
      }
    } finally {
      parts.values().forEach(PartitionedRecords::close);
    }
  }

  private static boolean oneKey(Slice slice) {
    int[] only = {KeyCodes.UNKNOWN};
    boolean[] more = new boolean[1];
    slice
        .records()
        .values()
        .forEach(all ->
            all.forEach(
                slice.partition(),
                (words, count) -> {
                  for (int at = 0; at < count && !more[0]; at += all.width()) {
                    int key = (int) (words[at] >>> 32);
                    more[0] = only[0] != KeyCodes.UNKNOWN && only[0] != key;
                    only[0] = key;
                  }
                }));
    return !more[0];
  }

  private void requireRoom(Slice slice) {
    long bytes = slice.bytes() * GROWTH;
    boolean tooLong =
        slice.records().values().stream()
            .anyMatch(all -> all.bytes(slice.partition()) / Long.BYTES > Integer.MAX_VALUE - 8);
    if (bytes <= most && !tooLong) {
      return;
    }
    Map<Integer, Long> counts = new HashMap<>();
    slice
        .records()
        .values()
        .forEach(all ->
            all.forEach(
                slice.partition(),
                (words, count) -> {
                  for (int at = 0; at < count; at += all.width()) {
                    counts.merge((int) (words[at] >>> 32), 1L, Long::sum);
                  }
                }));
    Map.Entry<Integer, Long> largest =
        counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
    throw new Refusal(
        "key " + keys.text(largest.getKey()),
        "its %,d rows take about %,d MB of memory to compute, of %,d MB that one key may take"
            .formatted(largest.getValue(), bytes >> 20, most >> 20),
        "a larger heap (GNOMON_JAVA_OPTS=-Xmx...), or a `where` that leaves such a key out");
  }
}
