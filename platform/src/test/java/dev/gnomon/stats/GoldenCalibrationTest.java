package dev.gnomon.stats;

import static dev.gnomon.stats.ProbabilityScores.ones;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class GoldenCalibrationTest {
  @TestFactory
  List<DynamicTest> cases() {
    return GoldenCases.topic("calibration")
        .is("ece-equal-width", GoldenCalibrationTest::equalWidth)
        .is(
            "ece-equal-mass",
            c ->
                c.check(
                    CalibrationCurve.equalMass(
                            c.array("score"), c.array("y_true"), ones(12), (int) c.in("bins"))
                        .expectedError(),
                    "ece"))
        .is("calibration-slope-intercept", GoldenCalibrationTest::line)
        .is("isotonic-calibration", GoldenCalibrationTest::isotonic)
        .is(
            "isotonic-pav",
            c ->
                c.check(
                    read(IsotonicFit.fit(c.array("x"), c.array("y"), ones(8)), c.array("x")),
                    "fitted"))
        .is("platt-calibration", GoldenCalibrationTest::platt)
        .tests();
  }

  private static void equalWidth(GoldenCases.Case c) {
    CalibrationCurve curve =
        CalibrationCurve.equalWidth(c.array("score"), c.array("y_true"), ones(12), 10);
    c.check(curve.expectedError(), "ece");
    c.check(curve.maximumError(), "mce");
    c.check(
        curve.bins().stream().mapToDouble(CalibrationCurve.Bin::meanPredicted).toArray(),
        "bin_mean_predicted");
    c.check(
        curve.bins().stream().mapToDouble(CalibrationCurve.Bin::observed).toArray(),
        "bin_fraction_positive");
  }

  private static void line(GoldenCases.Case c) {
    Recalibration line = Recalibration.fit(c.array("score"), c.array("y_true"), ones(12));
    c.check(line.intercept(), "intercept");
    c.check(line.slope(), "slope");
  }

  private static void isotonic(GoldenCases.Case c) {
    IsotonicFit fit = IsotonicFit.fit(c.array("x"), c.array("y"), ones(10));
    c.check(read(fit, c.array("x")), "fitted");
    c.check(read(fit, c.array("new")), "predicted");
    c.check(read(fit, GoldenCases.Case.doubles(c.expected("x_thresholds"))), "y_thresholds");
  }

  private static double[] read(IsotonicFit fit, double[] at) {
    return Arrays.stream(at).map(fit::at).toArray();
  }

  private static void platt(GoldenCases.Case c) {
    PlattFit fit = PlattFit.fit(c.array("f"), c.array("y"), ones(10));
    c.check(fit.a(), "A");
    // scikit-learn's optimiser stops at a gradient of 1e-5 and B is small: it is held absolutely,
    // and the curve to the stated tolerance.
    assertThat(fit.b())
        .isCloseTo(c.expected("B").asDouble(), org.assertj.core.api.Assertions.within(1e-5));
    c.check(Arrays.stream(c.array("f")).map(fit::at).toArray(), "probability");
  }
}
