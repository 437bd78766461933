package dev.gnomon.training.resampling;

import dev.gnomon.models.Matrix;
import java.util.Arrays;

/// The rows of one fit with a distance between them, as SMOTE-NC defines it (Chawla et al. 2002,
/// section 6.1).
///
/// The squared distance is the sum over the numbers of the squared difference, each number being
/// divided by its standard deviation in these rows so that units don't matter, plus for each
/// category that differs the square of the median standard deviation, over the numbers, of the
/// rarer class. Without numbers a differing category counts 1. Where a number is missing in one of
/// the two rows, the sum goes over the numbers present in both and is scaled up to all of them;
/// without any in common it is 2 per number, the expected value.
final class Space {
  private final Matrix matrix;
  private final Inputs inputs;
  private final int numbers;
  private final int categories;
  private final float[] scaled;
  private final long[] codes;
  private final boolean complete;
  private final double differing;

  private Space(
      Matrix matrix,
      Inputs inputs,
      float[] scaled,
      long[] codes,
      boolean complete,
      double differing) {
    this.matrix = matrix;
    this.inputs = inputs;
    this.numbers = inputs.numbers().length;
    this.categories = inputs.categories().length;
    this.scaled = scaled;
    this.codes = codes;
    this.complete = complete;
    this.differing = differing;
  }

  /// @param rare rows of the rarer class, whose spread says what a differing category weighs
  static Space of(Matrix matrix, Inputs inputs, int[] rare) {
    int rows = matrix.rows();
    int width = matrix.width();
    int numbers = inputs.numbers().length;
    float[] scaled = new float[Math.multiplyExact(rows, numbers)];
    double[] spreads = new double[numbers];
    boolean complete = true;
    for (int c = 0; c < numbers; c++) {
      int column = inputs.numbers()[c];
      double spread = spread(matrix, column, null);
      double factor = spread > 0 ? 1 / spread : 0;
      spreads[c] = spread(matrix, column, rare) * factor;
      for (int i = 0; i < rows; i++) {
        float value = matrix.values()[i * width + column];
        complete &= !Float.isNaN(value);
        scaled[i * numbers + c] = (float) (value * factor);
      }
    }
    double[] varying = Arrays.stream(spreads).filter(s -> s > 0).sorted().toArray();
    double median =
        varying.length == 0
            ? 1
            : (varying[(varying.length - 1) / 2] + varying[varying.length / 2]) / 2;
    return new Space(matrix, inputs, scaled, codes(matrix, inputs), complete, median * median);
  }

  private static double spread(
      Matrix matrix, int column, int @org.jspecify.annotations.Nullable [] only) {
    int rows = only == null ? matrix.rows() : only.length;
    int width = matrix.width();
    double sum = 0;
    int n = 0;
    for (int i = 0; i < rows; i++) {
      float value = matrix.values()[(only == null ? i : only[i]) * width + column];
      if (!Float.isNaN(value)) {
        sum += value;
        n++;
      }
    }
    if (n < 2) {
      return 0;
    }
    double mean = sum / n;
    double squares = 0;
    for (int i = 0; i < rows; i++) {
      float value = matrix.values()[(only == null ? i : only[i]) * width + column];
      if (!Float.isNaN(value)) {
        squares += (value - mean) * (value - mean);
      }
    }
    return Math.sqrt(squares / n);
  }

  /// One number per row and category: equal for equal patterns of its 0/1 inputs.
  private static long[] codes(Matrix matrix, Inputs inputs) {
    int rows = matrix.rows();
    int categories = inputs.categories().length;
    long[] codes = new long[Math.multiplyExact(rows, categories)];
    for (int g = 0; g < categories; g++) {
      for (int column : inputs.categories()[g]) {
        long bit = (column + 1L) * 0x9E3779B97F4A7C15L;
        bit ^= bit >>> 29;
        for (int i = 0; i < rows; i++) {
          if (matrix.values()[i * matrix.width() + column] != 0) {
            codes[i * categories + g] += bit;
          }
        }
      }
    }
    return codes;
  }

  Matrix matrix() {
    return matrix;
  }

  Inputs inputs() {
    return inputs;
  }

  long code(int row, int category) {
    return codes[row * categories + category];
  }

  /// The squared distance of two rows; any value of at least `bound` when it reaches that.
  double distance(int a, int b, double bound) {
    double sum = 0;
    for (int g = 0; g < categories; g++) {
      if (codes[a * categories + g] != codes[b * categories + g]) {
        sum += differing;
      }
    }
    int x = a * numbers;
    int y = b * numbers;
    if (complete) {
      for (int c = 0; c < numbers; c++) {
        double d = scaled[x + c] - scaled[y + c];
        sum += d * d;
        if ((c & 7) == 7 && sum > bound) {
          return sum;
        }
      }
      return sum;
    }
    double squares = 0;
    int present = 0;
    for (int c = 0; c < numbers; c++) {
      double d = scaled[x + c] - scaled[y + c];
      if (!Double.isNaN(d)) {
        squares += d * d;
        present++;
      }
    }
    if (numbers > 0) {
      sum += present == 0 ? 2.0 * numbers : squares * numbers / present;
    }
    return sum;
  }
}
