package dev.gnomon.features.internal;

import dev.gnomon.features.internal.PartitionedRecords.MemoryBudget;
import dev.gnomon.operators.IndexSort;
import org.jspecify.annotations.Nullable;

/// Finds ids that stand on rows of different content, over all keys of a source.
final class IdCheck implements AutoCloseable {
  private static final int WIDTH = 3;

  private final @Nullable PartitionedRecords seen;
  private final long[] entry = new long[WIDTH];

  IdCheck(boolean active, MemoryBudget budget) {
    this.seen = active ? new PartitionedRecords(WIDTH, budget) : null;
  }

  void add(long[] record, RecordLayout layout) {
    if (seen == null) {
      return;
    }
    long content = 0;
    for (int i = 0; i < layout.width(); i++) {
      content = Hash128.mix(content ^ record[i]);
    }
    entry[0] = record[layout.idAt()];
    entry[1] = record[layout.idAt() + 1];
    entry[2] = content;
    seen.add((int) (entry[1] >>> 40) & (PartitionedRecords.PARTITIONS - 1), entry);
  }

  /// How many ids have more than one content.
  long conflicts() {
    PartitionedRecords all = seen;
    if (all == null) {
      return 0;
    }
    long conflicts = 0;
    for (int p = 0; p < PartitionedRecords.PARTITIONS; p++) {
      long[] words = all.take(p);
      int n = words.length / WIDTH;
      int[] order = new int[n];
      for (int i = 0; i < n; i++) {
        order[i] = i;
      }
      IndexSort.merge(
          order,
          new int[n],
          0,
          n,
          (a, b) -> {
            int high = Long.compare(words[a * WIDTH], words[b * WIDTH]);
            return high != 0 ? high : Long.compare(words[a * WIDTH + 1], words[b * WIDTH + 1]);
          });
      int i = 0;
      while (i < n) {
        int first = order[i] * WIDTH;
        boolean differs = false;
        int j = i + 1;
        while (j < n
            && words[order[j] * WIDTH] == words[first]
            && words[order[j] * WIDTH + 1] == words[first + 1]) {
          differs |= words[order[j] * WIDTH + 2] != words[first + 2];
          j++;
        }
        if (differs) {
          conflicts++;
        }
        i = j;
      }
    }
    return conflicts;
  }

  @Override
  public void close() {
    if (seen != null) {
      seen.close();
    }
  }
}
