package dev.gnomon.stats;

/// Ranks from 1, tied values sharing the mean of theirs.
public final class Ranks {
  private Ranks() {}

  /// @throws IllegalArgumentException for NaN, naming the position
  public static double[] average(double[] values) {
    int[] order = SortOrder.ascending(values);
    double[] ranks = new double[values.length];
    int start = 0;
    while (start < order.length) {
      int end = start + 1;
      while (end < order.length && values[order[end]] == values[order[start]]) {
        end++;
      }
      for (int i = start; i < end; i++) {
        ranks[order[i]] = (start + 1 + end) / 2.0;
      }
      start = end;
    }
    return ranks;
  }
}
