package dev.gnomon.stats;

import java.util.Arrays;

/// The non-decreasing step through the data that is nearest in least squares, read between its
/// points by straight lines.
///
/// Pool adjacent violators (Ayer and others 1955) after averaging rows of equal x. Outside of the
/// data it keeps its end values. Many inputs share one output, so that ranks gain ties.
///
/// @param x ascending, distinct
/// @param y non-decreasing, as long as `x`
public record IsotonicFit(double[] x, double[] y) {
  public IsotonicFit {
    if (x.length == 0 || x.length != y.length) {
      throw new IllegalArgumentException("%d x for %d y".formatted(x.length, y.length));
    }
    for (int i = 1; i < x.length; i++) {
      if (!(x[i] > x[i - 1]) || !(y[i] >= y[i - 1])) {
        throw new IllegalArgumentException("point %d breaks the order".formatted(i));
      }
    }
  }

  public static IsotonicFit fit(double[] x, double[] y, double[] weights) {
    int[] order = SortOrder.ascending(x);
    int n = x.length;
    double[] at = new double[n];
    double[] mean = new double[n];
    double[] weight = new double[n];
    int distinct = 0;
    for (int i = 0; i < n; ) {
      double sum = 0;
      double total = 0;
      int j = i;
      while (j < n && x[order[j]] == x[order[i]]) {
        sum += weights[order[j]] * y[order[j]];
        total += weights[order[j]];
        j++;
      }
      if (total > 0) {
        at[distinct] = x[order[i]];
        mean[distinct] = sum / total;
        weight[distinct++] = total;
      }
      i = j;
    }
    int[] blockEnd = new int[distinct];
    double[] blockMean = new double[distinct];
    double[] blockWeight = new double[distinct];
    int blocks = 0;
    for (int i = 0; i < distinct; i++) {
      double m = mean[i];
      double w = weight[i];
      while (blocks > 0 && blockMean[blocks - 1] >= m) {
        blocks--;
        m = (blockMean[blocks] * blockWeight[blocks] + m * w) / (blockWeight[blocks] + w);
        w += blockWeight[blocks];
      }
      blockMean[blocks] = m;
      blockWeight[blocks] = w;
      blockEnd[blocks++] = i;
    }
    // Only the ends of each block are needed: between them the line is flat.
    double[] keptX = new double[2 * blocks];
    double[] keptY = new double[2 * blocks];
    int kept = 0;
    int start = 0;
    for (int b = 0; b < blocks; b++) {
      keptX[kept] = at[start];
      keptY[kept++] = blockMean[b];
      if (blockEnd[b] > start) {
        keptX[kept] = at[blockEnd[b]];
        keptY[kept++] = blockMean[b];
      }
      start = blockEnd[b] + 1;
    }
    return new IsotonicFit(Arrays.copyOf(keptX, kept), Arrays.copyOf(keptY, kept));
  }

  /// The fitted value; NaN for NaN. Allocates nothing.
  public double at(double value) {
    if (Double.isNaN(value)) {
      return Double.NaN;
    }
    int last = x.length - 1;
    if (value <= x[0]) {
      return y[0];
    }
    if (value >= x[last]) {
      return y[last];
    }
    int found = Arrays.binarySearch(x, value);
    if (found >= 0) {
      return y[found];
    }
    int high = -found - 1;
    double share = (value - x[high - 1]) / (x[high] - x[high - 1]);
    return y[high - 1] + share * (y[high] - y[high - 1]);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IsotonicFit fit && Arrays.equals(x, fit.x) && Arrays.equals(y, fit.y);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(x) + Arrays.hashCode(y);
  }

  @Override
  public String toString() {
    return "IsotonicFit[" + x.length + " points]";
  }
}
