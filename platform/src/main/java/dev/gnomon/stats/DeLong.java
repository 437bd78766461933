package dev.gnomon.stats;

import org.apache.commons.statistics.distribution.NormalDistribution;

/// Variance of the area under the ROC curve, and the paired comparison of two areas on the same
/// rows.
///
/// DeLong, DeLong, Clarke-Pearson 1988, computed from mid-ranks in n log n (Sun, Xu 2014). Rows are
/// taken as independent: with several rows per entity use [EntityBootstrap].
public final class DeLong {
  private DeLong() {}

  /// Bounds by the normal law, cut to [0, 1].
  public static Interval interval(double[] scores, double[] labels, double level) {
    Placements placements = Placements.of(scores, labels);
    double half = normalQuantile(level) * Math.sqrt(placements.covariance(placements));
    return new Interval(
        Math.max(0, placements.auc - half),
        placements.auc,
        Math.min(1, placements.auc + half),
        level);
  }

  public static double variance(double[] scores, double[] labels) {
    Placements placements = Placements.of(scores, labels);
    return placements.covariance(placements);
  }

  /// Tests that two scores of the same rows have the same area. The statistic is z = (AUC(a) -
  /// AUC(b)) / standard error; two-sided p. Equal scores give z 0 and p 1.
  public static TestResult paired(double[] a, double[] b, double[] labels) {
    Placements first = Placements.of(a, labels);
    Placements second = Placements.of(b, labels);
    double variance =
        first.covariance(first) + second.covariance(second) - 2 * first.covariance(second);
    double difference = first.auc - second.auc;
    if (difference == 0) {
      return new TestResult(0, 1);
    }
    double z = difference / Math.sqrt(Math.max(variance, 0));
    return new TestResult(z, 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(z)));
  }

  private static double normalQuantile(double level) {
    return NormalDistribution.of(0, 1).inverseCumulativeProbability((1 + level) / 2);
  }

  /// Per positive the share of negatives below it, per negative the share of positives above it.
  private record Placements(double auc, double[] positives, double[] negatives) {
    static Placements of(double[] scores, double[] labels) {
      int n = scores.length;
      int[] order = SortOrder.ascending(scores);
      int m = 0;
      for (double label : labels) {
        m += label > 0.5 ? 1 : 0;
      }
      int k = n - m;
      double[] positives = new double[m];
      double[] negatives = new double[k];
      // Rank within the class decides the place, so that two scores of the same rows line up.
      int[] place = new int[n];
      int nextPositive = 0;
      int nextNegative = 0;
      for (int i = 0; i < n; i++) {
        place[i] = labels[i] > 0.5 ? nextPositive++ : nextNegative++;
      }
      double positivesBelow = 0;
      double negativesBelow = 0;
      double sum = 0;
      int start = 0;
      while (start < n) {
        int end = start;
        int positive = 0;
        while (end < n && scores[order[end]] == scores[order[start]]) {
          positive += labels[order[end]] > 0.5 ? 1 : 0;
          end++;
        }
        int negative = end - start - positive;
        for (int i = start; i < end; i++) {
          int row = order[i];
          if (labels[row] > 0.5) {
            double share = (negativesBelow + negative / 2.0) / k;
            positives[place[row]] = share;
            sum += share;
          } else {
            negatives[place[row]] = (m - positivesBelow - positive / 2.0) / m;
          }
        }
        positivesBelow += positive;
        negativesBelow += negative;
        start = end;
      }
      return new Placements(sum / m, positives, negatives);
    }

    double covariance(Placements other) {
      return covariance(positives, other.positives, auc, other.auc) / positives.length
          + covariance(negatives, other.negatives, auc, other.auc) / negatives.length;
    }

    private static double covariance(double[] a, double[] b, double meanA, double meanB) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += (a[i] - meanA) * (b[i] - meanB);
      }
      return sum / (a.length - 1);
    }
  }
}
