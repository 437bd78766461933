package dev.gnomon.stats;

/// Distances between two samples of numbers, from their empirical distribution functions.
///
/// Both need no bins. Heavy tails rule them: one far value moves them more than a thousand near
/// ones. Without NaN, at least one value each.
public final class SampleDistances {
  /// A reference that hardly varies would make any change huge; its deviation is taken as at least
  /// this.
  public static final double LEAST_DEVIATION = 0.001;

  private SampleDistances() {}

  /// Wasserstein-1 (earth mover's) distance: the integral of |F - G|, in the unit of the values.
  public static double wasserstein(double[] x, double[] y) {
    return wasserstein(x, y, ProbabilityScores.ones(x.length), ProbabilityScores.ones(y.length));
  }

  /// Between weighted points.
  public static double wasserstein(double[] x, double[] y, double[] weightsX, double[] weightsY) {
    return integral(x, y, weightsX, weightsY, false);
  }

  /// Wasserstein-1 in standard deviations (n below the root) of the reference, the deviation being
  /// at least [#LEAST_DEVIATION]. Above 0.1 with hundreds of current rows is a customary alarm;
  /// with 100 current rows chance alone passes it in 72 % of windows.
  public static double wassersteinNormed(double[] reference, double[] current) {
    double n = reference.length;
    double deviation = n < 2 ? 0 : Math.sqrt(Samples.variance(reference) * (n - 1) / n);
    return wasserstein(reference, current) / Math.max(deviation, LEAST_DEVIATION);
  }

  /// Energy distance: sqrt(2 integral of (F - G)^2), in the root of the unit. Székely and Rizzo
  /// 2013.
  public static double energy(double[] x, double[] y) {
    return Math.sqrt(
        2
            * integral(
                x, y, ProbabilityScores.ones(x.length), ProbabilityScores.ones(y.length), true));
  }

  private static double integral(
      double[] x, double[] y, double[] weightsX, double[] weightsY, boolean squared) {
    if (x.length == 0 || y.length == 0) {
      return Double.NaN;
    }
    int[] orderX = SortOrder.ascending(x);
    int[] orderY = SortOrder.ascending(y);
    double totalX = sum(weightsX);
    double totalY = sum(weightsY);
    double takenX = 0;
    double takenY = 0;
    double area = 0;
    int i = 0;
    int j = 0;
    double last = Math.min(x[orderX[0]], y[orderY[0]]);
    while (i < x.length || j < y.length) {
      boolean fromX = j == y.length || (i < x.length && x[orderX[i]] <= y[orderY[j]]);
      double at = fromX ? x[orderX[i]] : y[orderY[j]];
      double apart = Math.abs(takenX / totalX - takenY / totalY);
      area += (squared ? apart * apart : apart) * (at - last);
      last = at;
      if (fromX) {
        takenX += weightsX[orderX[i++]];
      } else {
        takenY += weightsY[orderY[j++]];
      }
    }
    return area;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
