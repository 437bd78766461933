package dev.gnomon.training.resampling;

import dev.gnomon.stats.RandomStream;
import java.util.Arrays;

/// Rows drawn from some rows.
final class Choice {
  private Choice() {}

  /// @return so many of `rows`, in random order, each at most once
  static int[] without(int[] rows, int count, RandomStream random) {
    int[] left = rows.clone();
    for (int i = 0; i < count; i++) {
      int j = i + random.nextInt(left.length - i);
      int kept = left[i];
      left[i] = left[j];
      left[j] = kept;
    }
    return Arrays.copyOf(left, count);
  }

  /// How often each row is taken when `total` are shared out evenly; who gets one more is random.
  static int[] evenly(int rows, int total, RandomStream random) {
    int[] positions = new int[rows];
    Arrays.setAll(positions, i -> i);
    int[] counts = new int[rows];
    Arrays.fill(counts, total / rows);
    for (int more : without(positions, total % rows, random)) {
      counts[more]++;
    }
    return counts;
  }
}
