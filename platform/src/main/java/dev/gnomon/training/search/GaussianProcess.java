package dev.gnomon.training.search;

import java.util.Arrays;

/// A Gaussian process over points of a space: a mean and a variance of the score anywhere, given
/// the scores of some points.
///
/// Kernel Matern 5/2 with one length scale per dimension (automatic relevance determination), a
/// signal and a noise variance (Rasmussen and Williams: Gaussian processes for machine learning,
/// 2006, equation 4.17). They maximise the marginal likelihood (equation 5.8) times a wide
/// log-normal prior on each: with few points the likelihood alone is flat and would call settings
/// irrelevant for lack of evidence. The maximum is sought with resilient back-propagation (Rprop)
/// from a standard start and from the last maximum, always in the same steps.
///
/// Words become one column each (one-hot) under one length scale; an inactive number stands in the
/// middle, inactive words at zero. Scores are standardised; very bad ones are brought nearer first
/// ([#tamed]), since how bad a hopeless point is says nothing about where the best one lies.
final class GaussianProcess {
  private static final double SQRT5 = Math.sqrt(5);
  private static final int STEPS = 50;
  private static final int FEW = 10;
  private static final double JITTER = 1e-8;

  private final Space space;
  private final int[] columnDimension;
  private final double[][] x;
  private final double[] y;
  private double[] parameters = {};
  private double[] alpha = {};
  private double[] factor = {};

  /// @param points whose scores are known
  /// @param scores in any unit
  GaussianProcess(Space space, double[][] points, double[] scores) {
    this.space = space;
    this.columnDimension = columns(space);
    this.x = new double[points.length][];
    for (int i = 0; i < x.length; i++) {
      x[i] = encode(space, points[i]);
    }
    this.y = scores.clone();
    double mean = Arrays.stream(y).average().orElse(0);
    double variance = 0;
    for (double v : y) {
      variance += (v - mean) * (v - mean) / y.length;
    }
    double spread = variance > 0 ? Math.sqrt(variance) : 1;
    for (int i = 0; i < y.length; i++) {
      y[i] = (y[i] - mean) / spread;
    }
  }

  /// The process with the most likely parameters.
  ///
  /// @param last the parameters of the process fitted before; empty for none
  static GaussianProcess fit(Space space, double[][] points, double[] scores, double[] last) {
    GaussianProcess process = new GaussianProcess(space, points, tamed(scores));
    return process.with(process.mostLikely(last));
  }

  /// Takes parameters as they are.
  GaussianProcess with(double[] given) {
    int n = y.length;
    parameters = given.clone();
    factor = kernel(parameters);
    if (!Cholesky.factor(factor, n)) {
      throw new IllegalStateException("a kernel with noise on its diagonal has a factor");
    }
    alpha = y.clone();
    Cholesky.solve(factor, n, alpha);
    return this;
  }

  /// Scores further above the median than twice the way from the median down to the best are set
  /// there.
  static double[] tamed(double[] scores) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    double limit = median + 2 * (median - sorted[0]);
    double[] tamed = scores.clone();
    if (median > sorted[0]) {
      for (int i = 0; i < tamed.length; i++) {
        tamed[i] = Math.min(tamed[i], limit);
      }
    }
    return tamed;
  }

  double[] parameters() {
    return parameters;
  }

  /// The least standardised score among the points.
  double best() {
    return Arrays.stream(y).min().orElse(0);
  }

  /// Writes the mean and the standard deviation of the standardised score at a point.
  void predict(double[] point, double[] out) {
    double[] at = encode(space, point);
    int n = y.length;
    double[] k = new double[n];
    double mu = 0;
    for (int i = 0; i < n; i++) {
      k[i] = covariance(at, x[i], parameters);
      mu += k[i] * alpha[i];
    }
    Cholesky.forward(factor, n, k);
    double explained = 0;
    for (double v : k) {
      explained += v * v;
    }
    out[0] = mu;
    out[1] = Math.sqrt(Math.max(1e-12, signal(parameters) - explained));
  }

  // ---- the kernel; parameters are logarithms: length scales, signal variance, noise variance

  private double signal(double[] p) {
    return StrictMath.exp(p[space.size()]);
  }

  private double noise(double[] p) {
    return StrictMath.exp(p[space.size() + 1]);
  }

  private double covariance(double[] a, double[] b, double[] p) {
    double square = 0;
    for (int c = 0; c < a.length; c++) {
      double d = (a[c] - b[c]) * StrictMath.exp(-p[columnDimension[c]]);
      square += d * d;
    }
    double r = SQRT5 * Math.sqrt(square);
    return signal(p) * (1 + r + r * r / 3) * StrictMath.exp(-r);
  }

  private double[] kernel(double[] p) {
    int n = y.length;
    double[] k = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        k[i * n + j] = covariance(x[i], x[j], p);
        k[j * n + i] = k[i * n + j];
      }
      k[i * n + i] += noise(p) + JITTER;
    }
    return k;
  }

  // ---- fitting

  private static final double[] LENGTH = {
    StrictMath.log(0.5), 1, StrictMath.log(0.03), StrictMath.log(30)
  };
  private static final double[] SIGNAL = {0, 1, StrictMath.log(0.05), StrictMath.log(20)};
  private static final double[] NOISE = {
    StrictMath.log(1e-3), 2, StrictMath.log(1e-6), StrictMath.log(1)
  };

  /// Where the prior lies, how wide it is, and the bounds.
  private double[] prior(int parameter) {
    return parameter < space.size() ? LENGTH : parameter == space.size() ? SIGNAL : NOISE;
  }

  private double[] mostLikely(double[] last) {
    double[] standard = new double[space.size() + 2];
    for (int i = 0; i < standard.length; i++) {
      standard[i] = prior(i)[0];
    }
    boolean known = last.length == standard.length;
    // One more point rarely moves the maximum far: from the standard start only now and then.
    boolean afresh = !known || y.length <= FEW || y.length % FEW == 0;
    double[] best = afresh ? climb(standard) : climb(last);
    if (known && afresh) {
      double[] other = climb(last);
      best = other[0] > best[0] ? other : best;
    }
    return Arrays.copyOfRange(best, 1, best.length);
  }

  /// The best point of a climb, its value first.
  private double[] climb(double[] from) {
    int d = from.length;
    double[] p = from.clone();
    double[] step = new double[d];
    Arrays.fill(step, 0.2);
    double[] before = new double[d];
    double[] gradient = new double[d];
    double[] best = new double[d + 1];
    best[0] = Double.NEGATIVE_INFINITY;
    for (int iteration = 0; iteration < STEPS; iteration++) {
      double value = posterior(p, gradient);
      if (value > best[0]) {
        best[0] = value;
        System.arraycopy(p, 0, best, 1, d);
      }
      double largest = 0;
      for (int i = 0; i < d; i++) {
        double sign = gradient[i] * before[i];
        step[i] =
            Math.clamp(sign > 0 ? 1.2 * step[i] : sign < 0 ? 0.5 * step[i] : step[i], 1e-4, 1);
        before[i] = sign < 0 ? 0 : gradient[i];
        double moved =
            Math.clamp(p[i] + Math.signum(before[i]) * step[i], prior(i)[2], prior(i)[3]);
        largest = Math.max(largest, Math.abs(moved - p[i]));
        p[i] = moved;
      }
      if (largest < 0.01) {
        break;
      }
    }
    if (best[0] == Double.NEGATIVE_INFINITY) {
      System.arraycopy(from, 0, best, 1, d);
    }
    return best;
  }

  /// The logarithm of the marginal likelihood plus that of the prior, and its gradient.
  private double posterior(double[] p, double[] gradient) {
    double value = likelihood(p, gradient);
    for (int i = 0; i < p.length; i++) {
      double z = (p[i] - prior(i)[0]) / prior(i)[1];
      value -= z * z / 2;
      gradient[i] -= z / prior(i)[1];
    }
    return value;
  }

  /// The logarithm of the marginal likelihood, and its gradient; negative infinity where the kernel
  /// has no factor.
  double likelihood(double[] p, double[] gradient) {
    int n = y.length;
    int dims = space.size();
    double[] k = kernel(p);
    Arrays.fill(gradient, 0);
    if (!Cholesky.factor(k, n)) {
      return Double.NEGATIVE_INFINITY;
    }
    double[] a = y.clone();
    Cholesky.solve(k, n, a);
    double value = -0.5 * n * StrictMath.log(2 * Math.PI);
    for (int i = 0; i < n; i++) {
      value -= 0.5 * y[i] * a[i] + StrictMath.log(k[i * n + i]);
    }
    double[] inverse = Cholesky.inverse(k, n);
    double s = signal(p);
    double[] inverseLength = new double[dims];
    for (int d = 0; d < dims; d++) {
      inverseLength[d] = StrictMath.exp(-2 * p[d]);
    }
    double[] parts = new double[dims];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        // Half of (alpha alpha' - K^-1), each pair off the diagonal counting twice.
        double w = (i == j ? 0.5 : 1) * (a[i] * a[j] - inverse[i * n + j]);
        Arrays.fill(parts, 0);
        double square = 0;
        for (int c = 0; c < columnDimension.length; c++) {
          double difference = x[i][c] - x[j][c];
          double part = difference * difference * inverseLength[columnDimension[c]];
          parts[columnDimension[c]] += part;
          square += part;
        }
        double r = SQRT5 * Math.sqrt(square);
        double e = s * StrictMath.exp(-r);
        double slope = w * e * 5.0 / 3 * (1 + r);
        for (int d = 0; d < dims; d++) {
          gradient[d] += slope * parts[d];
        }
        gradient[dims] += w * e * (1 + r + r * r / 3);
        if (i == j) {
          gradient[dims + 1] += w * noise(p);
        }
      }
    }
    return value;
  }

  // ---- points as columns

  private static int[] columns(Space space) {
    int[] columns = new int[width(space)];
    int at = 0;
    for (int d = 0; d < space.size(); d++) {
      Dimension dimension = space.dimensions().get(d);
      int count = dimension.words() ? dimension.count() : 1;
      Arrays.fill(columns, at, at + count, d);
      at += count;
    }
    return columns;
  }

  private static int width(Space space) {
    return space.dimensions().stream().mapToInt(d -> d.words() ? d.count() : 1).sum();
  }

  static double[] encode(Space space, double[] point) {
    double[] columns = new double[width(space)];
    int at = 0;
    for (int d = 0; d < space.size(); d++) {
      Dimension dimension = space.dimensions().get(d);
      if (dimension.words()) {
        if (!Double.isNaN(point[d])) {
          columns[at + (int) point[d]] = 1;
        }
        at += dimension.count();
      } else {
        columns[at++] = Double.isNaN(point[d]) ? 0.5 : point[d];
      }
    }
    return columns;
  }
}
