package dev.gnomon.stats;

import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.BinomialTest;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;

/// Intervals and tests for shares of counts.
public final class Proportions {
  private Proportions() {}

  /// Wilson's score interval (1927): keeps its level also for small counts and shares near 0 or 1,
  /// where the usual p +- z s does not. No rows: 0 to 1 around NaN.
  public static Interval wilson(double successes, double trials, double level) {
    if (!(trials > 0)) {
      return new Interval(0, Double.NaN, 1, level);
    }
    double z = quantile(level);
    double p = successes / trials;
    double scale = 1 / (1 + z * z / trials);
    double centre = scale * (p + z * z / (2 * trials));
    double half = scale * z * Math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials));
    return new Interval(Math.max(0, centre - half), p, Math.min(1, centre + half), level);
  }

  /// Clopper and Pearson's interval (1934): never covers less than its level, and mostly more.
  public static Interval clopperPearson(int successes, int trials, double level) {
    return of(BinomialConfidenceInterval.CLOPPER_PEARSON, successes, trials, level);
  }

  /// Jeffreys's interval: quantiles of the beta posterior under the prior (1/2, 1/2).
  public static Interval jeffreys(int successes, int trials, double level) {
    return of(BinomialConfidenceInterval.JEFFREYS, successes, trials, level);
  }

  /// Agresti and Coull's interval (1998): Wilson's centre with a Wald width.
  public static Interval agrestiCoull(int successes, int trials, double level) {
    return of(BinomialConfidenceInterval.AGRESTI_COULL, successes, trials, level);
  }

  /// p +- z s (Wald): far too narrow for small counts, and of no width at shares of 0 and 1. Kept
  /// for comparison only.
  public static Interval wald(int successes, int trials, double level) {
    return of(BinomialConfidenceInterval.NORMAL_APPROXIMATION, successes, trials, level);
  }

  private static Interval of(
      BinomialConfidenceInterval method, int successes, int trials, double level) {
    org.apache.commons.statistics.interval.Interval found =
        method.fromErrorRate(trials, successes, 1 - level);
    return new Interval(
        found.getLowerBound(), (double) successes / trials, found.getUpperBound(), level);
  }

  /// The exact test that the share is `share`: the chance of all counts that are no likelier than
  /// this one, two-sided.
  public static TestResult binomial(int successes, int trials, double share) {
    return new TestResult(
        (double) successes / trials,
        BinomialTest.withDefaults().test(trials, successes, share).getPValue());
  }

  /// Newcombe's interval (1998, method 10) for the difference of two shares, first minus second.
  public static Interval newcombe(
      double successes1, double trials1, double successes2, double trials2, double level) {
    Interval first = wilson(successes1, trials1, level);
    Interval second = wilson(successes2, trials2, level);
    double difference = first.estimate() - second.estimate();
    double down = Math.hypot(first.estimate() - first.lower(), second.upper() - second.estimate());
    double up = Math.hypot(first.upper() - first.estimate(), second.estimate() - second.lower());
    return new Interval(difference - down, difference, difference + up, level);
  }

  /// Tests that two shares are equal: z with the pooled variance, two-sided p. Both shares 0 or
  /// both 1: z 0, p 1.
  public static TestResult twoProportions(
      double successes1, double trials1, double successes2, double trials2) {
    double pooled = (successes1 + successes2) / (trials1 + trials2);
    double variance = pooled * (1 - pooled) * (1 / trials1 + 1 / trials2);
    if (variance == 0) {
      return new TestResult(0, 1);
    }
    double z = (successes1 / trials1 - successes2 / trials2) / Math.sqrt(variance);
    return new TestResult(z, 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(z)));
  }

  /// As [#twoProportions] with separate variances (Wald). Agrees with the Wald interval, and errs
  /// with it for small counts.
  public static TestResult twoProportionsUnpooled(
      double successes1, double trials1, double successes2, double trials2) {
    double p1 = successes1 / trials1;
    double p2 = successes2 / trials2;
    double variance = p1 * (1 - p1) / trials1 + p2 * (1 - p2) / trials2;
    if (variance == 0) {
      return new TestResult(
          p1 == p2 ? 0 : Math.copySign(Double.POSITIVE_INFINITY, p1 - p2), p1 == p2 ? 1 : 0);
    }
    double z = (p1 - p2) / Math.sqrt(variance);
    return new TestResult(z, 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(z)));
  }

  /// The chi-square test that two shares are equal with Yates's correction, and the interval of the
  /// difference that belongs to it; what R's `prop.test` prints.
  public static CorrectedTest twoProportionsCorrected(
      double successes1, double trials1, double successes2, double trials2, double level) {
    double difference = successes1 / trials1 - successes2 / trials2;
    double inverse = 1 / trials1 + 1 / trials2;
    double correction = Math.min(0.5, Math.abs(difference) / inverse);
    double pooled = (successes1 + successes2) / (trials1 + trials2);
    double apart = Math.abs(difference) - correction * inverse;
    double statistic = apart <= 0 ? 0 : apart * apart / (pooled * (1 - pooled) * inverse);
    double p1 = successes1 / trials1;
    double p2 = successes2 / trials2;
    double half =
        quantile(level) * Math.sqrt(p1 * (1 - p1) / trials1 + p2 * (1 - p2) / trials2)
            + correction * inverse;
    return new CorrectedTest(
        statistic,
        ChiSquaredDistribution.of(1).survivalProbability(statistic),
        new Interval(
            Math.max(-1, difference - half), difference, Math.min(1, difference + half), level));
  }

  /// @param difference first minus second share
  public record CorrectedTest(double statistic, double pValue, Interval difference) {}

  private static double quantile(double level) {
    return NormalDistribution.of(0, 1).inverseCumulativeProbability((1 + level) / 2);
  }
}
