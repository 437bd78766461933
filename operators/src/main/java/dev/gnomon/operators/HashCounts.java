package dev.gnomon.operators;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How often each value occurs, by its 64-bit hash: open addressing, without boxes. Labels are kept
/// where asked for.
final class HashCounts {
  private static final int INITIAL = 16;

  private final boolean labelled;
  private long[] hashes = new long[INITIAL];
  private long[] counts = new long[INITIAL];
  private @Nullable String[] labels;
  private double[] numbers;
  private int size;

  HashCounts(boolean labelled) {
    this.labelled = labelled;
    this.labels = new @Nullable String[labelled ? INITIAL : 0];
    this.numbers = new double[labelled ? INITIAL : 0];
  }

  int size() {
    return size;
  }

  int capacity() {
    return hashes.length;
  }

  void clear() {
    if (size == 0) {
      return;
    }
    if (hashes.length > 1024) {
      hashes = new long[INITIAL];
      counts = new long[INITIAL];
      labels = new @Nullable String[labelled ? INITIAL : 0];
      numbers = new double[labelled ? INITIAL : 0];
    } else {
      Arrays.fill(counts, 0);
      Arrays.fill(labels, null);
    }
    size = 0;
  }

  /// Adds to the count of a value.
  ///
  /// @param count positive
  void add(long hash, long count, @Nullable String label, double number) {
    int at = find(hash);
    if (counts[at] == 0) {
      hashes[at] = hash;
      size++;
      if (labelled) {
        labels[at] = label;
        numbers[at] = number;
      }
      counts[at] = count;
      if (size * 2 > hashes.length) {
        rehash();
      }
      return;
    }
    counts[at] += count;
  }

  /// Takes one off the count of a value that is there.
  void remove(long hash) {
    int at = find(hash);
    if (counts[at] == 0) {
      throw new IllegalStateException("a value left that never entered");
    }
    if (--counts[at] == 0) {
      delete(at);
    }
  }

  private int find(long hash) {
    int mask = hashes.length - 1;
    int at = (int) hash & mask;
    while (counts[at] != 0 && hashes[at] != hash) {
      at = (at + 1) & mask;
    }
    return at;
  }

  /// Closes the gap, so that no later value is cut off from its place.
  private void delete(int gap) {
    int mask = hashes.length - 1;
    int hole = gap;
    int at = (gap + 1) & mask;
    while (counts[at] != 0) {
      int home = (int) hashes[at] & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        put(hole, at);
        hole = at;
      }
      at = (at + 1) & mask;
    }
    counts[hole] = 0;
    if (labelled) {
      labels[hole] = null;
    }
    size--;
  }

  private void put(int to, int from) {
    hashes[to] = hashes[from];
    counts[to] = counts[from];
    if (labelled) {
      labels[to] = labels[from];
      numbers[to] = numbers[from];
    }
  }

  private void rehash() {
    long[] oldHashes = hashes;
    long[] oldCounts = counts;
    @Nullable String[] oldLabels = labels;
    double[] oldNumbers = numbers;
    int capacity = oldHashes.length * 2;
    hashes = new long[capacity];
    counts = new long[capacity];
    labels = new @Nullable String[labelled ? capacity : 0];
    numbers = new double[labelled ? capacity : 0];
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldCounts[i] != 0) {
        int at = find(oldHashes[i]);
        hashes[at] = oldHashes[i];
        counts[at] = oldCounts[i];
        if (labelled) {
          labels[at] = oldLabels[i];
          numbers[at] = oldNumbers[i];
        }
      }
    }
  }

  /// 0 where there is nothing.
  long count(int slot) {
    return counts[slot];
  }

  long hash(int slot) {
    return hashes[slot];
  }

  @Nullable String label(int slot) {
    return labels[slot];
  }

  double number(int slot) {
    return numbers[slot];
  }
}
