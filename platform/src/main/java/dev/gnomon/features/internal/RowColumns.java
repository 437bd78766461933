package dev.gnomon.features.internal;

import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Growing columns of observations: key, time, label and every value of the row. Texts of sources
/// are codes of the source's dictionary; those of features and derived ones are kept as they are.
final class RowColumns {
  private final Schema schema;
  private int size;
  private int capacity;
  int[] keys = {};
  long[] times = {};
  double[] labels = {};
  byte[] reasons = {};
  final double[][] numbers;
  final int[][] codes;
  final long[][] moments;
  final @Nullable String[][] texts;

  /// @param ownTexts columns whose texts are kept as they are
  RowColumns(Schema schema, boolean[] ownTexts) {
    this.schema = schema;
    int width = schema.size();
    numbers = new double[width][];
    codes = new int[width][];
    moments = new long[width][];
    texts = new @Nullable String[width][];
    for (int c = 0; c < width; c++) {
      switch (schema.field(c).type()) {
        case NUMBER -> numbers[c] = new double[0];
        case TIME -> moments[c] = new long[0];
        case TEXT -> {
          if (ownTexts[c]) {
            texts[c] = new @Nullable String[0];
          } else {
            codes[c] = new int[0];
          }
        }
      }
    }
  }

  int size() {
    return size;
  }

  int width() {
    return schema.size();
  }

  /// Appends rows of missing values.
  ///
  /// @return the first of them
  int append(int count) {
    int first = size;
    size = Math.addExact(size, count);
    if (size > capacity) {
      grow(Math.max(size, Math.min(capacity * 2L, Integer.MAX_VALUE - 8)));
    }
    return first;
  }

  private void grow(long wanted) {
    int before = capacity;
    capacity = (int) Math.max(64, wanted);
    keys = Arrays.copyOf(keys, capacity);
    times = Arrays.copyOf(times, capacity);
    labels = Arrays.copyOf(labels, capacity);
    reasons = Arrays.copyOf(reasons, capacity);
    for (int c = 0; c < schema.size(); c++) {
      if (numbers[c] != null) {
        numbers[c] = Arrays.copyOf(numbers[c], capacity);
        Arrays.fill(numbers[c], before, capacity, Double.NaN);
      } else if (moments[c] != null) {
        moments[c] = Arrays.copyOf(moments[c], capacity);
        Arrays.fill(moments[c], before, capacity, Times.MISSING);
      } else if (codes[c] != null) {
        codes[c] = Arrays.copyOf(codes[c], capacity);
        Arrays.fill(codes[c], before, capacity, -1);
      } else {
        texts[c] = Arrays.copyOf(texts[c], capacity);
      }
    }
  }
}
