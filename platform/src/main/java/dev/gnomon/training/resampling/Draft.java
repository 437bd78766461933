package dev.gnomon.training.resampling;

import dev.gnomon.models.Matrix;
import dev.gnomon.models.spi.Fit;
import java.util.Arrays;

/// Rows under construction: kept ones first, in their order, then what is appended.
final class Draft {
  private final Fit.Rows from;
  private final int width;
  private final float[] values;
  private final float[] targets;
  private final float[] weights;
  private final int[] groups;
  private int size;

  Draft(Fit.Rows from, int most) {
    this.from = from;
    this.width = from.inputs().width();
    this.values = new float[Math.multiplyExact(most, width)];
    this.targets = new float[most];
    this.weights = new float[most];
    this.groups = new int[most];
  }

  /// All rows as they are, with room for more.
  static Draft withRoom(Fit.Rows from, int more) {
    int rows = from.size();
    Draft draft = new Draft(from, Math.addExact(rows, more));
    System.arraycopy(from.inputs().values(), 0, draft.values, 0, rows * draft.width);
    System.arraycopy(from.targets(), 0, draft.targets, 0, rows);
    System.arraycopy(from.weights(), 0, draft.weights, 0, rows);
    System.arraycopy(from.groups(), 0, draft.groups, 0, rows);
    draft.size = rows;
    return draft;
  }

  static Fit.Rows select(Fit.Rows from, int[] rows) {
    Draft draft = new Draft(from, rows.length);
    for (int row : rows) {
      draft.copy(row);
    }
    return draft.rows();
  }

  /// A row again: with its target, weight and group.
  void copy(int row) {
    System.arraycopy(from.inputs().values(), row * width, values, size * width, width);
    targets[size] = from.targets()[row];
    weights[size] = from.weights()[row];
    groups[size] = from.groups()[row];
    size++;
  }

  /// Moves the numbers of the last row towards another: `share` of the way, missing where either
  /// is.
  void towards(int other, double share, int[] numbers) {
    int at = (size - 1) * width;
    for (int column : numbers) {
      double here = values[at + column];
      double there = from.inputs().values()[other * width + column];
      values[at + column] = (float) (here + share * (there - here));
    }
  }

  /// Takes the 0/1 inputs of one category of the last row from another.
  void take(int other, int[] category) {
    int at = (size - 1) * width;
    for (int column : category) {
      values[at + column] = from.inputs().values()[other * width + column];
    }
  }

  Fit.Rows rows() {
    return new Fit.Rows(
        new Matrix(from.inputs().names(), Arrays.copyOf(values, size * width), size),
        Arrays.copyOf(targets, size),
        Arrays.copyOf(weights, size),
        Arrays.copyOf(groups, size));
  }
}
