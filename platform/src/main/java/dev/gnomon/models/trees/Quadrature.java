package dev.gnomon.models.trees;

/// Points and weights of Gauss and Legendre on [0, 1]: n of them integrate every polynomial up to
/// degree 2n - 1 exactly.
record Quadrature(double[] points, double[] weights) {

  /// Roots of the Legendre polynomial by Newton's method from their usual approximation (Press and
  /// others, Numerical Recipes, 4.6), in strict arithmetic so that every platform gives the same.
  static Quadrature of(int n) {
    double[] points = new double[n];
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      double x = StrictMath.cos(Math.PI * (i + 0.75) / (n + 0.5));
      double slope = 1;
      for (int step = 0; step < 100; step++) {
        double last = 0;
        double value = 1;
        for (int k = 1; k <= n; k++) {
          double before = last;
          last = value;
          value = ((2 * k - 1) * x * last - (k - 1) * before) / k;
        }
        slope = n * (x * value - last) / (x * x - 1);
        double next = x - value / slope;
        boolean done = Math.abs(next - x) < 1e-16;
        x = next;
        if (done) {
          break;
        }
      }
      points[i] = (1 + x) / 2;
      weights[i] = 1 / ((1 - x * x) * slope * slope);
    }
    return new Quadrature(points, weights);
  }
}
