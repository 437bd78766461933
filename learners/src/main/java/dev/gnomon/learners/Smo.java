package dev.gnomon.learners;

/// Sequential minimal optimisation: minimises a.Q.a / 2 + p.a under y.a = 0 and 0 <= a <= bound,
/// with Q = y y' K.
///
/// Each step moves the two variables that promise most: the one farthest on its side of the
/// optimality condition, and against it the one with the largest second-order gain (Platt 1998;
/// Fan, Chen, Lin 2005, working set selection 2). Two passes over flat arrays per step, rows of the
/// kernel kept as memory allows; variables at their bounds are not set aside.
final class Smo {
  private static final double LEAST_CURVATURE = 1e-12;

  private final KernelRows kernel;
  private final double[] diagonal;
  private final int rows;
  private final byte[] signs;
  private final double[] bounds;
  private final double[] alpha;
  private final double[] gradient;

  /// @param signs y of each variable, 1 or -1; variable t belongs to row t mod `rows`
  /// @param linear p
  Smo(KernelRows kernel, double[] diagonal, byte[] signs, double[] linear, double[] bounds) {
    this.kernel = kernel;
    this.diagonal = diagonal;
    this.rows = diagonal.length;
    this.signs = signs;
    this.bounds = bounds;
    this.alpha = new double[signs.length];
    this.gradient = linear.clone();
  }

  /// @param tolerance the largest violation left
  /// @return the intercept; the variables are in [#alpha]
  double solve(double tolerance, long steps) {
    for (long step = 0; step < steps && step(tolerance); step++) {
      // Each step moves one pair.
    }
    return intercept();
  }

  double alpha(int variable) {
    return alpha[variable];
  }

  /// Whether a pair was moved.
  private boolean step(double tolerance) {
    int count = alpha.length;
    int i = -1;
    double up = Double.NEGATIVE_INFINITY;
    for (int t = 0; t < count; t++) {
      double score = -signs[t] * gradient[t];
      if (score > up && (signs[t] > 0 ? alpha[t] < bounds[t] : alpha[t] > 0)) {
        up = score;
        i = t;
      }
    }
    if (i < 0) {
      return false;
    }
    int rowI = i % rows;
    float[] kernelI = kernel.row(rowI);
    double diagonalI = diagonal[rowI];
    int j = -1;
    double low = Double.POSITIVE_INFINITY;
    double best = Double.POSITIVE_INFINITY;
    for (int t = 0; t < count; t++) {
      if (signs[t] > 0 ? alpha[t] > 0 : alpha[t] < bounds[t]) {
        double score = -signs[t] * gradient[t];
        low = Math.min(low, score);
        double violation = up - score;
        if (violation > 0) {
          int row = t < rows ? t : t - rows;
          double curvature =
              Math.max(diagonalI + diagonal[row] - 2 * kernelI[row], LEAST_CURVATURE);
          double gain = -violation * violation / curvature;
          if (gain < best) {
            best = gain;
            j = t;
          }
        }
      }
    }
    if (j < 0 || up - low <= tolerance) {
      return false;
    }
    int rowJ = j % rows;
    float[] kernelJ = kernel.row(rowJ);
    double curvature = Math.max(diagonalI + diagonal[rowJ] - 2 * kernelI[rowJ], LEAST_CURVATURE);
    double length = (up + signs[j] * gradient[j]) / curvature;
    double mostI = signs[i] > 0 ? bounds[i] - alpha[i] : alpha[i];
    double mostJ = signs[j] > 0 ? alpha[j] : bounds[j] - alpha[j];
    double moved = Math.min(length, Math.min(mostI, mostJ));
    alpha[i] = moved == mostI ? (signs[i] > 0 ? bounds[i] : 0) : alpha[i] + signs[i] * moved;
    alpha[j] = moved == mostJ ? (signs[j] > 0 ? 0 : bounds[j]) : alpha[j] - signs[j] * moved;
    for (int t = 0; t < rows; t++) {
      double change = moved * (kernelI[t] - kernelJ[t]);
      gradient[t] += signs[t] * change;
    }
    for (int t = rows; t < count; t++) {
      double change = moved * (kernelI[t - rows] - kernelJ[t - rows]);
      gradient[t] += signs[t] * change;
    }
    return moved > 0;
  }

  /// From the variables between their bounds, else halfway between those at them.
  private double intercept() {
    double sum = 0;
    int free = 0;
    double high = Double.POSITIVE_INFINITY;
    double low = Double.NEGATIVE_INFINITY;
    for (int t = 0; t < alpha.length; t++) {
      double score = signs[t] * gradient[t];
      if (alpha[t] > 0 && alpha[t] < bounds[t]) {
        sum += score;
        free++;
      } else if ((alpha[t] <= 0) == (signs[t] > 0)) {
        high = Math.min(high, score);
      } else {
        low = Math.max(low, score);
      }
    }
    if (free > 0) {
      return -sum / free;
    }
    double middle =
        Double.isInfinite(high) ? low : Double.isInfinite(low) ? high : (high + low) / 2;
    return Double.isInfinite(middle) ? 0 : -middle;
  }
}
