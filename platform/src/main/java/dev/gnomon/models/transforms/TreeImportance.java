package dev.gnomon.models.transforms;

import dev.gnomon.stats.RandomStream;
import java.util.Arrays;

/// How much splits on an input lower the variance of the target (which for classes is half of
/// Gini's impurity), in regression trees on bootstrap samples (Breiman: Random forests, 2001), as
/// shares that sum to 1.
///
/// 30 trees of depth 6 on at most 5,000 rows each, every input being looked at in every node, which
/// makes the choice among related inputs steady rather than even.
final class TreeImportance {
  private static final int TREES = 30;
  private static final int DEPTH = 6;
  private static final int MOST_ROWS = 5_000;

  private final double[][] values;
  private final double[] targets;
  private final double[] gains;

  private TreeImportance(double[][] values, double[] targets) {
    this.values = values;
    this.targets = targets;
    this.gains = new double[values.length];
  }

  static double[] of(Columns columns, Supervision told) {
    double[][] values = new double[columns.width()][];
    Arrays.setAll(values, i -> Selection.filled(columns, i));
    TreeImportance forest = new TreeImportance(values, told.targets());
    RandomStream random = RandomStream.of(told.seed()).split("importance");
    double[] shares = new double[values.length];
    for (int t = 0; t < TREES; t++) {
      RandomStream own = random.split(t);
      int[] rows = new int[Math.min(MOST_ROWS, told.rows())];
      Arrays.setAll(rows, i -> own.nextInt(told.rows()));
      double[] tree = forest.tree(rows, DEPTH);
      for (int i = 0; i < shares.length; i++) {
        shares[i] += tree[i] / TREES;
      }
    }
    return shares;
  }

  /// The shares of one tree on the given rows.
  static double[] ofTree(double[][] values, double[] targets, int[] rows, int depth) {
    return new TreeImportance(values, targets).tree(rows.clone(), depth);
  }

  private double[] tree(int[] rows, int depth) {
    Arrays.fill(gains, 0);
    grow(rows, depth);
    double all = Arrays.stream(gains).sum();
    double[] shares = gains.clone();
    for (int i = 0; i < shares.length && all > 0; i++) {
      shares[i] /= all;
    }
    return shares;
  }

  private void grow(int[] rows, int depth) {
    if (depth == 0 || rows.length < 2) {
      return;
    }
    double sum = 0;
    for (int row : rows) {
      sum += targets[row];
    }
    double best = 1e-12 * rows.length;
    int column = -1;
    double cut = 0;
    long[] order = new long[rows.length];
    double[] sorted = new double[rows.length];
    for (int c = 0; c < values.length; c++) {
      double[] own = values[c];
      if (sort(own, rows, order, sorted)) {
        double left = 0;
        for (int i = 0; i + 1 < rows.length; i++) {
          left += targets[rows[(int) order[i]]];
          if (sorted[i] < sorted[i + 1]) {
            // What the sum of squares loses by two means instead of one.
            double right = sum - left;
            double gain =
                left * left / (i + 1)
                    + right * right / (rows.length - i - 1)
                    - sum * sum / rows.length;
            if (gain > best) {
              best = gain;
              column = c;
              cut = sorted[i];
            }
          }
        }
      }
    }
    if (column < 0) {
      return;
    }
    gains[column] += best;
    double[] own = values[column];
    double at = cut;
    grow(Arrays.stream(rows).filter(row -> own[row] <= at).toArray(), depth - 1);
    grow(Arrays.stream(rows).filter(row -> own[row] > at).toArray(), depth - 1);
  }

  /// Positions in the order of their values; false when all are equal.
  private static boolean sort(double[] values, int[] rows, long[] order, double[] sorted) {
    for (int i = 0; i < rows.length; i++) {
      sorted[i] = values[rows[i]] + 0.0;
    }
    double[] distinct = sorted.clone();
    Arrays.sort(distinct);
    if (distinct[0] == distinct[distinct.length - 1]) {
      return false;
    }
    // Rank and position in one number: one sort of primitives, stable.
    for (int i = 0; i < rows.length; i++) {
      order[i] = (long) Arrays.binarySearch(distinct, sorted[i]) << 32 | i;
    }
    java.util.Arrays.sort(order);
    for (int i = 0; i < order.length; i++) {
      order[i] &= 0xFFFFFFFFL;
      sorted[i] = values[rows[(int) order[i]]];
    }
    return true;
  }
}
