package dev.gnomon.training.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

/// Expected values: scikit-learn 1.2.1 on Python 3.11, `GaussianProcessRegressor` with `1.3 *
/// Matern([0.4, 0.9], nu=2.5) + WhiteKernel(0.01 + 1e-8)` on the standardised scores below.
class GaussianProcessTest {
  private static final Space SPACE =
      Space.of(
          new Dimension.Real("a", 0, 1, false, Map.of()),
          new Dimension.Real("b", 0, 1, false, Map.of()));
  private final double[][] points = new double[12][2];
  private final double[] scores = new double[12];
  private final double[] parameters = {Math.log(0.4), Math.log(0.9), Math.log(1.3), Math.log(0.01)};

  GaussianProcessTest() {
    for (int i = 0; i < 12; i++) {
      points[i][0] = (i * 7 + 3) % 13 / 13.0;
      points[i][1] = (i * 5 + 1) % 11 / 11.0;
      scores[i] = Math.sin(3 * points[i][0]) + Math.pow(points[i][1] - 0.3, 2);
    }
  }

  @Test
  void predictsAsTheReferenceDoes() {
    GaussianProcess process = new GaussianProcess(SPACE, points, scores).with(parameters);
    assertThat(process.likelihood(parameters, new double[4]))
        .isCloseTo(-4.706991052344172, within(1e-9));
    double[] out = new double[2];
    process.predict(new double[] {0.2, 0.5}, out);
    assertThat(out[0]).isCloseTo(-0.13397396218790947, within(1e-9));
    assertThat(out[1]).isCloseTo(0.36542661531837584, within(1e-9));
    process.predict(new double[] {0.9, 0.1}, out);
    assertThat(out[0]).isCloseTo(-0.8886668677263007, within(1e-9));
    assertThat(out[1]).isCloseTo(0.40222006043861164, within(1e-9));
  }

  @Test
  void theGradientIsThatOfTheLikelihood() {
    GaussianProcess process = new GaussianProcess(SPACE, points, scores).with(parameters);
    double[] gradient = new double[4];
    process.likelihood(parameters, gradient);
    for (int i = 0; i < 4; i++) {
      double[] up = parameters.clone();
      double[] down = parameters.clone();
      up[i] += 1e-5;
      down[i] -= 1e-5;
      double slope =
          (process.likelihood(up, new double[4]) - process.likelihood(down, new double[4])) / 2e-5;
      assertThat(gradient[i]).isCloseTo(slope, within(1e-6));
    }
  }

  @Test
  void fittingFindsParametersThatAreMoreLikely() {
    GaussianProcess fitted = GaussianProcess.fit(SPACE, points, scores, new double[0]);
    assertThat(fitted.likelihood(fitted.parameters(), new double[4]))
        .isGreaterThan(-4.706991052344172);
    // The score hardly depends on b: its length scale comes out longer.
    assertThat(fitted.parameters()[1]).isGreaterThan(fitted.parameters()[0]);
    double[] out = new double[2];
    fitted.predict(points[0], out);
    assertThat(out[1]).isLessThan(0.1);
  }

  @Test
  void veryBadScoresAreBroughtNearer() {
    assertThat(GaussianProcess.tamed(new double[] {1, 2, 3, 100})).containsExactly(1, 2, 3, 7);
    assertThat(GaussianProcess.tamed(new double[] {1, 1, 1, 100})).containsExactly(1, 1, 1, 100);
  }
}
