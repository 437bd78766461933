package dev.gnomon.learners;

import dev.gnomon.models.Matrix;
import java.util.Arrays;

/// Rows by their non-zero inputs: most inputs are levels of texts, and the quadratic costs the
/// square of what is not zero.
record SparseRows(int[] starts, int[] columns, float[] values, int width) {

  static SparseRows of(Matrix matrix) {
    int width = matrix.width();
    float[] all = matrix.values();
    int count = 0;
    for (float value : all) {
      if (Float.isNaN(value)) {
        throw new IllegalArgumentException("a linear model can't take missing inputs");
      }
      count += value != 0 ? 1 : 0;
    }
    int[] starts = new int[matrix.rows() + 1];
    int[] columns = new int[count];
    float[] values = new float[count];
    int at = 0;
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = 0; j < width; j++) {
        float value = all[i * width + j];
        if (value != 0) {
          columns[at] = j;
          values[at++] = value;
        }
      }
      starts[i + 1] = at;
    }
    return new SparseRows(starts, columns, values, width);
  }

  int size() {
    return starts.length - 1;
  }

  /// @param beta the intercept last
  void margins(double[] beta, double[] out) {
    for (int i = 0; i < size(); i++) {
      double sum = beta[width];
      for (int k = starts[i]; k < starts[i + 1]; k++) {
        sum += beta[columns[k]] * values[k];
      }
      out[i] = sum;
    }
  }

  /// Gradient and second derivatives of the weighted log loss; the intercept last.
  void quadratic(
      double[] margins, float[] labels, float[] weights, double[] gradient, double[][] hessian) {
    Arrays.fill(gradient, 0);
    for (double[] row : hessian) {
      Arrays.fill(row, 0);
    }
    for (int i = 0; i < size(); i++) {
      double p = 1 / (1 + Math.exp(-margins[i]));
      double error = weights[i] * (p - labels[i]);
      double h = weights[i] * p * (1 - p);
      gradient[width] += error;
      hessian[width][width] += h;
      for (int k = starts[i]; k < starts[i + 1]; k++) {
        double scaled = h * values[k];
        double[] row = hessian[columns[k]];
        gradient[columns[k]] += error * values[k];
        hessian[width][columns[k]] += scaled;
        for (int l = starts[i]; l <= k; l++) {
          row[columns[l]] += scaled * values[l];
        }
      }
    }
    for (int a = 0; a <= width; a++) {
      for (int b = 0; b < a; b++) {
        hessian[b][a] = hessian[a][b];
      }
    }
  }
}
