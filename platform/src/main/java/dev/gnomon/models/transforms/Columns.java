package dev.gnomon.models.transforms;

import java.util.Arrays;
import java.util.List;

/// The training rows between two steps, column by column. A step works on them in place.
final class Columns {
  private final int rows;
  private double[][] values;
  private List<Input> inputs;

  Columns(List<Input> inputs, double[][] values, int rows) {
    this.inputs = List.copyOf(inputs);
    this.values = values;
    this.rows = rows;
  }

  int rows() {
    return rows;
  }

  int width() {
    return inputs.size();
  }

  List<Input> inputs() {
    return inputs;
  }

  Input input(int column) {
    return inputs.get(column);
  }

  double[] column(int column) {
    return values[column];
  }

  /// The values that are not missing.
  double[] present(int column) {
    double[] found = new double[rows];
    int n = 0;
    for (double value : values[column]) {
      if (!Double.isNaN(value)) {
        found[n++] = value;
      }
    }
    return n == rows ? found : Arrays.copyOf(found, n);
  }

  int missing(int column) {
    int n = 0;
    for (double value : values[column]) {
      n += Double.isNaN(value) ? 1 : 0;
    }
    return n;
  }

  void copyRow(int row, double[] to) {
    for (int c = 0; c < values.length; c++) {
      to[c] = values[c][row];
    }
  }

  /// Applies a step to every row, as serving does to one.
  void apply(MatrixStep step) {
    List<Input> outputs = step.outputs(inputs);
    if (step instanceof Keep keep) {
      double[][] kept = new double[keep.columns().length][];
      Arrays.setAll(kept, i -> values[keep.columns()[i]]);
      values = kept;
    } else {
      double[][] next = Arrays.copyOf(values, Math.max(values.length, outputs.size()));
      for (int c = values.length; c < outputs.size(); c++) {
        next[c] = new double[rows];
      }
      double[] row = new double[next.length + step.spare()];
      for (int r = 0; r < rows; r++) {
        copyRow(r, row);
        step.apply(row);
        for (int c = 0; c < outputs.size(); c++) {
          next[c][r] = row[c];
        }
      }
      values = Arrays.copyOf(next, outputs.size());
    }
    inputs = List.copyOf(outputs);
  }

  /// Row by row in single precision, as a model takes them.
  float[] singles() {
    int width = values.length;
    float[] out = new float[Math.multiplyExact(rows, width)];
    for (int from = 0; from < rows; from += 256) {
      int to = Math.min(rows, from + 256);
      for (int c = 0; c < width; c++) {
        double[] column = values[c];
        for (int r = from; r < to; r++) {
          out[r * width + c] = single(column[r]);
        }
      }
    }
    return out;
  }

  /// In single precision. Values beyond its range become the largest finite ones instead of
  /// infinity, which learners refuse.
  static float single(double value) {
    return Double.isNaN(value)
        ? Float.NaN
        : (float) Math.clamp(value, -(double) Float.MAX_VALUE, Float.MAX_VALUE);
  }
}
