package dev.gnomon.training.search;

/// The Cholesky factor of a symmetric positive definite matrix, row by row in one array (Golub and
/// Van Loan: Matrix computations, section 4.2). The upper triangle is never read.
final class Cholesky {
  private Cholesky() {}

  /// Replaces the lower triangle by the factor.
  ///
  /// @return whether the matrix is positive definite; if not, it is left half done
  static boolean factor(double[] a, int n) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= a[i * n + k] * a[j * n + k];
        }
        if (i == j) {
          if (!(sum > 0)) {
            return false;
          }
          a[i * n + i] = Math.sqrt(sum);
        } else {
          a[i * n + j] = sum / a[j * n + j];
        }
      }
    }
    return true;
  }

  /// Solves L z = b in place.
  static void forward(double[] factor, int n, double[] b) {
    for (int i = 0; i < n; i++) {
      double sum = b[i];
      for (int k = 0; k < i; k++) {
        sum -= factor[i * n + k] * b[k];
      }
      b[i] = sum / factor[i * n + i];
    }
  }

  /// Solves L L' z = b in place.
  static void solve(double[] factor, int n, double[] b) {
    forward(factor, n, b);
    for (int i = n - 1; i >= 0; i--) {
      double sum = b[i];
      for (int k = i + 1; k < n; k++) {
        sum -= factor[k * n + i] * b[k];
      }
      b[i] = sum / factor[i * n + i];
    }
  }

  /// The inverse of the matrix whose factor is given; its lower triangle.
  static double[] inverse(double[] factor, int n) {
    // Rows of L^-1 transposed, so that the product below runs along rows.
    double[] columns = new double[n * n];
    for (int c = 0; c < n; c++) {
      columns[c * n + c] = 1 / factor[c * n + c];
      for (int i = c + 1; i < n; i++) {
        double sum = 0;
        for (int k = c; k < i; k++) {
          sum -= factor[i * n + k] * columns[c * n + k];
        }
        columns[c * n + i] = sum / factor[i * n + i];
      }
    }
    double[] inverse = new double[n * n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = i; k < n; k++) {
          sum += columns[i * n + k] * columns[j * n + k];
        }
        inverse[i * n + j] = sum;
      }
    }
    return inverse;
  }
}
