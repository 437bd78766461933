package dev.gnomon.models.transforms;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// 60 rows by formula, exact in every language: with `i` the row, `a = (37 i + 7 i2) mod 97 / 8`,
/// `b = (53 i + 11 i3) mod 89 / 4 - 10`, `c = a / 2 - b + 29 i mod 13 / 16`, `d = i2 mod 5`; the
/// class is 1 where `a + d + 17 i mod 7 / 2 > 8`, the number is `2 a - b + 17 i mod 7`. With holes:
/// a is missing where i mod 7 = 3, b where i mod 9 = 4, c where i mod 11 = 5.
final class Sample {
  static final int ROWS = 60;

  private Sample() {}

  static double[][] complete() {
    double[][] x = new double[4][ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[0][i] = (37 * i + 7 * i * i) % 97 / 8.0;
      x[1][i] = (53 * i + 11 * i * i * i) % 89 / 4.0 - 10;
      x[2][i] = 0.5 * x[0][i] - x[1][i] + 29 * i % 13 / 16.0;
      x[3][i] = i * i % 5;
    }
    return x;
  }

  static double[][] withHoles() {
    double[][] x = complete();
    for (int i = 0; i < ROWS; i++) {
      x[0][i] = i % 7 == 3 ? Double.NaN : x[0][i];
      x[1][i] = i % 9 == 4 ? Double.NaN : x[1][i];
      x[2][i] = i % 11 == 5 ? Double.NaN : x[2][i];
    }
    return x;
  }

  static Supervision classes() {
    double[][] x = complete();
    return Supervision.of(
        IntStream.range(0, ROWS)
            .mapToDouble(i -> x[0][i] + x[3][i] + 17 * i % 7 / 2.0 > 8 ? 1 : 0)
            .toArray(),
        true,
        1);
  }

  static Supervision numbers() {
    double[][] x = complete();
    return Supervision.of(
        IntStream.range(0, ROWS).mapToDouble(i -> 2 * x[0][i] - x[1][i] + 17 * i % 7).toArray(),
        false,
        1);
  }

  static Columns columns(double[]... values) {
    List<Input> inputs =
        IntStream.range(0, values.length)
            .mapToObj(i -> Input.of("abcdefgh".substring(i, i + 1), i, Input.Kind.QUANTITY))
            .toList();
    return new Columns(inputs, values, values[0].length);
  }

  /// The levels a to g by `i2 + 3 i mod 7`, missing where `i mod 10 = 9`.
  static @Nullable String level(int i) {
    return i % 10 == 9 ? null : "abcdefg".substring((i * i + 3 * i) % 7, (i * i + 3 * i) % 7 + 1);
  }

  /// Puts values in a row long enough for a step.
  static double[] row(MatrixStep step, double... values) {
    double[] row = new double[values.length + 8 + step.spare()];
    System.arraycopy(values, 0, row, 0, values.length);
    return row;
  }
}
