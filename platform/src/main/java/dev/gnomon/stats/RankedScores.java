package dev.gnomon.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Scores with their labels, sorted once, so that every measure that depends on the order alone is
/// one pass, also under the many weightings of a bootstrap.
///
/// Tied scores are one step of every curve: no result depends on the order of the rows. Weights are
/// given per original row; a weight of 0 leaves the row out. A measure that needs both classes is
/// NaN when one is absent: an area of 0.5 would be an invented number.
public final class RankedScores {
  private final double[] scores;
  private final double[] labels;
  private final int[] order;
  private final int[] groupEnds;

  private RankedScores(double[] scores, double[] labels) {
    this.scores = scores;
    this.labels = labels;
    int n = scores.length;
    int[] ascending = SortOrder.ascending(scores);
    this.order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = ascending[n - 1 - i];
    }
    int[] ends = new int[n];
    int groups = 0;
    for (int i = 1; i <= n; i++) {
      if (i == n || scores[order[i]] != scores[order[i - 1]]) {
        ends[groups++] = i;
      }
    }
    this.groupEnds = Arrays.copyOf(ends, groups);
  }

  /// @param scores higher is more likely positive; no NaN. The arrays are kept, not copied
  /// @param labels 0 or 1
  public static RankedScores of(double[] scores, double[] labels) {
    if (scores.length != labels.length) {
      throw new IllegalArgumentException(
          "%d scores for %d labels".formatted(scores.length, labels.length));
    }
    return new RankedScores(scores, labels);
  }

  public int size() {
    return scores.length;
  }

  /// Area under the ROC curve: the chance that a positive scores above a negative, ties counting
  /// one half.
  public double rocAuc(double[] weights) {
    double positives = 0;
    double negatives = 0;
    double won = 0;
    int start = 0;
    for (int end : groupEnds) {
      double positive = 0;
      double negative = 0;
      for (int i = start; i < end; i++) {
        int row = order[i];
        positive += weights[row] * labels[row];
        negative += weights[row] * (1 - labels[row]);
      }
      won += negative * (positives + positive / 2);
      positives += positive;
      negatives += negative;
      start = end;
    }
    return won / (positives * negatives);
  }

  public double rocAuc() {
    return rocAuc(ones());
  }

  /// Average precision: the sum over distinct scores of precision times the recall gained there. No
  /// interpolation; not the area by trapezoids, which is optimistic.
  public double averagePrecision(double[] weights) {
    double positives = 0;
    double taken = 0;
    double sum = 0;
    int start = 0;
    for (int end : groupEnds) {
      double positive = 0;
      double all = 0;
      for (int i = start; i < end; i++) {
        int row = order[i];
        positive += weights[row] * labels[row];
        all += weights[row];
      }
      positives += positive;
      taken += all;
      if (positive > 0) {
        sum += positive * (positives / taken);
      }
      start = end;
    }
    return sum / positives;
  }

  public double averagePrecision() {
    return averagePrecision(ones());
  }

  /// Area under the precision-recall curve by trapezoids, starting at precision 1 for recall 0.
  /// Kept for comparison with programs that report it; prefer [#averagePrecision].
  public double precisionRecallTrapezoid() {
    double area = 0;
    double lastRecall = 0;
    double lastPrecision = 1;
    for (CurvePoint point : precisionRecallCurve()) {
      area += (point.x() - lastRecall) * (point.y() + lastPrecision) / 2;
      lastRecall = point.x();
      lastPrecision = point.y();
    }
    return area;
  }

  /// The largest distance between true and false positive rate: the two-sample Kolmogorov-Smirnov
  /// distance between the scores of the classes.
  public double kolmogorovSmirnov() {
    double largest = 0;
    for (CurvePoint point : rocCurve()) {
      largest = Math.max(largest, Math.abs(point.y() - point.x()));
    }
    return largest;
  }

  /// From (0, 0) to (1, 1), one point per distinct score: x is the false, y the true positive rate
  /// when acting at scores >= threshold.
  public List<CurvePoint> rocCurve() {
    List<CurvePoint> points = new ArrayList<>(groupEnds.length + 1);
    points.add(new CurvePoint(Double.POSITIVE_INFINITY, 0, 0));
    double positives = sumOfLabels();
    double negatives = scores.length - positives;
    double positive = 0;
    int start = 0;
    for (int end : groupEnds) {
      for (int i = start; i < end; i++) {
        positive += labels[order[i]];
      }
      points.add(
          new CurvePoint(
              scores[order[end - 1]], (end - positive) / negatives, positive / positives));
      start = end;
    }
    return points;
  }

  /// One point per distinct score, from the highest: x is recall, y precision when acting at scores
  /// > = threshold.
  public List<CurvePoint> precisionRecallCurve() {
    List<CurvePoint> points = new ArrayList<>(groupEnds.length);
    double positives = sumOfLabels();
    double positive = 0;
    int start = 0;
    for (int end : groupEnds) {
      for (int i = start; i < end; i++) {
        positive += labels[order[i]];
      }
      points.add(new CurvePoint(scores[order[end - 1]], positive / positives, positive / end));
      start = end;
    }
    return points;
  }

  /// A point of a curve.
  ///
  /// @param threshold the lowest score acted on
  public record CurvePoint(double threshold, double x, double y) {}

  private double sumOfLabels() {
    double sum = 0;
    for (double label : labels) {
      sum += label;
    }
    return sum;
  }

  private double[] ones() {
    double[] ones = new double[scores.length];
    Arrays.fill(ones, 1);
    return ones;
  }
}
