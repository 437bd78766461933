package dev.gnomon.stats;

import org.apache.commons.statistics.inference.ContinuityCorrection;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.apache.commons.statistics.inference.PValueMethod;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;

/// Tests of location that read ranks only, two-sided.
public final class RankTests {
  private RankTests() {}

  /// Mann-Whitney's U of the first sample (1947): the pairs in which it is the larger, ties one
  /// half; U / (nm) is a ROC AUC. Exact p, which does not allow for ties. U's convention is a trap:
  /// some programs give the smaller of both.
  public static TestResult mannWhitneyExact(double[] x, double[] y) {
    return mannWhitney(x, y, PValueMethod.EXACT, ContinuityCorrection.DISABLED);
  }

  /// By the normal law with the variance corrected for ties.
  ///
  /// @param continuity moves U half a step towards its mean, as scipy and R do unless told
  public static TestResult mannWhitneyNormal(double[] x, double[] y, boolean continuity) {
    return mannWhitney(
        x,
        y,
        PValueMethod.ASYMPTOTIC,
        continuity ? ContinuityCorrection.ENABLED : ContinuityCorrection.DISABLED);
  }

  /// Wilcoxon's signed-rank test of paired samples (1945), exact. The statistic is the smaller of
  /// the sums of positive and negative ranks; pairs without a difference are left out first.
  public static TestResult wilcoxonExact(double[] x, double[] y) {
    double[] differences = new double[x.length];
    int n = 0;
    for (int i = 0; i < x.length; i++) {
      double difference = x[i] - y[i];
      if (difference != 0) {
        differences[n++] = difference;
      }
    }
    if (n == 0) {
      return new TestResult(0, 1);
    }
    WilcoxonSignedRankTest.Result result =
        WilcoxonSignedRankTest.withDefaults()
            .with(PValueMethod.EXACT)
            .test(java.util.Arrays.copyOf(differences, n));
    double above = result.getStatistic();
    return new TestResult(Math.min(above, n * (n + 1) / 2.0 - above), result.getPValue());
  }

  private static TestResult mannWhitney(
      double[] x, double[] y, PValueMethod law, ContinuityCorrection continuity) {
    MannWhitneyUTest.Result result =
        MannWhitneyUTest.withDefaults().with(law).with(continuity).test(x, y);
    return new TestResult(result.getStatistic(), result.getPValue());
  }
}
