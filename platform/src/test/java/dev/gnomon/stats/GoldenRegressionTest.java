package dev.gnomon.stats;

import static dev.gnomon.stats.ProbabilityScores.ones;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GoldenRegressionTest {
  @TestFactory
  List<DynamicTest> cases() {
    return GoldenCases.topic("regression")
        .is("regression-metrics", GoldenRegressionTest::metrics)
        .is(
            "smape",
            c ->
                c.check(
                    RegressionScores.smape(c.array("actual"), c.array("predicted"), ones(6)),
                    "value"))
        .is(
            "mase-scaled-by-test-series",
            c ->
                c.check(
                    ForecastScores.maseByTestSeries(
                        c.array("actual"), c.array("predicted"), (int) c.in("m")),
                    "value"))
        .is("mase-scaled-by-training-series", GoldenRegressionTest::mase)
        .is("pinball-loss", GoldenRegressionTest::pinball)
        .is("crps-normal", GoldenRegressionTest::crpsNormal)
        .is(
            "crps-ensemble",
            c ->
                c.check(
                    ForecastScores.crpsEnsemble(c.array("ensemble"), c.in("observation")), "value"))
        .tests();
  }

  private static void metrics(GoldenCases.Case c) {
    double[] a = c.array("actual");
    double[] p = c.array("predicted");
    c.check(RegressionScores.mae(a, p, ones(6)), "mae");
    c.check(RegressionScores.mse(a, p, ones(6)), "mse");
    c.check(RegressionScores.rmse(a, p, ones(6)), "rmse");
    c.check(RegressionScores.mape(a, p, ones(6)), "mape");
    c.check(RegressionScores.medianAbsoluteError(a, p), "median_ae");
    c.check(RegressionScores.r2(a, p, ones(6)), "r2");
    c.check(RegressionScores.msle(a, p, ones(6)), "msle");
  }

  private static void mase(GoldenCases.Case c) {
    double[] training = c.array("train");
    c.check(ForecastScores.mase(training, c.array("actual"), c.array("predicted"), 1), "m1");
    c.check(ForecastScores.mase(training, c.array("actual"), c.array("predicted"), 4), "m4");
  }

  private static void pinball(GoldenCases.Case c) {
    for (double q : new double[] {0.1, 0.5, 0.9}) {
      c.check(
          RegressionScores.pinball(c.array("actual"), c.array("predicted"), ones(6), q), "q" + q);
    }
  }

  private static void crpsNormal(GoldenCases.Case c) {
    double value = ForecastScores.crpsNormal(c.in("mu"), c.in("sigma"), c.in("observation"));
    c.check(value, "value");
    c.check(value, "closed_form");
  }

  @Test
  void weightsCountRows() {
    double[] actual = {1, 2, 4};
    double[] predicted = {2, 2, 1};
    double[] weights = {2, 1, 1};
    double[] actualTwice = {1, 1, 2, 4};
    double[] predictedTwice = {2, 2, 2, 1};
    assertThat(RegressionScores.mae(actual, predicted, weights))
        .isEqualTo(RegressionScores.mae(actualTwice, predictedTwice, ones(4)));
    assertThat(RegressionScores.r2(actual, predicted, weights))
        .isEqualTo(RegressionScores.r2(actualTwice, predictedTwice, ones(4)));
    assertThat(RegressionScores.r2(new double[] {3, 3}, new double[] {3, 4}, ones(2))).isNaN();
    assertThat(RegressionScores.mape(new double[] {0, 1}, new double[] {0, 1}, ones(2))).isZero();
    assertThat(RegressionScores.mape(new double[] {0}, new double[] {1}, ones(1))).isInfinite();
  }
}
