package dev.gnomon.models.transforms;

/// Mean and standard deviation, with n in the denominator, of the values that are not missing.
record Moments(double mean, double deviation) {
  static Moments of(double[] values) {
    double sum = 0;
    int n = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        sum += value;
        n++;
      }
    }
    double mean = n == 0 ? 0 : sum / n;
    if (!Double.isFinite(mean)) {
      // The sum of values near the end of the range is beyond it.
      mean = 0;
      for (double value : values) {
        mean += Double.isNaN(value) ? 0 : value / n;
      }
    }
    double squares = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        squares += (value - mean) * (value - mean);
      }
    }
    return new Moments(mean, n == 0 ? 0 : Math.sqrt(squares / n));
  }

  /// What to divide by: 1 where nothing varies, or the deviation is beyond the range.
  double scale() {
    return scale(deviation, mean);
  }

  boolean varies() {
    return deviation > 1e-14 * Math.abs(mean) && Double.isFinite(deviation);
  }

  /// A spread that is nothing but rounding counts as none.
  static double scale(double spread, double size) {
    return spread > 1e-14 * Math.abs(size) && Double.isFinite(spread) ? spread : 1;
  }
}
