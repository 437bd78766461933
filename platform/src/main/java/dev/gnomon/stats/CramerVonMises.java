package dev.gnomon.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The two-sample Cramer-von Mises test: the squared distance between two empirical distribution
/// functions, averaged over the pooled values.
///
/// Against Kolmogorov-Smirnov it weighs the whole range and not one place, and finds moderate
/// shifts of the middle more often. T is 0 or above, in no unit. Up to 20 rows on each side p is
/// exact (a recursion over how often each value of T arises), above it comes from the limit law;
/// both take the values as free of ties. Anderson 1962; Xiao, Gordon, Yakovlev 2007; Csörgö and
/// Faraway 1996.
public final class CramerVonMises {
  private static final int EXACT_ROWS = 20;

  private CramerVonMises() {}

  /// Without NaN, at least two rows each.
  public static TestResult test(double[] x, double[] y) {
    return Math.max(x.length, y.length) <= EXACT_ROWS ? exact(x, y) : limit(x, y);
  }

  static TestResult exact(double[] x, double[] y) {
    double u = rankSum(x, y);
    return new TestResult(statistic(u, x.length, y.length), exactSurvival(u, x.length, y.length));
  }

  static TestResult limit(double[] x, double[] y) {
    double n = x.length;
    double m = y.length;
    double total = n + m;
    double t = statistic(rankSum(x, y), n, m);
    double mean = (1 + 1 / total) / 6;
    double variance =
        (total + 1)
            * (4 * n * m * total - 3 * (n * n + m * m) - 2 * n * m)
            / (45 * total * total * 4 * n * m);
    // Moved to the moments of the limit law, 1/6 and 1/45.
    double scaled = 1.0 / 6 + (t - mean) / Math.sqrt(45 * variance);
    return new TestResult(t, scaled < 0.003 ? 1 : Math.max(0, 1 - limitLaw(scaled)));
  }

  /// n sum (r_i - i)^2 + m sum (s_j - j)^2 over the mid-ranks of both sorted samples.
  private static double rankSum(double[] x, double[] y) {
    double[] pooled = Arrays.copyOf(x, x.length + y.length);
    System.arraycopy(y, 0, pooled, x.length, y.length);
    double[] ranks = Ranks.average(pooled);
    return x.length * fromOwnRank(Arrays.copyOfRange(ranks, 0, x.length))
        + y.length * fromOwnRank(Arrays.copyOfRange(ranks, x.length, ranks.length));
  }

  private static double fromOwnRank(double[] ranks) {
    Arrays.sort(ranks);
    double sum = 0;
    for (int i = 0; i < ranks.length; i++) {
      double apart = ranks[i] - (i + 1);
      sum += apart * apart;
    }
    return sum;
  }

  private static double statistic(double u, double n, double m) {
    return u / (n * m * (n + m)) - (4 * n * m - 1) / (6 * (n + m));
  }

  private static double exactSurvival(double u, int n, int m) {
    long common = lcm(n, m);
    long a = common / n;
    long b = common / m;
    double product = (double) n * m;
    double bound =
        Math.floor(
            (double) common
                * common
                * (n + m)
                * (6 * u - product * (4 * product - 1))
                / (6 * product * product));
    // Per lattice point the share of random paths to it, by the squared distance along them.
    List<Map<Long, Double>> cells = new ArrayList<>();
    for (int i = 0; i <= n; i++) {
      cells.add(new HashMap<>());
    }
    for (int j = 0; j <= m; j++) {
      for (int i = 0; i <= n; i++) {
        Map<Long, Double> here = new HashMap<>();
        if (i + j == 0) {
          here.put(0L, 1.0);
        }
        long step = (a * i - b * j) * (a * i - b * j);
        if (j > 0) {
          add(here, cells.get(i), (double) j / (i + j), step);
        }
        if (i > 0) {
          add(here, cells.get(i - 1), (double) i / (i + j), step);
        }
        cells.set(i, here);
      }
    }
    return cells.get(n).entrySet().stream()
        .filter(e -> e.getKey() >= bound)
        .sorted(Map.Entry.comparingByKey())
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  private static void add(Map<Long, Double> to, Map<Long, Double> from, double share, long step) {
    from.forEach((value, mass) -> to.merge(value + step, mass * share, Double::sum));
  }

  private static long lcm(long n, long m) {
    long a = n;
    long b = m;
    while (b != 0) {
      long rest = a % b;
      a = b;
      b = rest;
    }
    return n / a * m;
  }

  /// The distribution function of the limit, Csörgö and Faraway's series (1.4).
  private static double limitLaw(double x) {
    double sum = 0;
    double coefficient = Math.sqrt(Math.PI);
    for (int k = 0; k < 60; k++) {
      double root = 4 * k + 1;
      double z = root * root / (16 * x);
      double term = coefficient * Math.sqrt(root) * scaledBessel(z) * Math.exp(-2 * z);
      sum += term;
      if (term < 1e-17 * sum) {
        break;
      }
      coefficient *= (k + 0.5) / (k + 1);
    }
    return sum / (Math.pow(Math.PI, 1.5) * Math.sqrt(x));
  }

  /// exp(z) K_1/4(z) from its integral of exp(-z (cosh t - 1)) cosh(t / 4): the trapezoid rule
  /// converges exponentially for it.
  private static double scaledBessel(double z) {
    double step = 1.0 / 64;
    double sum = 0.5;
    for (int i = 1; ; i++) {
      double t = i * step;
      double term = Math.exp(-z * (Math.cosh(t) - 1)) * Math.cosh(t / 4);
      sum += term;
      if (term < 1e-18) {
        return sum * step;
      }
    }
  }
}
