package dev.gnomon.models.transforms;

import dev.gnomon.stats.Quantiles;
import java.util.Arrays;

/// How much one input tells about the target, looked at alone.
final class Relevance {
  private static final int BINS = 10;

  private Relevance() {}

  /// Pearson's statistic of the sums per class against those expected from the class sizes, the
  /// input counted from its least value, as scikit-learn's `chi2` of shifted values.
  static double chiSquare(double[] values, double[] targets) {
    double least = Arrays.stream(values).min().orElse(0);
    double[] sums = new double[2];
    double[] rows = new double[2];
    for (int i = 0; i < values.length; i++) {
      int c = targets[i] == 1 ? 1 : 0;
      sums[c] += values[i] - least;
      rows[c]++;
    }
    double all = sums[0] + sums[1];
    double statistic = 0;
    for (int c = 0; c < 2; c++) {
      double expected = all * rows[c] / values.length;
      if (expected > 0) {
        statistic += (sums[c] - expected) * (sums[c] - expected) / expected;
      }
    }
    return statistic;
  }

  /// Variance between the classes over variance within (Fisher 1925); infinite when the classes
  /// explain all of it, 0 when nothing varies.
  static double anovaF(double[] values, double[] targets) {
    double[] sums = new double[2];
    int[] rows = new int[2];
    for (int i = 0; i < values.length; i++) {
      int c = targets[i] == 1 ? 1 : 0;
      sums[c] += values[i];
      rows[c]++;
    }
    if (rows[0] == 0 || rows[1] == 0 || values.length < 3) {
      return 0;
    }
    double mean = (sums[0] + sums[1]) / values.length;
    double between = 0;
    double within = 0;
    for (int c = 0; c < 2; c++) {
      double off = sums[c] / rows[c] - mean;
      between += rows[c] * off * off;
    }
    for (int i = 0; i < values.length; i++) {
      int c = targets[i] == 1 ? 1 : 0;
      double off = values[i] - sums[c] / rows[c];
      within += off * off;
    }
    return ratio(between, within / (values.length - 2));
  }

  private static double ratio(double explained, double rest) {
    return explained == 0 ? 0 : explained / rest;
  }

  /// r2 / (1 - r2) x (n - 2), r being the correlation with the target.
  static double regressionF(double[] values, double[] targets) {
    double r = Redundancy.correlation(values, targets);
    return ratio(r * r * (values.length - 2), 1 - r * r);
  }

  /// Of the binned input and the target, in nats: sum of p(x, y) ln(p(x, y) / (p(x) p(y))). Up to
  /// ten values are bins of their own, else deciles; so is a target that is a number.
  static double mutualInformation(double[] values, Supervision told) {
    int[] x = bins(values);
    int[] y = bins(told.targets());
    int width = Arrays.stream(y).max().orElse(0) + 1;
    int[] joint = new int[(Arrays.stream(x).max().orElse(0) + 1) * width];
    int[] ofX = new int[joint.length / width];
    int[] ofY = new int[width];
    for (int i = 0; i < x.length; i++) {
      joint[x[i] * width + y[i]]++;
      ofX[x[i]]++;
      ofY[y[i]]++;
    }
    double n = x.length;
    double sum = 0;
    for (int cell = 0; cell < joint.length; cell++) {
      if (joint[cell] > 0) {
        double expected = (double) ofX[cell / width] * ofY[cell % width];
        sum += joint[cell] / n * StrictMath.log(n * joint[cell] / expected);
      }
    }
    return Math.max(0, sum);
  }

  /// The bin of each value; a decile holds the values above the one before, up to its own edge.
  private static int[] bins(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double[] distinct = Arrays.stream(sorted).distinct().limit(BINS + 1).toArray();
    double[] edges;
    if (distinct.length <= BINS) {
      edges = distinct;
    } else {
      edges = new double[BINS];
      Arrays.setAll(edges, i -> Quantiles.type7(sorted, (i + 1.0) / BINS));
      edges = Arrays.stream(edges).distinct().toArray();
    }
    int[] bins = new int[values.length];
    for (int i = 0; i < bins.length; i++) {
      int at = Arrays.binarySearch(edges, values[i]);
      bins[i] = Math.min(at >= 0 ? at : -at - 1, edges.length - 1);
    }
    return bins;
  }
}
