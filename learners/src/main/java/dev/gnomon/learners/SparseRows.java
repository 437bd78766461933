package dev.gnomon.learners;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Matrix;
import java.util.Arrays;

/// Rows by their non-zero inputs: most inputs are levels of texts, and the quadratic costs the
/// square of what is not zero.
record SparseRows(int[] starts, int[] columns, float[] values, int width) {
  /// Rows of one piece of work; a bound on the memory of the pieces' second derivatives beside it.
  private static final int PIECE = 8192;

  private static final int MOST_PIECES = 8;
  private static final long MOST_CELLS = 4_000_000;

  /// @throws BadInput when a value is missing or infinite
  static SparseRows of(Matrix matrix) {
    int width = matrix.width();
    float[] all = matrix.values();
    requireFinite(matrix);
    int count = 0;
    for (float value : all) {
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

  /// @throws BadInput when a value is missing or infinite, naming the first
  static void requireFinite(Matrix matrix) {
    float[] all = matrix.values();
    for (int i = 0; i < all.length; i++) {
      if (!Float.isFinite(all[i])) {
        throw new BadInput(
            "input '%s', row %d"
                .formatted(matrix.names().get(i % matrix.width()), i / matrix.width()),
            Float.isNaN(all[i]) ? "missing" : "infinite",
            "a finite number: this learner needs imputed inputs");
      }
    }
  }

  int size() {
    return starts.length - 1;
  }

  /// @param beta the intercept last
  void margins(double[] beta, double[] out) {
    for (int i = 0; i < size(); i++) {
      out[i] = margin(beta, i);
    }
  }

  double margin(double[] beta, int row) {
    double sum = beta[width];
    for (int k = starts[row]; k < starts[row + 1]; k++) {
      sum += beta[columns[k]] * values[k];
    }
    return sum;
  }

  /// The weighted mean of each input.
  double[] means(float[] weights) {
    double[] means = new double[width];
    double total = 0;
    for (int i = 0; i < size(); i++) {
      total += weights[i];
      for (int k = starts[i]; k < starts[i + 1]; k++) {
        means[columns[k]] += (double) weights[i] * values[k];
      }
    }
    for (int j = 0; j < width; j++) {
      means[j] = total > 0 ? means[j] / total : 0;
    }
    return means;
  }

  /// Sum over the rows of slope x inputs; the intercept last.
  void gradient(double[] slopes, double[] out) {
    Arrays.fill(out, 0);
    for (int i = 0; i < size(); i++) {
      double slope = slopes[i];
      out[width] += slope;
      for (int k = starts[i]; k < starts[i + 1]; k++) {
        out[columns[k]] += slope * values[k];
      }
    }
  }

  /// Sum over the rows of curvature x inputs x inputs; the intercept last. The pieces that are
  /// summed depend on the shape only, never on the threads.
  double[][] hessian(double[] curvatures, int threads) {
    long cells = (long) (width + 1) * (width + 1);
    int pieces =
        (int) Math.max(1, Math.min(MOST_PIECES, Math.min(size() / PIECE, MOST_CELLS / cells)));
    double[][][] parts = new double[pieces][][];
    boolean dense = values.length > (long) size() * width / 2;
    Chunks.run(
        threads,
        pieces,
        piece -> {
          int from = (int) ((long) size() * piece / pieces);
          int to = (int) ((long) size() * (piece + 1) / pieces);
          double[][] part = new double[width + 1][];
          for (int a = 0; a <= width; a++) {
            part[a] = new double[a + 1];
          }
          if (dense) {
            addDense(curvatures, from, to, part);
          } else {
            addSparse(curvatures, from, to, part);
          }
          parts[piece] = part;
        });
    double[][] full = new double[width + 1][width + 1];
    for (int a = 0; a <= width; a++) {
      for (int b = 0; b <= a; b++) {
        double sum = 0;
        for (double[][] part : parts) {
          sum += part[a][b];
        }
        full[a][b] = sum;
        full[b][a] = sum;
      }
    }
    return full;
  }

  private void addSparse(double[] curvatures, int from, int to, double[][] part) {
    double[] last = part[width];
    for (int i = from; i < to; i++) {
      double h = curvatures[i];
      if (h == 0) {
        continue;
      }
      last[width] += h;
      for (int k = starts[i]; k < starts[i + 1]; k++) {
        double scaled = h * values[k];
        double[] row = part[columns[k]];
        last[columns[k]] += scaled;
        for (int l = starts[i]; l <= k; l++) {
          row[columns[l]] += scaled * values[l];
        }
      }
    }
  }

  private void addDense(double[] curvatures, int from, int to, double[][] part) {
    double[] x = new double[width + 1];
    x[width] = 1;
    for (int i = from; i < to; i++) {
      Arrays.fill(x, 0, width, 0);
      for (int k = starts[i]; k < starts[i + 1]; k++) {
        x[columns[k]] = values[k];
      }
      double h = curvatures[i];
      if (h == 0) {
        continue;
      }
      for (int a = 0; a <= width; a++) {
        double scaled = h * x[a];
        double[] row = part[a];
        for (int b = 0; b <= a; b++) {
          row[b] += scaled * x[b];
        }
      }
    }
  }
}
