package dev.gnomon.stats;

import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/// Whether two deciders err on different rows equally often: only the rows on which exactly one of
/// them is right say anything. McNemar 1947.
///
/// Rows are taken as independent: with several rows per entity resample entities instead. A small p
/// says that the rates of error differ, not by how much and not what it costs.
///
/// @param onlyFirst rows that the first got right and the second wrong
/// @param onlySecond the other way round
public record McNemar(long onlyFirst, long onlySecond) {

  /// @param first whether the first decider was right on the row
  public static McNemar of(boolean[] first, boolean[] second) {
    long onlyFirst = 0;
    long onlySecond = 0;
    for (int i = 0; i < first.length; i++) {
      onlyFirst += first[i] && !second[i] ? 1 : 0;
      onlySecond += second[i] && !first[i] ? 1 : 0;
    }
    return new McNemar(onlyFirst, onlySecond);
  }

  /// Exact binomial test of a fair coin, two-sided; the statistic is the smaller count. Take it
  /// below some 25 such rows.
  public TestResult exact() {
    long n = onlyFirst + onlySecond;
    long smaller = Math.min(onlyFirst, onlySecond);
    double tail =
        n == 0
            ? 1
            : BinomialDistribution.of(Math.toIntExact(n), 0.5)
                .cumulativeProbability(Math.toIntExact(smaller));
    return new TestResult(smaller, Math.min(1, 2 * tail));
  }

  /// (b - c)^2 / (b + c), chi-square with one degree of freedom.
  public TestResult chiSquare() {
    return chiSquare(0);
  }

  /// (|b - c| - 1)^2 / (b + c), Edwards's correction (1948).
  public TestResult chiSquareCorrected() {
    return chiSquare(1);
  }

  private TestResult chiSquare(int correction) {
    double n = (double) onlyFirst + onlySecond;
    if (n == 0) {
      return new TestResult(0, 1);
    }
    double apart = Math.max(0, Math.abs((double) onlyFirst - onlySecond) - correction);
    double statistic = apart * apart / n;
    return new TestResult(statistic, ChiSquaredDistribution.of(1).survivalProbability(statistic));
  }
}
