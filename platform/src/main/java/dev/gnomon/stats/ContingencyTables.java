package dev.gnomon.stats;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.inference.FisherExactTest;

/// Tests and an effect size for tables of counts, rows against columns.
///
/// Rows and columns without any count are left out first. A table with fewer than two rows or
/// columns left says nothing: statistic 0, p 1, 0 degrees of freedom. Counts, not shares: a table
/// of percentages gives a p-value of nothing.
public final class ContingencyTables {
  private ContingencyTables() {}

  /// @param statistic chi-squared distributed with `degreesOfFreedom` when rows and columns are
  ///   independent
  public record TableTest(double statistic, double pValue, int degreesOfFreedom) {}

  /// Pearson's chi-square test of homogeneity (1900), without correction.
  public static TableTest chiSquare(long[][] table) {
    return pearson(dense(table), false);
  }

  /// The same with Yates's correction (1934) for tables of two rows and two columns; larger ones
  /// are not corrected. It makes p too large as often as it makes it right: stated, never silent.
  public static TableTest chiSquareYates(long[][] table) {
    return pearson(dense(table), true);
  }

  /// The likelihood ratio (G) test: 2 sum of observed ln(observed / expected), natural logarithm,
  /// without correction. Wilks 1938.
  public static TableTest likelihoodRatio(long[][] table) {
    double[][] observed = dense(table);
    double[][] expected = expected(observed);
    double sum = 0;
    for (int r = 0; r < observed.length; r++) {
      for (int c = 0; c < observed[r].length; c++) {
        if (observed[r][c] > 0) {
          sum += observed[r][c] * Math.log(observed[r][c] / expected[r][c]);
        }
      }
    }
    return result(2 * sum, observed);
  }

  /// Chi-square goodness of fit to stated shares, which count as exact. Comparing two samples this
  /// way forgets the sampling error of the first and raises false alarms (22.6 % at a nominal 5 %
  /// for 500 rows each): use [#chiSquare] for that.
  ///
  /// @param weights expected shares up to scale; a count where the weight is 0 gives an infinite
  ///   statistic, and both 0 leaves the cell and its degree of freedom out
  public static TableTest goodnessOfFit(long[] counts, double[] weights) {
    double total = Arrays.stream(counts).sum();
    double scale = Arrays.stream(weights).sum();
    double sum = 0;
    int cells = 0;
    for (int i = 0; i < counts.length; i++) {
      double expected = weights[i] / scale * total;
      if (expected > 0) {
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
        cells++;
      } else if (counts[i] > 0) {
        sum = Double.POSITIVE_INFINITY;
        cells++;
      }
    }
    return result(sum, cells - 1);
  }

  /// Fisher's exact test of two rows and two columns, two-sided: the sum of the chances of all
  /// tables with these margins that are no likelier. The statistic is the sample odds ratio ad /
  /// bc, not the conditional maximum likelihood estimate that R prints.
  public static TestResult fisher(int[][] table) {
    if (table.length != 2 || table[0].length != 2 || table[1].length != 2) {
      throw new IllegalArgumentException("Fisher's test takes two rows and two columns");
    }
    double odds = (double) table[0][0] * table[1][1] / ((double) table[0][1] * table[1][0]);
    return new TestResult(odds, FisherExactTest.withDefaults().test(table).getPValue());
  }

  /// Cramer's V: sqrt(chi-square / (n (min(rows, columns) - 1))), 0 (independent) to 1. Biased
  /// upwards for few counts. Cramer 1946.
  public static double cramersV(long[][] table) {
    double[][] observed = dense(table);
    TableTest test = pearson(observed, false);
    if (test.degreesOfFreedom() == 0) {
      return 0;
    }
    double total = 0;
    for (double[] row : observed) {
      total += Arrays.stream(row).sum();
    }
    return Math.sqrt(
        test.statistic() / total / (Math.min(observed.length, observed[0].length) - 1));
  }

  /// What each cell would hold if rows and columns were independent.
  public static double[][] expected(double[][] observed) {
    int columns = observed.length == 0 ? 0 : observed[0].length;
    double[] byColumn = new double[columns];
    double[] byRow = new double[observed.length];
    double total = 0;
    for (int r = 0; r < observed.length; r++) {
      for (int c = 0; c < columns; c++) {
        byRow[r] += observed[r][c];
        byColumn[c] += observed[r][c];
        total += observed[r][c];
      }
    }
    double[][] expected = new double[observed.length][columns];
    for (int r = 0; r < observed.length; r++) {
      for (int c = 0; c < columns; c++) {
        expected[r][c] = byRow[r] * byColumn[c] / total;
      }
    }
    return expected;
  }

  private static TableTest pearson(double[][] observed, boolean corrected) {
    double[][] expected = expected(observed);
    boolean yates = corrected && observed.length == 2 && observed[0].length == 2;
    double sum = 0;
    for (int r = 0; r < observed.length; r++) {
      for (int c = 0; c < observed[r].length; c++) {
        double apart = Math.abs(observed[r][c] - expected[r][c]);
        if (yates) {
          apart -= Math.min(0.5, apart);
        }
        sum += apart * apart / expected[r][c];
      }
    }
    return result(sum, observed);
  }

  private static TableTest result(double statistic, double[][] observed) {
    int columns = observed.length == 0 ? 0 : observed[0].length;
    return result(statistic, Math.max(0, observed.length - 1) * Math.max(0, columns - 1));
  }

  private static TableTest result(double statistic, int degrees) {
    return degrees < 1
        ? new TableTest(0, 1, 0)
        : new TableTest(
            statistic,
            Double.isInfinite(statistic)
                ? 0
                : ChiSquaredDistribution.of(degrees).survivalProbability(statistic),
            degrees);
  }

  /// Without empty rows and columns.
  private static double[][] dense(long[][] table) {
    int columns = table.length == 0 ? 0 : table[0].length;
    boolean[] used = new boolean[columns];
    for (long[] row : table) {
      if (row.length != columns) {
        throw new IllegalArgumentException("rows of %d and %d".formatted(columns, row.length));
      }
      for (int c = 0; c < columns; c++) {
        if (row[c] < 0) {
          throw new IllegalArgumentException("a count of " + row[c]);
        }
        used[c] |= row[c] > 0;
      }
    }
    return Arrays.stream(table)
        .filter(row -> Arrays.stream(row).anyMatch(v -> v > 0))
        .map(row -> {
          double[] kept = new double[columns];
          int n = 0;
          for (int c = 0; c < columns; c++) {
            if (used[c]) {
              kept[n++] = row[c];
            }
          }
          return Arrays.copyOf(kept, n);
        })
        .toArray(double[][]::new);
  }
}
