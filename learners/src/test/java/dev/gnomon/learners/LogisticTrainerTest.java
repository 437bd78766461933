package dev.gnomon.learners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.Progress;
import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.spi.Fit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Against scikit-learn 1.2.1 on the same 200 rows (weights 1, 1.5, 2): newton-cg with tol 1e-14
/// without l1, saga with tol 1e-15 with it; C = 1 / (l1 + l2), l1_ratio = l1 / (l1 + l2).
class LogisticTrainerTest {
  private static final int WIDTH = Sample.WIDTH;

  private static LinearModel train(Map<String, String> settings) {
    return (LinearModel) Sample.train(new LogisticTrainer(), Fit.Target.BINARY, settings);
  }

  private static void check(LinearModel model, double tolerance, double... expected) {
    assertThat(model.intercept()).isCloseTo(expected[0], within(tolerance));
    for (int j = 0; j < WIDTH; j++) {
      assertThat(model.weight(j)).isCloseTo(expected[j + 1], within(tolerance));
    }
  }

  @Test
  void equalsScikitLearn() {
    check(
        train(Map.of()),
        1e-7,
        -0.4243844229385157,
        1.440681985265861,
        -0.8842566878248743,
        0.5031442131803713,
        -0.37780802090242177,
        -0.510627464208383);
    check(
        train(Map.of("l2", "0")),
        1e-6,
        -0.44338528880365013,
        1.5487360746733305,
        -0.9460006492587941,
        0.540381166550663,
        -0.4156784255125403,
        -0.5310160788390837);
    check(
        train(Map.of("l1", "2", "l2", "3")),
        1e-7,
        -0.36956727520240906,
        1.1559966522046319,
        -0.6980717730486273,
        0.3462189092089687,
        -0.21542441032912363,
        -0.4070042409351718);
    check(
        train(Map.of("l1", "8", "l2", "0")),
        1e-7,
        -0.3243694713471584,
        0.9882854037671001,
        -0.5252523255977485,
        0.096630614174842,
        0.0,
        -0.23328447807774713);
  }

  /// Against scipy 1.10.1 minimising the same sum by BFGS and Nelder-Mead from the base rate.
  @Test
  void focalLossReachesItsMinimum() {
    check(
        train(Map.of("loss", "focal")),
        1e-6,
        -0.5619679070894863,
        0.5377909123645404,
        -0.33366963731129423,
        0.1788629259769899,
        -0.13644723431002262,
        -0.19674486186928106);
    // With gamma 0 both halves weigh the same: half the log loss.
    LinearModel half = train(Map.of("loss", "focal", "alpha", "0.5", "gamma", "0", "l2", "0.5"));
    LinearModel log = train(Map.of());
    assertThat(half.weight(0)).isCloseTo(log.weight(0), within(1e-9));
  }

  @Test
  void contributionsAddUpToTheMargin() {
    LinearModel model = train(Map.of());
    float[] row = {0.5f, -1, 0.25f, 0, 1};
    double[] out = new double[WIDTH + 1];
    model.contributions(row, 0, out);
    double sum = 0;
    for (double part : out) {
      sum += part;
    }
    assertThat(sum).isCloseTo(model.margin(row, 0), within(1e-12));
  }

  @Test
  void separableRowsStayFinite() {
    Matrix matrix = new Matrix(List.of("x"), new float[] {-2, -1, 1, 2}, 4);
    LinearModel model =
        (LinearModel)
            new LogisticTrainer()
                .train(
                    new Fit(
                        Fit.Target.BINARY,
                        Fit.Rows.of(matrix, new float[] {0, 0, 1, 1}, new float[] {1, 1, 1, 1}),
                        Fit.Rows.none(matrix.names()),
                        Map.of("l2", "0"),
                        1,
                        1,
                        Progress.NONE));
    assertThat(model.weight(0)).isFinite().isGreaterThan(5);
  }
}
