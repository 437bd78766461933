package dev.gnomon.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Expected values: EM row by row (another arrangement than ours) to 1e-12 with numpy 1.24.2, the
/// p-value from scipy 1.10.1.
class LittleTestTest {
  private static final int ROWS = 400;

  /// A number in [0, 1) from the row, the same on every platform to 1e-11.
  private static double draw(int row, double frequency) {
    double wave = Math.sin(row * frequency) * 43758.5453;
    return wave - Math.floor(wave);
  }

  /// Three dependent columns; the second and third have gaps by chance, or the second where the
  /// first is large.
  private static List<double[]> columns(boolean byChance) {
    double[] a = new double[ROWS];
    double[] b = new double[ROWS];
    double[] c = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      int row = i + 1;
      a[i] = 10 * draw(row, 12.9898);
      b[i] = a[i] + 5 * draw(row, 78.233);
      c[i] = 3 * draw(row, 39.425) - b[i] / 2;
      if (byChance ? draw(row, 93.989) < 0.25 : a[i] > 7) {
        b[i] = Double.NaN;
      }
      if (draw(row, 7.131) < 0.15) {
        c[i] = Double.NaN;
      }
    }
    return List.of(a, b, c);
  }

  @Test
  void equalsTheReferenceWhereGapsFallByChance() {
    LittleTest test = LittleTest.of(columns(true)).orElseThrow();
    assertThat(test.statistic()).isCloseTo(1.8713996043, within(1e-6));
    assertThat(test.freedom()).isEqualTo(5);
    assertThat(test.pValue()).isCloseTo(0.8666378253, within(1e-6));
    assertThat(test.patterns()).isEqualTo(4);
  }

  @Test
  void equalsTheReferenceWhereGapsDependOnAnotherColumn() {
    LittleTest test = LittleTest.of(columns(false)).orElseThrow();
    assertThat(test.statistic()).isCloseTo(269.619632988, within(1e-4));
    assertThat(test.pValue()).isLessThan(1e-50);
  }

  @Test
  void unitsDoNotMatter() {
    List<double[]> columns = new ArrayList<>(columns(true));
    columns.set(0, java.util.Arrays.stream(columns.get(0)).map(x -> 1e6 - 1e4 * x).toArray());
    assertThat(LittleTest.of(columns).orElseThrow().statistic())
        .isCloseTo(1.8713996043, within(1e-6));
  }

  @Test
  void nothingIsTestedWhereNothingCanBe() {
    double[] full = {1, 2, 4, 3, 5, 9};
    double[] gaps = {2, Double.NaN, 1, 7, Double.NaN, 3};
    double[] constant = {1, 1, 1, Double.NaN, 1, 1};
    double[] none = new double[6];
    java.util.Arrays.fill(none, Double.NaN);
    assertThat(LittleTest.of(List.of(gaps))).isEmpty();
    assertThat(LittleTest.of(List.of(full, full.clone()))).isEmpty(); // one pattern
    assertThat(LittleTest.of(List.of(full, constant))).isEmpty();
    assertThat(LittleTest.of(List.of(full, none))).isEmpty();
    assertThat(LittleTest.of(List.of(full, gaps, full.clone()))).isEmpty(); // a copy
    assertThat(LittleTest.of(List.of(full, gaps))).isPresent();
  }
}
