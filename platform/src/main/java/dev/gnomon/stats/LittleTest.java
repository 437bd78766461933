package dev.gnomon.stats;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/// Little's test of values missing completely at random (MCAR): do the means of the observed values
/// differ between the patterns of missing columns by more than chance?
///
/// Mean and covariance of a multivariate normal are estimated by maximum likelihood (EM over the
/// incomplete rows). With the observed columns O_j of pattern j, its n_j rows and their means m_j,
/// `d2 = sum n_j (m_j - mu_Oj)' S_Oj^-1 (m_j - mu_Oj)` is compared with a chi-square of `sum |O_j|
/// - p` degrees of freedom. S is the maximum-likelihood covariance (divisor n). Rows without any
///   value are left out.
///
/// Its limits: it sees differences of means only, supposes normal columns and large patterns, and a
/// large p-value is no proof. Whether a value is missing because of itself can't be seen in data at
/// all. Reference: R. J. A. Little (1988), A test of missing completely at random for multivariate
/// data with missing values, JASA 83, 1198-1202.
///
/// @param statistic d2
/// @param freedom degrees of freedom
/// @param patterns how many different sets of missing columns there are
/// @param rows that were looked at
/// @param iterations of EM
public record LittleTest(
    double statistic, int freedom, double pValue, int patterns, int rows, int iterations) {
  private static final int MOST_ITERATIONS = 1_000;
  private static final double CLOSE = 1e-10;
  private static final double SINGULAR = 1e-9;

  /// Rows with the same columns missing, as sums: EM needs nothing else of them.
  ///
  /// @param seen the columns that have values
  /// @param products of the seen columns, [seen][seen]
  private record Pattern(int[] seen, int[] gone, int rows, double[] sums, double[][] products) {}

  /// @param columns of equal length; NaN is missing, values are finite
  /// @return empty where nothing can be tested: fewer than two patterns or columns, a column
  ///   without spread, or columns of which one is a combination of others
  public static Optional<LittleTest> of(List<double[]> columns) {
    int p = columns.size();
    if (p < 2) {
      return Optional.empty();
    }
    Optional<double[][]> standard = standardised(columns);
    if (standard.isEmpty()) {
      return Optional.empty();
    }
    List<Pattern> patterns = patterns(standard.get());
    int freedom = -p;
    int rows = 0;
    for (Pattern pattern : patterns) {
      freedom += pattern.seen().length;
      rows += pattern.rows();
    }
    if (patterns.size() < 2 || freedom < 1 || rows <= p) {
      return Optional.empty();
    }
    double[] mean = new double[p];
    double[][] covariance = new double[p][p];
    for (int i = 0; i < p; i++) {
      covariance[i][i] = 1;
    }
    int iterations = 0;
    double change = Double.POSITIVE_INFINITY;
    while (change > CLOSE && iterations < MOST_ITERATIONS) {
      change = step(patterns, rows, mean, covariance);
      iterations++;
      if (Double.isNaN(change)) {
        return Optional.empty();
      }
    }
    double d2 = 0;
    for (Pattern pattern : patterns) {
      Optional<double[][]> inverse = inverse(part(covariance, pattern.seen()));
      if (inverse.isEmpty()) {
        return Optional.empty();
      }
      double[] gap = new double[pattern.seen().length];
      for (int i = 0; i < gap.length; i++) {
        gap[i] = pattern.sums()[i] / pattern.rows() - mean[pattern.seen()[i]];
      }
      for (int i = 0; i < gap.length; i++) {
        for (int j = 0; j < gap.length; j++) {
          d2 += pattern.rows() * gap[i] * inverse.get()[i][j] * gap[j];
        }
      }
    }
    return Optional.of(
        new LittleTest(
            d2,
            freedom,
            ChiSquaredDistribution.of(freedom).survivalProbability(d2),
            patterns.size(),
            rows,
            iterations));
  }

  /// With mean 0 and variance 1, which changes neither the test nor where EM ends, but how well it
  /// can be computed. By column.
  private static Optional<double[][]> standardised(List<double[]> columns) {
    double[][] standard = new double[columns.size()][];
    for (int c = 0; c < standard.length; c++) {
      double[] values = columns.get(c);
      double sum = 0;
      int count = 0;
      for (double value : values) {
        if (!Double.isNaN(value)) {
          sum += value;
          count++;
        }
      }
      double mean = sum / count;
      double squares = 0;
      for (double value : values) {
        squares += Double.isNaN(value) ? 0 : (value - mean) * (value - mean);
      }
      double deviation = Math.sqrt(squares / count);
      if (count < 2 || !(deviation > 0) || Double.isInfinite(deviation)) {
        return Optional.empty();
      }
      standard[c] = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        standard[c][i] = (values[i] - mean) / deviation;
      }
    }
    return Optional.of(standard);
  }

  private static List<Pattern> patterns(double[][] columns) {
    Map<List<Boolean>, List<Integer>> rows = new LinkedHashMap<>();
    for (int i = 0; i < columns[0].length; i++) {
      List<Boolean> seen = new ArrayList<>(columns.length);
      for (double[] column : columns) {
        seen.add(!Double.isNaN(column[i]));
      }
      if (seen.contains(true)) {
        rows.computeIfAbsent(List.copyOf(seen), _ -> new ArrayList<>()).add(i);
      }
    }
    List<Pattern> patterns = new ArrayList<>();
    rows.forEach((flags, members) -> patterns.add(pattern(flags, members, columns)));
    return patterns;
  }

  private static Pattern pattern(List<Boolean> flags, List<Integer> rows, double[][] columns) {
    int[] seen = places(flags, true);
    double[] sums = new double[seen.length];
    double[][] products = new double[seen.length][seen.length];
    for (int row : rows) {
      for (int i = 0; i < seen.length; i++) {
        double value = columns[seen[i]][row];
        sums[i] += value;
        for (int j = 0; j < seen.length; j++) {
          products[i][j] += value * columns[seen[j]][row];
        }
      }
    }
    return new Pattern(seen, places(flags, false), rows.size(), sums, products);
  }

  private static int[] places(List<Boolean> flags, boolean wanted) {
    int[] places = new int[flags.size()];
    int count = 0;
    for (int i = 0; i < places.length; i++) {
      if (flags.get(i) == wanted) {
        places[count++] = i;
      }
    }
    return java.util.Arrays.copyOf(places, count);
  }

  /// One E and one M step, in place.
  ///
  /// @return the greatest change of an estimate; NaN where a covariance can't be inverted
  private static double step(
      List<Pattern> patterns, int rows, double[] mean, double[][] covariance) {
    int p = mean.length;
    double[] first = new double[p];
    double[][] second = new double[p][p];
    for (Pattern pattern : patterns) {
      Optional<double[][]> inverse = inverse(part(covariance, pattern.seen()));
      if (inverse.isEmpty()) {
        return Double.NaN;
      }
      expect(pattern, inverse.get(), mean, covariance, first, second);
    }
    double change = 0;
    for (int i = 0; i < p; i++) {
      first[i] /= rows;
      change = Math.max(change, Math.abs(first[i] - mean[i]));
      mean[i] = first[i];
    }
    for (int i = 0; i < p; i++) {
      for (int j = 0; j < p; j++) {
        double next = second[i][j] / rows - mean[i] * mean[j];
        change = Math.max(change, Math.abs(next - covariance[i][j]));
        covariance[i][j] = next;
      }
    }
    return change;
  }

  /// Adds the expected sums and products of a pattern's rows. What is missing is regressed on what
  /// is there: `E[x] = T x_seen + c` for every column, T being the identity for those seen.
  private static void expect(
      Pattern pattern,
      double[][] inverse,
      double[] mean,
      double[][] covariance,
      double[] first,
      double[][] second) {
    int p = mean.length;
    int[] seen = pattern.seen();
    int[] gone = pattern.gone();
    int k = seen.length;
    double[][] map = new double[p][k];
    double[] constant = new double[p];
    for (int i = 0; i < k; i++) {
      map[seen[i]][i] = 1;
    }
    for (int g : gone) {
      constant[g] = mean[g];
      for (int i = 0; i < k; i++) {
        double sum = 0;
        for (int j = 0; j < k; j++) {
          sum += covariance[g][seen[j]] * inverse[j][i];
        }
        map[g][i] = sum;
        constant[g] -= sum * mean[seen[i]];
      }
    }
    double[] mapped = new double[p]; // T times the sums
    double[][] half = new double[p][k]; // T times the products
    for (int a = 0; a < p; a++) {
      for (int i = 0; i < k; i++) {
        mapped[a] += map[a][i] * pattern.sums()[i];
        for (int j = 0; j < k; j++) {
          half[a][j] += map[a][i] * pattern.products()[i][j];
        }
      }
      first[a] += mapped[a] + pattern.rows() * constant[a];
    }
    for (int a = 0; a < p; a++) {
      for (int b = 0; b < p; b++) {
        double sum =
            mapped[a] * constant[b]
                + constant[a] * mapped[b]
                + pattern.rows() * constant[a] * constant[b];
        for (int j = 0; j < k; j++) {
          sum += half[a][j] * map[b][j];
        }
        second[a][b] += sum;
      }
    }
    for (int g : gone) {
      for (int h : gone) {
        double residual = covariance[g][h];
        for (int i = 0; i < k; i++) {
          residual -= map[g][i] * covariance[seen[i]][h];
        }
        second[g][h] += pattern.rows() * residual;
      }
    }
  }

  private static double[][] part(double[][] matrix, int[] places) {
    double[][] part = new double[places.length][places.length];
    for (int i = 0; i < places.length; i++) {
      for (int j = 0; j < places.length; j++) {
        part[i][j] = matrix[places[i]][places[j]];
      }
    }
    return part;
  }

  /// Of a symmetric positive definite matrix by Gauss-Jordan; empty when it is (nearly) singular.
  private static Optional<double[][]> inverse(double[][] matrix) {
    int n = matrix.length;
    double[][] work = new double[n][2 * n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(matrix[i], 0, work[i], 0, n);
      work[i][n + i] = 1;
    }
    for (int i = 0; i < n; i++) {
      double pivot = work[i][i];
      if (!(pivot > SINGULAR)) {
        return Optional.empty();
      }
      for (int j = 0; j < 2 * n; j++) {
        work[i][j] /= pivot;
      }
      for (int r = 0; r < n; r++) {
        double factor = work[r][i];
        if (r != i && factor != 0) {
          for (int j = 0; j < 2 * n; j++) {
            work[r][j] -= factor * work[i][j];
          }
        }
      }
    }
    double[][] inverse = new double[n][n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(work[i], n, inverse[i], 0, n);
    }
    return Optional.of(inverse);
  }
}
