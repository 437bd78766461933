package dev.gnomon.stats;

import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.commons.statistics.inference.ChiSquareTest;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;
import org.apache.commons.statistics.inference.PValueMethod;
import org.apache.commons.statistics.inference.SignificanceResult;

/// Tests whether two samples come from one distribution.
public final class Samples {
  private Samples() {}

  /// Two-sample Kolmogorov-Smirnov: exact up to 10,000 rows, above by the finite-n law of round(nm
  /// / (n + m)) rows. Ties make the p-value conservative. Without NaN.
  public static TestResult kolmogorovSmirnov(double[] reference, double[] current) {
    PValueMethod method =
        Math.max(reference.length, current.length) <= 10_000
            ? PValueMethod.EXACT
            : PValueMethod.ASYMPTOTIC;
    return kolmogorovSmirnov(reference, current, method);
  }

  static TestResult kolmogorovSmirnov(double[] reference, double[] current, PValueMethod method) {
    KolmogorovSmirnovTest.TwoResult result =
        KolmogorovSmirnovTest.withDefaults().with(method).test(reference, current);
    return new TestResult(result.getStatistic(), result.getPValue());
  }

  /// Chi-square test of homogeneity over the union of categories, without continuity correction.
  /// Categories nobody has are dropped; fewer than two left: statistic 0, p 1. Not the goodness of
  /// fit, which would take the reference as exact and is infinite for a new category.
  public static TestResult homogeneity(long[] reference, long[] current) {
    int kept = 0;
    long[][] table = new long[2][reference.length];
    long totalReference = 0;
    long totalCurrent = 0;
    for (int i = 0; i < reference.length; i++) {
      if (reference[i] + current[i] > 0) {
        table[0][kept] = reference[i];
        table[1][kept++] = current[i];
        totalReference += reference[i];
        totalCurrent += current[i];
      }
    }
    if (kept < 2 || totalReference == 0 || totalCurrent == 0) {
      return new TestResult(0, 1);
    }
    long[][] dense = {
      java.util.Arrays.copyOf(table[0], kept), java.util.Arrays.copyOf(table[1], kept)
    };
    SignificanceResult result = ChiSquareTest.withDefaults().test(dense);
    return new TestResult(result.getStatistic(), result.getPValue());
  }

  /// Welch's test of equal means (1947) from moments, two-sided, with the interval of the
  /// difference.
  public static Welch welch(
      double mean1,
      double variance1,
      double n1,
      double mean2,
      double variance2,
      double n2,
      double level) {
    double part1 = variance1 / n1;
    double part2 = variance2 / n2;
    double error = Math.sqrt(part1 + part2);
    double degrees =
        (part1 + part2) * (part1 + part2) / (part1 * part1 / (n1 - 1) + part2 * part2 / (n2 - 1));
    double difference = mean1 - mean2;
    if (error == 0) {
      return new Welch(
          difference == 0 ? 0 : Math.copySign(Double.POSITIVE_INFINITY, difference),
          difference == 0 ? 1 : 0,
          Double.NaN,
          new Interval(difference, difference, difference, level));
    }
    TDistribution law = TDistribution.of(degrees);
    double t = difference / error;
    double half = law.inverseCumulativeProbability((1 + level) / 2) * error;
    return new Welch(
        t,
        2 * law.survivalProbability(Math.abs(t)),
        degrees,
        new Interval(difference - half, difference, difference + half, level));
  }

  /// Welch's test from two samples of at least two values.
  public static Welch welch(double[] first, double[] second, double level) {
    return welch(
        mean(first),
        variance(first),
        first.length,
        mean(second),
        variance(second),
        second.length,
        level);
  }

  /// @param difference first minus second mean
  public record Welch(double t, double pValue, double degreesOfFreedom, Interval difference) {}

  public static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /// With n - 1 below.
  public static double variance(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum / (values.length - 1);
  }
}
