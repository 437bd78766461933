package dev.gnomon.operators;

/// Sorts positions by keys held in arrays, stable and without boxes.
public final class IndexSort {
  private static final int DIGIT_BITS = 11;
  private static final int DIGITS = 1 << DIGIT_BITS;
  private static final int SMALL = 24;

  private IndexSort() {}

  /// Compares two positions.
  public interface Order {
    int compare(int a, int b);
  }

  /// Stable radix sort of `order` by `keys[order[i]]`, signed.
  ///
  /// @param scratch at least as long as `order`
  public static void radix(int[] order, int[] scratch, int size, long[] keys) {
    if (size < 2) {
      return;
    }
    long least = Long.MAX_VALUE;
    long greatest = Long.MIN_VALUE;
    boolean sorted = true;
    long before = Long.MIN_VALUE;
    for (int i = 0; i < size; i++) {
      long key = keys[order[i]];
      least = Math.min(least, key);
      greatest = Math.max(greatest, key);
      sorted &= before <= key;
      before = key;
    }
    if (sorted) {
      return;
    }
    // As unsigned numbers the differences hold any range.
    int bits = 64 - Long.numberOfLeadingZeros(greatest - least);
    int[] from = order;
    int[] to = scratch;
    int[] counts = new int[DIGITS];
    int passes = 0;
    for (int shift = 0; shift < bits; shift += DIGIT_BITS) {
      passes++;
      java.util.Arrays.fill(counts, 0);
      for (int i = 0; i < size; i++) {
        counts[(int) ((keys[from[i]] - least) >>> shift) & (DIGITS - 1)]++;
      }
      int sum = 0;
      for (int d = 0; d < DIGITS; d++) {
        int count = counts[d];
        counts[d] = sum;
        sum += count;
      }
      for (int i = 0; i < size; i++) {
        int position = from[i];
        to[counts[(int) ((keys[position] - least) >>> shift) & (DIGITS - 1)]++] = position;
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    if (passes % 2 == 1) {
      System.arraycopy(from, 0, order, 0, size);
    }
  }

  /// Stable merge sort of `order[from..to)`.
  ///
  /// @param scratch at least as long as `order`
  public static void merge(int[] order, int[] scratch, int from, int to, Order by) {
    if (to - from <= SMALL) {
      for (int i = from + 1; i < to; i++) {
        int position = order[i];
        int j = i;
        while (j > from && by.compare(order[j - 1], position) > 0) {
          order[j] = order[j - 1];
          j--;
        }
        order[j] = position;
      }
      return;
    }
    int middle = (from + to) >>> 1;
    merge(order, scratch, from, middle, by);
    merge(order, scratch, middle, to, by);
    if (by.compare(order[middle - 1], order[middle]) <= 0) {
      return;
    }
    System.arraycopy(order, from, scratch, from, middle - from);
    int left = from;
    int right = middle;
    int out = from;
    while (left < middle && right < to) {
      order[out++] =
          by.compare(scratch[left], order[right]) <= 0 ? scratch[left++] : order[right++];
    }
    System.arraycopy(scratch, left, order, out, middle - left);
  }
}
