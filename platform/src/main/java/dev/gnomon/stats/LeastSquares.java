package dev.gnomon.stats;

/// Ordinary least squares of few columns with standard errors that hold for unequal variances.
///
/// HC2 (MacKinnon and White 1985) divides each squared residual by 1 - leverage; for a treatment
/// indicator alone it is Welch's. With the column of a treatment and a centred covariate the
/// coefficient is the adjusted effect of an experiment (Lin 2013).
///
/// @param coefficients in the order of the columns
/// @param errorsHc2 standard errors
public record LeastSquares(double[] coefficients, double[] errorsHc2) {

  /// @param columns each as long as `y`; give a column of ones for the intercept. Linearly
  ///   dependent ones are an error
  public static LeastSquares fit(double[] y, double[]... columns) {
    int k = columns.length;
    double[][] inverse = new double[k][k];
    double[] moments = new double[k];
    for (int a = 0; a < k; a++) {
      moments[a] = dot(columns[a], y);
      for (int b = 0; b < k; b++) {
        inverse[a][b] = dot(columns[a], columns[b]);
      }
    }
    invert(inverse);
    double[] beta = new double[k];
    for (int a = 0; a < k; a++) {
      beta[a] = dot(inverse[a], moments);
    }
    double[][] middle = new double[k][k];
    double[] row = new double[k];
    for (int i = 0; i < y.length; i++) {
      for (int a = 0; a < k; a++) {
        row[a] = columns[a][i];
      }
      double residual = y[i] - dot(row, beta);
      double leverage = 0;
      for (int a = 0; a < k; a++) {
        leverage += row[a] * dot(inverse[a], row);
      }
      // A row of leverage 1 is fitted exactly whatever its outcome: it says nothing of the noise.
      double square = leverage >= 1 - 1e-12 ? 0 : residual * residual / (1 - leverage);
      for (int a = 0; a < k; a++) {
        for (int b = 0; b < k; b++) {
          middle[a][b] += square * row[a] * row[b];
        }
      }
    }
    double[] errors = new double[k];
    for (int a = 0; a < k; a++) {
      double variance = 0;
      for (int b = 0; b < k; b++) {
        variance += inverse[a][b] * dot(middle[b], inverse[a]);
      }
      errors[a] = Math.sqrt(variance);
    }
    return new LeastSquares(beta, errors);
  }

  /// Gauss-Jordan with the largest pivot of the column.
  private static void invert(double[][] m) {
    int k = m.length;
    double[][] result = new double[k][k];
    for (int i = 0; i < k; i++) {
      result[i][i] = 1;
    }
    for (int c = 0; c < k; c++) {
      int pivot = c;
      for (int r = c + 1; r < k; r++) {
        pivot = Math.abs(m[r][c]) > Math.abs(m[pivot][c]) ? r : pivot;
      }
      if (Math.abs(m[pivot][c]) < 1e-300) {
        throw new IllegalArgumentException("column %d depends on the others".formatted(c));
      }
      swap(m, c, pivot);
      swap(result, c, pivot);
      double scale = m[c][c];
      for (int j = 0; j < k; j++) {
        m[c][j] /= scale;
        result[c][j] /= scale;
      }
      for (int r = 0; r < k; r++) {
        double factor = m[r][c];
        if (r != c && factor != 0) {
          for (int j = 0; j < k; j++) {
            m[r][j] -= factor * m[c][j];
            result[r][j] -= factor * result[c][j];
          }
        }
      }
    }
    System.arraycopy(result, 0, m, 0, k);
  }

  private static void swap(double[][] m, int a, int b) {
    double[] row = m[a];
    m[a] = m[b];
    m[b] = row;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LeastSquares fit
        && java.util.Arrays.equals(coefficients, fit.coefficients)
        && java.util.Arrays.equals(errorsHc2, fit.errorsHc2);
  }

  @Override
  public int hashCode() {
    return java.util.Arrays.hashCode(coefficients);
  }

  @Override
  public String toString() {
    return "LeastSquares" + java.util.Arrays.toString(coefficients);
  }
}
