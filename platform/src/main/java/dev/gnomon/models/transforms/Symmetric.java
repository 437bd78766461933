package dev.gnomon.models.transforms;

import java.util.Arrays;

/// Symmetric positive matrices: Cholesky's factor for regressions, Jacobi's rotations for
/// components (Golub, Van Loan: Matrix computations, 4th edition, 4.2 and 8.5).
final class Symmetric {
  private Symmetric() {}

  /// Replaces the lower triangle by the Cholesky factor.
  ///
  /// @param tolerance a pivot up to this share of its diagonal element counts as none
  /// @return the first position without a pivot (it depends on those before it), or -1
  static int factor(double[][] a, double tolerance) {
    for (int j = 0; j < a.length; j++) {
      double diagonal = a[j][j];
      double pivot = diagonal;
      for (int k = 0; k < j; k++) {
        pivot -= a[j][k] * a[j][k];
      }
      if (!(pivot > tolerance * diagonal)) {
        return j;
      }
      a[j][j] = Math.sqrt(pivot);
      for (int i = j + 1; i < a.length; i++) {
        double sum = a[i][j];
        for (int k = 0; k < j; k++) {
          sum -= a[i][k] * a[j][k];
        }
        a[i][j] = sum / a[j][j];
      }
    }
    return -1;
  }

  /// @param factor of [#factor]
  static double[] solve(double[][] factor, double[] right) {
    double[] x = right.clone();
    for (int i = 0; i < x.length; i++) {
      for (int k = 0; k < i; k++) {
        x[i] -= factor[i][k] * x[k];
      }
      x[i] /= factor[i][i];
    }
    for (int i = x.length - 1; i >= 0; i--) {
      for (int k = i + 1; k < x.length; k++) {
        x[i] -= factor[k][i] * x[k];
      }
      x[i] /= factor[i][i];
    }
    return x;
  }

  /// Values descending, one vector of length 1 per value, its element of greatest absolute value
  /// positive.
  record Eigen(double[] values, double[][] vectors) {}

  /// @param a is overwritten
  static Eigen eigen(double[][] a) {
    int n = a.length;
    double[][] v = new double[n][n];
    for (int i = 0; i < n; i++) {
      v[i][i] = 1;
    }
    for (int sweep = 0; sweep < 60; sweep++) {
      double off = 0;
      double size = 0;
      for (int i = 0; i < n; i++) {
        size += a[i][i] * a[i][i];
        for (int j = 0; j < i; j++) {
          off += a[i][j] * a[i][j];
        }
      }
      if (off <= 1e-32 * size || off == 0) {
        break;
      }
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(a, v, p, q);
        }
      }
    }
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (i, j) -> Double.compare(a[j][j], a[i][i]));
    double[] values = new double[n];
    double[][] vectors = new double[n][];
    for (int i = 0; i < n; i++) {
      values[i] = a[order[i]][order[i]];
      vectors[i] = turned(v[order[i]]);
    }
    return new Eigen(values, vectors);
  }

  /// `v` holds the vectors as rows, so that both updates run along memory.
  private static void rotate(double[][] a, double[][] v, int p, int q) {
    double apq = a[p][q];
    if (apq == 0) {
      return;
    }
    double theta = (a[q][q] - a[p][p]) / (2 * apq);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    double[] ap = a[p];
    double[] aq = a[q];
    double app = ap[p] - t * apq;
    double aqq = aq[q] + t * apq;
    for (int k = 0; k < a.length; k++) {
      double kp = ap[k];
      double kq = aq[k];
      ap[k] = c * kp - s * kq;
      aq[k] = s * kp + c * kq;
      a[k][p] = ap[k];
      a[k][q] = aq[k];
    }
    ap[p] = app;
    aq[q] = aqq;
    ap[q] = 0;
    aq[p] = 0;
    double[] vp = v[p];
    double[] vq = v[q];
    for (int k = 0; k < v.length; k++) {
      double kp = vp[k];
      double kq = vq[k];
      vp[k] = c * kp - s * kq;
      vq[k] = s * kp + c * kq;
    }
  }

  private static double[] turned(double[] vector) {
    int largest = 0;
    for (int i = 1; i < vector.length; i++) {
      // Elements that differ by rounding only must not decide.
      if (Math.abs(vector[i]) > Math.abs(vector[largest]) * (1 + 1e-9)) {
        largest = i;
      }
    }
    if (vector.length > 0 && vector[largest] < 0) {
      for (int i = 0; i < vector.length; i++) {
        vector[i] = -vector[i];
      }
    }
    return vector;
  }
}
