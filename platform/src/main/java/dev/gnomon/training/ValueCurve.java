package dev.gnomon.training;

import java.util.Arrays;

/// What a number alone says about another, out of fold: the mean target of equal values in the
/// other folds, else the straight line between the nearest values below and above. Follows any
/// curve as closely as the rows allow, and so finds the target in another unit; of a value that
/// only says something about the target it gives a poor estimate, which is of no concern to a limit
/// near 1.
final class ValueCurve {
  private ValueCurve() {}

  /// @param values NaN is missing, a value of its own
  static double[] outOfFold(double[] values, double[] targets, int[] folds) {
    int n = values.length;
    Integer[] boxed = new Integer[n];
    Arrays.setAll(boxed, i -> i);
    Arrays.sort(boxed, (a, b) -> Double.compare(values[a], values[b]));
    double[] estimates = new double[n];
    for (int fold = 0; fold < Levels.FOLDS; fold++) {
      double[] at = new double[n];
      double[] sums = new double[n];
      int[] counts = new int[n];
      int m = 0;
      double missing = 0;
      int missingCount = 0;
      double all = 0;
      int allCount = 0;
      for (int row : boxed) {
        if (folds[row] == fold) {
          continue;
        }
        all += targets[row];
        allCount++;
        if (Double.isNaN(values[row])) {
          missing += targets[row];
          missingCount++;
        } else {
          if (m == 0 || at[m - 1] != values[row]) {
            at[m++] = values[row];
          }
          sums[m - 1] += targets[row];
          counts[m - 1]++;
        }
      }
      double mean = allCount == 0 ? 0 : all / allCount;
      for (int row = 0; row < n; row++) {
        if (folds[row] == fold) {
          estimates[row] =
              Double.isNaN(values[row])
                  ? missingCount == 0 ? mean : missing / missingCount
                  : m == 0 ? mean : between(at, sums, counts, m, values[row]);
        }
      }
    }
    return estimates;
  }

  private static double between(double[] at, double[] sums, int[] counts, int m, double value) {
    int found = Arrays.binarySearch(at, 0, m, value);
    if (found >= 0) {
      return sums[found] / counts[found];
    }
    int above = -found - 1;
    if (above == 0 || above == m) {
      int end = above == 0 ? 0 : m - 1;
      return sums[end] / counts[end];
    }
    double low = sums[above - 1] / counts[above - 1];
    double high = sums[above] / counts[above];
    double share = (value - at[above - 1]) / (at[above] - at[above - 1]);
    return low + share * (high - low);
  }
}
