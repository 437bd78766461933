package dev.gnomon.stats;

import org.apache.commons.statistics.distribution.TDistribution;

/// Tests whether two samples come from one distribution.
public final class Samples {
  private Samples() {}

  /// Two-sample Kolmogorov-Smirnov: exact up to 10,000 rows, above by the finite-n law of round(nm
  /// / (n + m)) rows. Ties make the p-value conservative. Without NaN.
  public static TestResult kolmogorovSmirnov(double[] reference, double[] current) {
    return Math.max(reference.length, current.length) <= 10_000
        ? KolmogorovSmirnov.exact(reference, current)
        : KolmogorovSmirnov.finite(reference, current);
  }

  /// Chi-square test of homogeneity over the union of categories, without continuity correction.
  /// Categories nobody has are dropped; fewer than two left: statistic 0, p 1. Not the goodness of
  /// fit, which would take the reference as exact and is infinite for a new category.
  public static TestResult homogeneity(long[] reference, long[] current) {
    ContingencyTables.TableTest test =
        ContingencyTables.chiSquare(new long[][] {reference, current});
    return new TestResult(test.statistic(), test.pValue());
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
    return student(mean1 - mean2, error, degrees, level);
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

  /// Student's test of equal means under one common variance, two-sided. Wrong when the smaller
  /// group varies more; [#welch(double[], double[], double)] costs nothing to prefer.
  public static Welch pooled(double[] first, double[] second, double level) {
    double n1 = first.length;
    double n2 = second.length;
    double degrees = n1 + n2 - 2;
    double variance = ((n1 - 1) * variance(first) + (n2 - 1) * variance(second)) / degrees;
    return student(
        mean(first) - mean(second), Math.sqrt(variance * (1 / n1 + 1 / n2)), degrees, level);
  }

  /// The paired test: whether the mean of first - second, row by row, is 0; two-sided.
  public static Welch paired(double[] first, double[] second, double level) {
    double[] differences = new double[first.length];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = first[i] - second[i];
    }
    double n = differences.length;
    return student(mean(differences), Math.sqrt(variance(differences) / n), n - 1, level);
  }

  /// The t test of a difference with its standard error; no spread at all gives t 0 and p 1 without
  /// a difference, else an infinite t and p 0.
  static Welch student(double difference, double error, double degrees, double level) {
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
