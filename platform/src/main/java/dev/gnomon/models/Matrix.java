package dev.gnomon.models;

import java.util.List;

/// Preprocessed inputs, row by row in one array; NaN is missing where the preprocessing leaves
/// values missing.
///
/// Single precision, because that is what trees compare with: training and serving round at the
/// same place.
public record Matrix(List<String> names, float[] values, int rows) {
  public Matrix {
    names = List.copyOf(names);
    if ((long) names.size() * rows != values.length) {
      throw new IllegalArgumentException(
          "%d values for %d rows of %d columns".formatted(values.length, rows, names.size()));
    }
  }

  public int width() {
    return names.size();
  }
}
