package dev.gnomon.learners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.ConstantModel;
import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Output;
import dev.gnomon.models.spi.Fit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Against scikit-learn 1.2.1 on the same 200 rows (weights 1, 1.5, 2): LinearRegression, Ridge by
/// Cholesky, ElasticNet with tol 1e-15 and alpha = (l1 + l2) / sum of weights.
class LinearTrainerTest {
  private static LinearModel train(Map<String, String> settings) {
    return (LinearModel) Sample.train(new LinearTrainer(), Fit.Target.NUMBER, settings);
  }

  private static void check(LinearModel model, double tolerance, double... expected) {
    assertThat(model.output()).isEqualTo(Output.NUMBER);
    assertThat(model.intercept()).isCloseTo(expected[0], within(tolerance));
    for (int j = 0; j < Sample.WIDTH; j++) {
      assertThat(model.weight(j)).isCloseTo(expected[j + 1], within(tolerance));
    }
  }

  @Test
  void equalsScikitLearn() {
    check(
        train(Map.of("l2", "0")),
        1e-12,
        -0.02184771231971351,
        1.0661715020917026,
        -0.7511749565438464,
        0.4370544926514218,
        -0.20869694314300052,
        -0.22510985752496349);
    check(
        train(Map.of()),
        1e-12,
        -0.020606424590787528,
        1.0543054087678325,
        -0.7433392493481502,
        0.43245159356427987,
        -0.20529186933413093,
        -0.22539532498798787);
    check(
        train(Map.of("l1", "20", "l2", "0")),
        1e-11,
        0.010171863130937597,
        0.8483826005789783,
        -0.5616109974171923,
        0.22014974846067423,
        0.0,
        -0.0957218658478052);
    check(
        train(Map.of("l1", "5", "l2", "3")),
        1e-11,
        -0.010776649738522909,
        0.9781140893324245,
        -0.6822320669657443,
        0.3699443126093781,
        -0.13912161781131402,
        -0.19428077758675857);
  }

  @Test
  void holdsForManyRowsAndThreads() {
    Fit.Rows rows = Sample.rows(Fit.Target.NUMBER, true, 40_000);
    var one = new LinearTrainer().train(Sample.fit(Fit.Target.NUMBER, rows, Map.of(), 1));
    var two = new LinearTrainer().train(Sample.fit(Fit.Target.NUMBER, rows, Map.of(), 2));
    Sample.sameBytes(one, two);
    Sample.holds(two, Sample.rows(Fit.Target.NUMBER, true));
  }

  @Test
  void duplicateAndConstantColumnsAndMoreColumnsThanRows() {
    // y = 2 x + 1, x twice, a constant, and two columns more than rows.
    float[] values = {
      1, 1, 5, 0, 0, 1, 2, 2, 5, 0, 1, 0, 3, 3, 5, 1, 0, 0, 4, 4, 5, 0, 0, 0,
    };
    Fit.Rows rows =
        Fit.Rows.of(
            new Matrix(List.of("x", "same", "five", "p", "q", "r"), values, 4),
            new float[] {3, 5, 7, 9},
            new float[] {1, 1, 1, 1});
    for (Map<String, String> settings :
        List.of(Map.of("l2", "0"), Map.of("l2", "1e-6"), Map.of("l1", "1e-6", "l2", "0"))) {
      var model = new LinearTrainer().train(Sample.fit(Fit.Target.NUMBER, rows, settings, 1));
      double[] found = Sample.margins(model, rows);
      for (int i = 0; i < 4; i++) {
        assertThat(found[i]).as(settings.toString()).isCloseTo(3 + 2 * i, within(1e-4));
      }
    }
  }

  @Test
  void missingAndInfiniteInputsAreNamed() {
    Fit.Rows rows =
        Fit.Rows.of(
            new Matrix(List.of("x", "y"), new float[] {1, 2, 3, Float.POSITIVE_INFINITY}, 2),
            new float[] {1, 2},
            new float[] {1, 1});
    assertThatThrownBy(
            () -> new LinearTrainer().train(Sample.fit(Fit.Target.NUMBER, rows, Map.of(), 1)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("input 'y', row 1")
        .hasMessageContaining("infinite");
  }

  @Test
  void theConstantIsTheWeightedMean() {
    Fit.Rows rows =
        Fit.Rows.of(
            new Matrix(List.of("x"), new float[] {0, 0}, 2),
            new float[] {1, 4},
            new float[] {1, 2});
    var model = new ConstantTrainer().train(Sample.fit(Fit.Target.NUMBER, rows, Map.of(), 1));
    assertThat(model).isEqualTo(new ConstantModel(Output.NUMBER, 1, 3));
    assertThat(Sample.copy(model)).isEqualTo(model);
  }
}
