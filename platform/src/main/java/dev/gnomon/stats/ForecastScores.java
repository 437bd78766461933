package dev.gnomon.stats;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// How good forecasts of a series and forecast distributions are.
public final class ForecastScores {
  private ForecastScores() {}

  /// Mean absolute scaled error (Hyndman and Koehler 2006): the mean absolute error over that of
  /// the seasonal naive forecast inside the training series. Below 1 beats the naive forecast.
  ///
  /// @param period rows per season, 1 without one
  public static double mase(double[] training, double[] actual, double[] predicted, int period) {
    return mae(actual, predicted) / naive(training, period);
  }

  /// Scaled by the naive error inside the evaluated series itself, as R's `Metrics::mase` does.
  /// Another number (0.265 against 0.332 on the same data), and not comparable between test
  /// periods: kept for comparison.
  public static double maseByTestSeries(double[] actual, double[] predicted, int period) {
    return mae(actual, predicted) / naive(actual, period);
  }

  /// Continuous ranked probability score of a normal forecast, in the unit of the value: the
  /// integral of (F(t) - 1{t >= observed})^2. It is the absolute error for a forecast without
  /// spread. Gneiting and Raftery 2007.
  public static double crpsNormal(double mean, double deviation, double observed) {
    if (deviation == 0) {
      return Math.abs(observed - mean);
    }
    NormalDistribution normal = NormalDistribution.of(0, 1);
    double z = (observed - mean) / deviation;
    return deviation
        * (z * (2 * normal.cumulativeProbability(z) - 1)
            + 2 * normal.density(z)
            - 1 / Math.sqrt(Math.PI));
  }

  /// CRPS of the empirical distribution of an ensemble: E|X - observed| - E|X - X'| / 2 over all
  /// pairs, a member with itself included. The "fair" variant that leaves those out is another
  /// number.
  public static double crpsEnsemble(double[] members, double observed) {
    double[] sorted = members.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double near = 0;
    double pairs = 0;
    for (int i = 0; i < n; i++) {
      near += Math.abs(sorted[i] - observed);
      pairs += (2.0 * i - n + 1) * sorted[i];
    }
    return near / n - pairs / ((double) n * n);
  }

  private static double mae(double[] actual, double[] predicted) {
    return RegressionScores.mae(actual, predicted, ProbabilityScores.ones(actual.length));
  }

  private static double naive(double[] series, int period) {
    double sum = 0;
    for (int i = period; i < series.length; i++) {
      sum += Math.abs(series[i] - series[i - period]);
    }
    return sum / (series.length - period);
  }
}
