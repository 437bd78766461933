package dev.gnomon.stats;

/// Stable order of numbers, as positions: a radix sort over sortable bits, so that millions of
/// scores are ranked without boxing.
public final class SortOrder {
  private SortOrder() {}

  /// The positions of `values` from the smallest to the largest; equal values keep their order. -0
  /// and 0 are equal.
  ///
  /// @throws IllegalArgumentException for NaN, naming the position
  public static int[] ascending(double[] values) {
    int n = values.length;
    long[] keys = new long[n];
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      if (Double.isNaN(values[i])) {
        throw new IllegalArgumentException("value %d is NaN and has no rank".formatted(i));
      }
      long bits = Double.doubleToRawLongBits(values[i] + 0.0);
      keys[i] = bits ^ ((bits >> 63) | Long.MIN_VALUE);
      order[i] = i;
    }
    long[] otherKeys = new long[n];
    int[] otherOrder = new int[n];
    int[] starts = new int[257];
    for (int shift = 0; shift < 64; shift += 8) {
      java.util.Arrays.fill(starts, 0);
      for (long key : keys) {
        starts[(int) ((key >>> shift) & 0xFF) + 1]++;
      }
      if (n > 0 && starts[(int) ((keys[0] >>> shift) & 0xFF) + 1] == n) {
        continue;
      }
      for (int digit = 0; digit < 256; digit++) {
        starts[digit + 1] += starts[digit];
      }
      for (int i = 0; i < n; i++) {
        int place = starts[(int) ((keys[i] >>> shift) & 0xFF)]++;
        otherKeys[place] = keys[i];
        otherOrder[place] = order[i];
      }
      long[] swappedKeys = keys;
      keys = otherKeys;
      otherKeys = swappedKeys;
      int[] swappedOrder = order;
      order = otherOrder;
      otherOrder = swappedOrder;
    }
    return order;
  }
}
