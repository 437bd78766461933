package dev.gnomon.training.resampling;

/// What surrounds the rows of the rarer class.
final class Border {
  private Border() {}

  /// Of the `count` nearest rows of each rare row, how many are of the commoner class.
  static int[] common(Neighbours near, int queries, boolean[] rare) {
    int[] common = new int[queries];
    for (int q = 0; q < queries; q++) {
      for (int i = 0; i < near.count(); i++) {
        common[q] += rare[near.at(q, i)] ? 0 : 1;
      }
    }
    return common;
  }

  /// Rows in danger: at least half of the `m` nearest are of the commoner class, but not all of
  /// them, which would be noise (Han, Wang, Mao: Borderline-SMOTE, 2005).
  static boolean inDanger(int common, int m) {
    return 2 * common >= m && common < m;
  }

  /// Adaptive counts (He, Bai, Garcia, Li: ADASYN, 2008): the share of the commoner class among the
  /// neighbours of each rare row, scaled to add up to 1, times the rows wanted, rounded half to
  /// even row by row; the sum may therefore differ a little from what was wanted. All zero when no
  /// rare row has a neighbour of the other class.
  static int[] adaptive(int[] common, int wanted) {
    long sum = 0;
    for (int c : common) {
      sum += c;
    }
    int[] counts = new int[common.length];
    if (sum > 0) {
      for (int i = 0; i < counts.length; i++) {
        counts[i] = (int) Math.rint((double) common[i] / sum * wanted);
      }
    }
    return counts;
  }
}
