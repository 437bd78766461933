package dev.gnomon.stats;

/// How far predicted numbers are from the actual ones, by weighted rows.
///
/// Errors are in the unit of the target (squared for MSE). Without NaN.
public final class RegressionScores {
  private RegressionScores() {}

  /// Mean absolute error; its best constant is the median.
  public static double mae(double[] actual, double[] predicted, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < actual.length; i++) {
      sum += weights[i] * Math.abs(actual[i] - predicted[i]);
      total += weights[i];
    }
    return sum / total;
  }

  /// Mean squared error; its best constant is the mean, and a few large errors rule it.
  public static double mse(double[] actual, double[] predicted, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = actual[i] - predicted[i];
      sum += weights[i] * error * error;
      total += weights[i];
    }
    return sum / total;
  }

  public static double rmse(double[] actual, double[] predicted, double[] weights) {
    return Math.sqrt(mse(actual, predicted, weights));
  }

  /// Mean of |error| / |actual|, as a share (0.1 is 10 %). It rewards guessing low, and an actual
  /// of 0 makes it infinite, unlike programs that put a tiny number there.
  public static double mape(double[] actual, double[] predicted, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < actual.length; i++) {
      if (weights[i] > 0 && actual[i] != predicted[i]) {
        sum += weights[i] * Math.abs((actual[i] - predicted[i]) / actual[i]);
      }
      total += weights[i];
    }
    return sum / total;
  }

  /// Mean of 2 |error| / (|actual| + |predicted|), 0 to 2; both 0 counts as 0. Other programs leave
  /// out the 2, for a range of 0 to 1. Not symmetric in spite of its name.
  public static double smape(double[] actual, double[] predicted, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < actual.length; i++) {
      if (actual[i] != predicted[i]) {
        sum +=
            weights[i]
                * (2 * Math.abs(actual[i] - predicted[i]))
                / (Math.abs(actual[i]) + Math.abs(predicted[i]));
      }
      total += weights[i];
    }
    return sum / total;
  }

  /// 1 - MSE / variance of the actuals of these rows: 1 is perfect, 0 no better than their mean,
  /// below 0 worse. NaN when all actuals are equal.
  public static double r2(double[] actual, double[] predicted, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < actual.length; i++) {
      sum += weights[i] * actual[i];
      total += weights[i];
    }
    double mean = sum / total;
    double spread = 0;
    for (int i = 0; i < actual.length; i++) {
      spread += weights[i] * (actual[i] - mean) * (actual[i] - mean);
    }
    return spread == 0 ? Double.NaN : 1 - mse(actual, predicted, weights) * total / spread;
  }

  /// The median of the absolute errors, each row counting once.
  public static double medianAbsoluteError(double[] actual, double[] predicted) {
    double[] errors = new double[actual.length];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = Math.abs(actual[i] - predicted[i]);
    }
    return Quantiles.median(errors);
  }

  /// Mean squared difference of ln(1 + value); NaN for values below -1.
  public static double msle(double[] actual, double[] predicted, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = Math.log1p(actual[i]) - Math.log1p(predicted[i]);
      sum += weights[i] * error * error;
      total += weights[i];
    }
    return sum / total;
  }

  /// Quantile (pinball) loss: an actual above the prediction costs q, one below 1 - q, per unit of
  /// error. Its best constant is the q quantile. Koenker and Bassett 1978.
  public static double pinball(
      double[] actual, double[] predicted, double[] weights, double quantile) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < actual.length; i++) {
      double error = actual[i] - predicted[i];
      sum += weights[i] * (error >= 0 ? quantile * error : (quantile - 1) * error);
      total += weights[i];
    }
    return sum / total;
  }
}
