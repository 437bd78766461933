package dev.gnomon.stats;

import java.util.Arrays;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.KolmogorovSmirnovTest;
import org.apache.commons.statistics.inference.PValueMethod;

/// The two-sample Kolmogorov-Smirnov test: the largest distance D between two empirical
/// distribution functions, 0 to 1, in no unit, and the chance of such a distance when both samples
/// come from one continuous distribution.
///
/// The trap is the law. Four are in use and they differ on the same data:
///
/// - [#exact] counts lattice paths as if there were no ties; conservative for discrete data
///   (scipy's `exact`);
/// - [#exactGivenTies] counts only the paths that the pattern of ties allows (R from 4.2);
/// - [#finite] is the one-sample law of round(nm / (n + m)) rows (scipy's `asymp`);
/// - [#limit] is Kolmogorov's limit law of sqrt(nm / (n + m)) D (R's `exact = FALSE`, Hipparchus).
///
/// And p measures evidence, not size: a fixed small shift gives any p as rows grow. Read D. Without
/// NaN. Kolmogorov 1933; Smirnov 1948; Schröer and Trenkler 1995 for ties.
public final class KolmogorovSmirnov {
  private KolmogorovSmirnov() {}

  /// Two-sided, exact without regard to ties; n m / 2 steps.
  public static TestResult exact(double[] x, double[] y) {
    return test(x, y, AlternativeHypothesis.TWO_SIDED, PValueMethod.EXACT);
  }

  /// One-sided: whether the distribution function of `x` lies above that of `y` somewhere, so that
  /// `x` tends to be the smaller. Exact without regard to ties.
  public static TestResult exactAbove(double[] x, double[] y) {
    return test(x, y, AlternativeHypothesis.GREATER_THAN, PValueMethod.EXACT);
  }

  /// Two-sided, by the law of round(nm / (n + m)) rows.
  public static TestResult finite(double[] x, double[] y) {
    return test(x, y, AlternativeHypothesis.TWO_SIDED, PValueMethod.ASYMPTOTIC);
  }

  /// Two-sided, by the limit law.
  public static TestResult limit(double[] x, double[] y) {
    double d = distance(x, y);
    double rows = (double) x.length * y.length / (x.length + y.length);
    return new TestResult(d, limitSurvival(Math.sqrt(rows) * d));
  }

  /// The largest distance between the two distribution functions.
  public static double distance(double[] x, double[] y) {
    double[] a = Quantiles.sortedPresent(x);
    double[] b = Quantiles.sortedPresent(y);
    long largest = 0;
    int i = 0;
    int j = 0;
    while (i < a.length && j < b.length) {
      double at = Math.min(a[i], b[j]);
      while (i < a.length && a[i] == at) {
        i++;
      }
      while (j < b.length && b[j] == at) {
        j++;
      }
      largest = Math.max(largest, Math.abs((long) i * b.length - (long) j * a.length));
    }
    return (double) largest / ((double) a.length * b.length);
  }

  /// Two-sided, exact given which values are tied: of all ways to split the pooled values, the
  /// share whose distance is at least as large. A recursion over the hit probability of random
  /// lattice paths, so that small p-values keep their digits; n m steps.
  public static TestResult exactGivenTies(double[] x, double[] y) {
    int n = x.length;
    int m = y.length;
    double[] pooled = Arrays.copyOf(x, n + m);
    System.arraycopy(y, 0, pooled, n, m);
    Arrays.sort(pooled);
    double d = distance(x, y);
    // Distances are multiples of 1 / (nm); half a step below D absorbs rounding.
    double bound = Math.floor(d * n * m + 1e-7) - 0.5;
    double[] hit = new double[m + 1];
    for (int i = 0; i <= n; i++) {
      for (int j = 0; j <= m; j++) {
        int seen = i + j;
        boolean end = seen > 0 && (seen == n + m || pooled[seen - 1] != pooled[seen]);
        if (end && Math.abs((double) i * m - (double) j * n) >= bound) {
          hit[j] = 1;
        } else if (seen > 0) {
          double fromX = i == 0 ? 0 : (double) i / seen * hit[j];
          double fromY = j == 0 ? 0 : (double) j / seen * hit[j - 1];
          hit[j] = fromX + fromY;
        }
      }
    }
    return new TestResult(d, hit[m]);
  }

  /// P(K > x) of Kolmogorov's limit law; the series in exp(-2 k^2 x^2), or below 1 its theta
  /// transform, which converges there.
  static double limitSurvival(double x) {
    if (x <= 0) {
      return 1;
    }
    double sum = 0;
    if (x < 1) {
      for (int k = 1; k <= 20; k++) {
        double odd = (2 * k - 1) * Math.PI / x;
        sum += Math.exp(-odd * odd / 8);
      }
      return 1 - Math.sqrt(2 * Math.PI) / x * sum;
    }
    for (int k = 20; k >= 1; k--) {
      double term = Math.exp(-2.0 * k * k * x * x);
      sum += k % 2 == 1 ? term : -term;
    }
    return 2 * sum;
  }

  private static TestResult test(
      double[] x, double[] y, AlternativeHypothesis alternative, PValueMethod law) {
    KolmogorovSmirnovTest.TwoResult result =
        KolmogorovSmirnovTest.withDefaults().with(alternative).with(law).test(x, y);
    return new TestResult(result.getStatistic(), result.getPValue());
  }
}
