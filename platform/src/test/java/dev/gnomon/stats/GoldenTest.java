package dev.gnomon.stats;

import static dev.gnomon.stats.ProbabilityScores.ones;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.apache.commons.statistics.inference.PValueMethod;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Values of scipy, scikit-learn, statsmodels, pROC and R, each with its source in
/// `stats/golden.json`.
class GoldenTest {
  private static JsonNode cases = JsonMapper.shared().nullNode();

  private JsonNode inputs = cases;
  private JsonNode expected = cases;
  private double tolerance;

  @BeforeAll
  static void read() throws Exception {
    try (InputStream in = GoldenTest.class.getResourceAsStream("/stats/golden.json")) {
      cases = JsonMapper.shared().readTree(Objects.requireNonNull(in));
    }
  }

  private void open(String id) {
    JsonNode found = cases.get(id);
    assertThat(found).as(id).isNotNull();
    inputs = found.get("inputs");
    expected = found.get("expected");
    tolerance = found.get("tolerance").asDouble();
  }

  private double[] in(String name) {
    return doubles(inputs.get(name));
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }

  private static long[] longs(JsonNode array) {
    return Arrays.stream(doubles(array)).mapToLong(v -> (long) v).toArray();
  }

  private void check(double actual, String name) {
    check(actual, expected.get(name).asDouble());
  }

  private void check(double actual, double value) {
    assertThat(actual).isCloseTo(value, within(Math.max(1e-12, tolerance * Math.abs(value))));
  }

  private void check(double[] actual, String name) {
    double[] values = doubles(expected.get(name));
    assertThat(actual).hasSameSizeAs(values);
    for (int i = 0; i < values.length; i++) {
      check(actual[i], values[i]);
    }
  }

  @Test
  void kolmogorovSmirnov() {
    open("ks-2s-exact");
    check(Samples.kolmogorovSmirnov(in("x"), in("y")));
    open("ks-2s-asymptotic-scipy");
    check(Samples.kolmogorovSmirnov(in("x"), in("y"), PValueMethod.ASYMPTOTIC));
    open("ks-2s-ties-exact-ignoring-ties");
    check(Samples.kolmogorovSmirnov(in("x"), in("y")));
    open("ks-2s-same-shift-n-1000");
    double[] x = new double[1000];
    double[] y = new double[1000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i + 0.5) / 1000;
      y[i] = Math.pow(x[i], 1.05);
    }
    check(Samples.kolmogorovSmirnov(x, y, PValueMethod.ASYMPTOTIC));
  }

  private void check(TestResult result) {
    check(result.statistic(), "statistic");
    check(result.pValue(), "p_value");
  }

  @Test
  void homogeneity() {
    for (String id : new String[] {"chi2-homogeneity-2x3", "chi2-new-category"}) {
      open(id);
      JsonNode table = inputs.get("table");
      check(Samples.homogeneity(longs(table.get(0)), longs(table.get(1))));
    }
  }

  @Test
  void stabilityIndex() {
    open("psi-proportions");
    check(Divergence.psi(in("reference"), in("current")), "value");
    open("psi-empty-bin-laplace");
    check(
        Divergence.psi(longs(inputs.get("reference_counts")), longs(inputs.get("current_counts"))),
        "value");
    open("psi-deciles");
    double[] edges = Drift.edges(Quantiles.sortedPresent(in("reference")), 10);
    double[] p = Divergence.shares(Drift.counts(edges, in("reference")));
    double[] q = Divergence.shares(Drift.counts(edges, in("current")));
    check(Divergence.psi(p, q), "value");
  }

  @Test
  void jensenShannon() {
    open("js-distance-base2");
    check(Divergence.jensenShannonDistance(in("reference"), in("current"), 2), "distance");
    open("js-distance-basee");
    check(Divergence.jensenShannonDistance(in("reference"), in("current"), Math.E), "distance");
    open("js-distance-new-category");
    check(Divergence.jensenShannonDistance(in("reference"), in("current"), 2), "distance");
    open("js-distance-disjoint");
    check(Divergence.jensenShannonDistance(in("reference"), in("current"), 2), "base2");
    check(Divergence.jensenShannonDistance(in("reference"), in("current"), Math.E), "basee");
  }

  @Test
  void probabilityScores() {
    open("brier");
    check(ProbabilityScores.brier(in("score"), in("y_true"), ones(12)), "value");
    open("log-loss-binary");
    check(ProbabilityScores.logLoss(in("score"), in("y_true"), ones(12)), "value");
    open("log-loss-clipped");
    check(ProbabilityScores.logLoss(in("score"), in("y_true"), ones(3)), "value");
  }

  private RankedScores ranked() {
    return RankedScores.of(in("score"), in("y_true"));
  }

  @Test
  void areas() {
    for (String id : new String[] {"roc-auc-ties", "roc-auc-no-ties", "roc-auc-constant-score"}) {
      open(id);
      check(ranked().rocAuc(), "value");
    }
    open("roc-auc-weighted");
    check(ranked().rocAuc(in("weight")), "value");
    open("average-precision-ties");
    check(ranked().averagePrecision(), "value");
    open("average-precision-no-ties");
    check(ranked().averagePrecision(), "value");
    open("pr-auc-trapezoid");
    check(ranked().precisionRecallTrapezoid(), "value");
    open("ks-statistic-of-a-classifier");
    check(ranked().kolmogorovSmirnov(), "value");
  }

  @Test
  void deLong() {
    open("roc-auc-delong-ci");
    check(DeLong.variance(in("score"), in("y_true")), "variance");
    Interval interval = DeLong.interval(in("score"), in("y_true"), 0.95);
    check(interval.lower(), "lower");
    check(interval.estimate(), "auc");
    check(interval.upper(), "upper");
    open("roc-auc-delong-paired-test");
    TestResult paired = DeLong.paired(in("score_a"), in("score_b"), in("y_true"));
    check(paired.statistic(), "z");
    check(paired.pValue(), "p_value");
  }

  @Test
  void confusion() {
    open("confusion-metrics");
    Confusion confusion = Confusion.at(0.4, in("score"), in("y_true"), ones(12));
    double[] counts = doubles(expected.get("tn_fp_fn_tp"));
    assertThat(confusion).isEqualTo(new Confusion(counts[3], counts[1], counts[2], counts[0]));
    check(confusion.precision(), "precision");
    check(confusion.recall(), "recall");
    check(confusion.f1(), "f1");
    check(confusion.matthews(), "mcc");
    check(confusion.balancedAccuracy(), "balanced_accuracy");
  }

  @Test
  void calibration() {
    open("ece-equal-width");
    CalibrationCurve width = CalibrationCurve.equalWidth(in("score"), in("y_true"), ones(12), 10);
    check(width.expectedError(), "ece");
    check(width.maximumError(), "mce");
    check(
        width.bins().stream().mapToDouble(CalibrationCurve.Bin::meanPredicted).toArray(),
        "bin_mean_predicted");
    open("ece-equal-mass");
    check(
        CalibrationCurve.equalMass(in("score"), in("y_true"), ones(12), 4).expectedError(), "ece");
    open("calibration-slope-intercept");
    Recalibration line = Recalibration.fit(in("score"), in("y_true"), ones(12));
    check(line.intercept(), "intercept");
    check(line.slope(), "slope");
    open("isotonic-calibration");
    IsotonicFit isotonic = IsotonicFit.fit(in("x"), in("y"), ones(10));
    check(Arrays.stream(in("x")).map(isotonic::at).toArray(), "fitted");
    check(Arrays.stream(in("new")).map(isotonic::at).toArray(), "predicted");
    open("isotonic-pav");
    IsotonicFit pooled = IsotonicFit.fit(in("x"), in("y"), ones(8));
    check(Arrays.stream(in("x")).map(pooled::at).toArray(), "fitted");
    open("platt-calibration");
    PlattFit platt = PlattFit.fit(in("f"), in("y"), ones(10));
    check(platt.a(), "A");
    // scikit-learn's optimiser stops at a gradient of 1e-5; B is small, so compare the curve.
    check(Arrays.stream(in("f")).map(platt::at).toArray(), "probability");
  }

  @Test
  void meansAndProportions() {
    open("t-test-welch");
    Samples.Welch welch = Samples.welch(in("x"), in("y"), 0.95);
    check(welch.t(), "t");
    check(welch.pValue(), "p_value");
    check(welch.degreesOfFreedom(), "dof");
    check(
        new double[] {welch.difference().lower(), welch.difference().upper()},
        "ci95_mean_difference");
    open("t-test-from-moments");
    double[] mean = in("mean");
    double[] sd = in("sd");
    double[] n = in("n");
    Samples.Welch moments =
        Samples.welch(mean[0], sd[0] * sd[0], n[0], mean[1], sd[1] * sd[1], n[1], 0.95);
    check(moments.t(), "t");
    check(moments.pValue(), "p_value");
    open("two-proportion-z-pooled");
    double[] count = in("count");
    n = in("n");
    TestResult z = Proportions.twoProportions(count[0], n[0], count[1], n[1]);
    check(z.statistic(), "z");
    check(z.pValue(), "p_value");
    open("proportion-intervals");
    Interval wilson = Proportions.wilson(17, 120, 0.95);
    check(new double[] {wilson.lower(), wilson.upper()}, "wilson");
    open("difference-of-proportions-newcombe");
    Interval newcombe = Proportions.newcombe(480, 5000, 530, 5050, 0.95);
    check(new double[] {newcombe.lower(), newcombe.upper()}, "ci95");
  }

  @Test
  void multipleTesting() {
    for (String id :
        new String[] {"multiple-testing-fdr-bh", "multiple-testing-bh-unsorted-ties"}) {
      open(id);
      check(MultipleTesting.benjaminiHochberg(in("p")), "adjusted");
    }
  }
}
