package dev.gnomon.learners;

/// The step d that minimises g.d + d.H.d / 2 plus the penalties at beta + d. The last coordinate is
/// the intercept, with a square penalty of its own, commonly 0.
final class QuadraticStep {
  private static final int SWEEPS = 10_000;

  private QuadraticStep() {}

  static double[] solve(
      double[] gradient,
      double[][] hessian,
      double[] beta,
      double l1,
      double l2,
      double interceptL2) {
    return l1 == 0
        ? ridge(gradient, hessian, beta, l2, interceptL2)
        : descend(gradient, hessian, beta, l1, l2, interceptL2);
  }

  /// Cholesky of H + l2. Inputs that are sums of others leave no curvature without `l2`; such a
  /// pivot is lifted, which only decides among equally good solutions.
  private static double[] ridge(
      double[] gradient, double[][] hessian, double[] beta, double l2, double interceptL2) {
    int n = gradient.length;
    double[][] lower = new double[n][n];
    double largest = 0;
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, hessian[i][i]);
    }
    double least = 1e-12 * Math.max(largest, 1e-300);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = hessian[i][j];
        if (i == j) {
          sum += i < n - 1 ? l2 : interceptL2;
        }
        for (int k = 0; k < j; k++) {
          sum -= lower[i][k] * lower[j][k];
        }
        if (i == j) {
          lower[i][i] = Math.sqrt(Math.max(sum, least));
        } else {
          lower[i][j] = sum / lower[j][j];
        }
      }
    }
    double[] step = new double[n];
    for (int i = 0; i < n; i++) {
      double sum = -gradient[i] - (i < n - 1 ? l2 : interceptL2) * beta[i];
      for (int k = 0; k < i; k++) {
        sum -= lower[i][k] * step[k];
      }
      step[i] = sum / lower[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      double sum = step[i];
      for (int k = i + 1; k < n; k++) {
        sum -= lower[k][i] * step[k];
      }
      step[i] = sum / lower[i][i];
    }
    return step;
  }

  /// One coordinate after the other, soft-thresholded, until a whole sweep moves nothing.
  private static double[] descend(
      double[] gradient,
      double[][] hessian,
      double[] beta,
      double l1,
      double l2,
      double interceptL2) {
    int n = gradient.length;
    double[] step = new double[n];
    double[] slope = gradient.clone();
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      double moved = 0;
      for (int i = 0; i < n; i++) {
        boolean penalised = i < n - 1;
        double curvature = hessian[i][i] + (penalised ? l2 : interceptL2);
        if (!(curvature > 0)) {
          continue;
        }
        double at = beta[i] + step[i];
        double target = hessian[i][i] * at - slope[i];
        double value =
            penalised
                ? Math.copySign(Math.max(Math.abs(target) - l1, 0), target) / curvature
                : target / curvature;
        double change = value - at;
        if (change != 0) {
          step[i] += change;
          for (int j = 0; j < n; j++) {
            slope[j] += hessian[j][i] * change;
          }
          moved = Math.max(moved, Math.abs(change) / (1 + Math.abs(value)));
        }
      }
      if (moved <= 1e-13) {
        break;
      }
    }
    return step;
  }
}
