package dev.gnomon.stats;

import java.util.Arrays;
import org.apache.commons.numbers.gamma.LogGamma;

/// How far two groupings of the same rows agree; the names of the groups do not matter.
///
/// Measures that are not adjusted for chance grow with the number of groups: two random groupings
/// into many groups share information. Logarithms are natural; entropies cancel.
///
/// @param adjustedRand pairs grouped alike, adjusted: 1 at best, 0 by chance. Hubert, Arabie 1985
/// @param normalisedArithmetic mutual information over the mean of both entropies
/// @param normalisedGeometric over the root of their product
/// @param adjustedInformation mutual information adjusted for chance, over the mean of both
///   entropies. Vinh, Epps, Bailey 2010
/// @param homogeneity whether a predicted group holds one true group only
/// @param completeness whether a true group lies in one predicted group
/// @param fowlkesMallows root of pair precision times pair recall
public record ClusterAgreement(
    double adjustedRand,
    double normalisedArithmetic,
    double normalisedGeometric,
    double adjustedInformation,
    double homogeneity,
    double completeness,
    double fowlkesMallows) {

  /// Harmonic mean of homogeneity and completeness; equal to `normalisedArithmetic`.
  public double vMeasure() {
    double sum = homogeneity + completeness;
    return sum == 0 ? 0 : 2 * homogeneity * completeness / sum;
  }

  /// @param truth group numbers from 0
  /// @param predicted group numbers from 0
  public static ClusterAgreement of(int[] truth, int[] predicted) {
    int n = truth.length;
    int rows = Arrays.stream(truth).max().orElse(-1) + 1;
    int columns = Arrays.stream(predicted).max().orElse(-1) + 1;
    long[][] table = new long[rows][columns];
    long[] byRow = new long[rows];
    long[] byColumn = new long[columns];
    for (int i = 0; i < n; i++) {
      table[truth[i]][predicted[i]]++;
      byRow[truth[i]]++;
      byColumn[predicted[i]]++;
    }
    double together = 0;
    double information = 0;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        double count = table[r][c];
        together += count * (count - 1) / 2;
        if (count > 0) {
          information += count / n * Math.log(count * n / ((double) byRow[r] * byColumn[c]));
        }
      }
    }
    double pairsTruth = pairs(byRow);
    double pairsPredicted = pairs(byColumn);
    double byChance = pairsTruth * pairsPredicted / (n * (n - 1.0) / 2);
    double mean = (pairsTruth + pairsPredicted) / 2;
    double entropyTruth = entropy(byRow, n);
    double entropyPredicted = entropy(byColumn, n);
    double meanEntropy = (entropyTruth + entropyPredicted) / 2;
    double chance = expectedInformation(byRow, byColumn, n);
    return new ClusterAgreement(
        mean == byChance ? 1 : (together - byChance) / (mean - byChance),
        ratio(information, meanEntropy),
        ratio(information, Math.sqrt(entropyTruth * entropyPredicted)),
        ratio(information - chance, meanEntropy - chance),
        ratio(information, entropyTruth),
        ratio(information, entropyPredicted),
        together == 0 ? 0 : together / Math.sqrt(pairsTruth * pairsPredicted));
  }

  /// 0 over 0 is perfect agreement of groupings that say nothing.
  private static double ratio(double above, double below) {
    return below == 0 ? 1 : above / below;
  }

  private static double pairs(long[] sizes) {
    double sum = 0;
    for (long size : sizes) {
      sum += size * (size - 1) / 2.0;
    }
    return sum;
  }

  private static double entropy(long[] sizes, double n) {
    double sum = 0;
    for (long size : sizes) {
      sum -= size == 0 ? 0 : size / n * Math.log(size / n);
    }
    return sum;
  }

  /// Over all groupings with these sizes: each cell is hypergeometric.
  private static double expectedInformation(long[] byRow, long[] byColumn, long n) {
    double sum = 0;
    for (long a : byRow) {
      for (long b : byColumn) {
        for (long k = Math.max(1, a + b - n); k <= Math.min(a, b); k++) {
          double chance =
              lnFactorial(a)
                  + lnFactorial(b)
                  + lnFactorial(n - a)
                  + lnFactorial(n - b)
                  - lnFactorial(n)
                  - lnFactorial(k)
                  - lnFactorial(a - k)
                  - lnFactorial(b - k)
                  - lnFactorial(n - a - b + k);
          sum += (double) k / n * Math.log((double) n * k / ((double) a * b)) * Math.exp(chance);
        }
      }
    }
    return sum;
  }

  private static double lnFactorial(long n) {
    return LogGamma.value(n + 1.0);
  }
}
