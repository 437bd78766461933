package dev.gnomon.data;

import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;

/// The values of one column. The arrays are not copied: whoever holds a column must not write into
/// it.
public sealed interface Column {
  int size();

  Type type();

  boolean missing(int row);

  /// Doubles; NaN is missing.
  record Numbers(double[] values) implements Column {
    @Override
    public int size() {
      return values.length;
    }

    @Override
    public Type type() {
      return Type.NUMBER;
    }

    @Override
    public boolean missing(int row) {
      return Double.isNaN(values[row]);
    }
  }

  /// Codes into a dictionary, which other columns and batches may share; -1 is missing.
  record Texts(int[] codes, Dictionary dictionary) implements Column {
    @Override
    public int size() {
      return codes.length;
    }

    @Override
    public Type type() {
      return Type.TEXT;
    }

    @Override
    public boolean missing(int row) {
      return codes[row] < 0;
    }
  }

  /// Microseconds since the epoch; [Times#MISSING] is missing.
  record Moments(long[] micros) implements Column {
    @Override
    public int size() {
      return micros.length;
    }

    @Override
    public Type type() {
      return Type.TIME;
    }

    @Override
    public boolean missing(int row) {
      return micros[row] == Times.MISSING;
    }
  }
}
