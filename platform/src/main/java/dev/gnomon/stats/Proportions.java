package dev.gnomon.stats;

import org.apache.commons.statistics.distribution.NormalDistribution;

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

  private static double quantile(double level) {
    return NormalDistribution.of(0, 1).inverseCumulativeProbability((1 + level) / 2);
  }
}
