package dev.gnomon.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NumberMetricsTest {
  /// y(i) = 50 + 37 i mod 101, p(i) = y(i) + 11 i mod 23 - 9 for i below 40.
  private static double[] actual() {
    double[] y = new double[40];
    java.util.Arrays.setAll(y, i -> 50 + 37 * i % 101);
    return y;
  }

  private static double[] predicted() {
    double[] p = actual();
    for (int i = 0; i < p.length; i++) {
      p[i] += 11 * i % 23 - 9;
    }
    return p;
  }

  /// scikit-learn 1.2.1: mean_squared_error, mean_absolute_error, median_absolute_error, r2_score,
  /// mean_absolute_percentage_error; smape and bias by numpy 1.24.2.
  @Test
  void areThoseOfScikitLearn() {
    Map<String, Double> found = NumberMetrics.values(NumberMetrics.all(), predicted(), actual());
    Map<String, Double> expected =
        Map.of(
            "mse",
            50.225,
            "rmse",
            7.086959855960806,
            "mae",
            5.975,
            "median-absolute-error",
            6.0,
            "r2",
            0.942235422998295,
            "mape",
            0.06579053887275124,
            "smape",
            0.06437132008798674,
            "bias",
            2.525);
    expected.forEach((name, value) ->
        assertThat(found.get(name)).as(name).isCloseTo(value, within(1e-9 * Math.abs(value))));
  }

  @Property(tries = 50)
  void aWeightIsSoManyRows(@ForAll List<@IntRange(min = 0, max = 3) Integer> counts) {
    double[] p = predicted();
    double[] y = actual();
    double[] weights = new double[p.length];
    int total = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = i < counts.size() ? counts.get(i) : 1;
      total += (int) weights[i];
    }
    double[] repeatedP = new double[total];
    double[] repeatedY = new double[total];
    int at = 0;
    for (int i = 0; i < weights.length; i++) {
      for (int k = 0; k < weights[i]; k++) {
        repeatedP[at] = p[i];
        repeatedY[at++] = y[i];
      }
    }
    Map<String, Double> expected = NumberMetrics.values(NumberMetrics.all(), repeatedP, repeatedY);
    for (String name : NumberMetrics.all()) {
      assertThat(NumberMetrics.metric(name, p, y).of(weights))
          .as(name)
          .isCloseTo(expected.get(name), within(1e-9));
    }
  }

  @Test
  void oneDirectionEach() {
    assertThat(NumberMetrics.lowerIsBetter("rmse")).isTrue();
    assertThat(NumberMetrics.lowerIsBetter("r2")).isFalse();
    assertThat(NumberMetrics.lowerIsBetter("roc-auc")).isFalse();
  }
}
