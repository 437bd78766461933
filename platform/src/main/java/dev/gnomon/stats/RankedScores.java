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
  /// Optimistic: straight lines between its points are not reachable. Kept for comparison with
  /// programs that report it; prefer [#averagePrecision].
  public double precisionRecallTrapezoid(double[] weights) {
    double allPositives = positives(weights);
    double area = 0;
    double lastRecall = 0;
    double lastPrecision = 1;
    double positives = 0;
    double taken = 0;
    int start = 0;
    for (int end : groupEnds) {
      for (int i = start; i < end; i++) {
        positives += weights[order[i]] * labels[order[i]];
        taken += weights[order[i]];
      }
      if (taken > 0) {
        double recall = positives / allPositives;
        double precision = positives / taken;
        area += (recall - lastRecall) * (precision + lastPrecision) / 2;
        lastRecall = recall;
        lastPrecision = precision;
      }
      start = end;
    }
    return allPositives == 0 ? Double.NaN : area;
  }

  public double precisionRecallTrapezoid() {
    return precisionRecallTrapezoid(ones());
  }

  /// The largest distance between true and false positive rate: the two-sample Kolmogorov-Smirnov
  /// distance between the scores of the classes.
  public double kolmogorovSmirnov(double[] weights) {
    double allPositives = positives(weights);
    double allNegatives = sum(weights) - allPositives;
    double largest = 0;
    double positives = 0;
    double taken = 0;
    int start = 0;
    for (int end : groupEnds) {
      for (int i = start; i < end; i++) {
        positives += weights[order[i]] * labels[order[i]];
        taken += weights[order[i]];
      }
      double apart = positives / allPositives - (taken - positives) / allNegatives;
      largest = Math.max(largest, Math.abs(apart));
      start = end;
    }
    return largest;
  }

  public double kolmogorovSmirnov() {
    return kolmogorovSmirnov(ones());
  }

  /// Share of positives among the highest scores that make up `share` of the weight; tied rows at
  /// the edge count by the part that still fits. Over the base rate it is the lift.
  public double precisionAtTop(double share, double[] weights) {
    double room = share * sum(weights);
    return caught(room, weights) / room;
  }

  /// Share of all positives that is among the highest scores making up `share` of the weight.
  public double recallAtTop(double share, double[] weights) {
    return caught(share * sum(weights), weights) / positives(weights);
  }

  private double caught(double room, double[] weights) {
    double positives = 0;
    double taken = 0;
    int start = 0;
    for (int end : groupEnds) {
      double positive = 0;
      double all = 0;
      for (int i = start; i < end; i++) {
        positive += weights[order[i]] * labels[order[i]];
        all += weights[order[i]];
      }
      if (taken + all >= room) {
        return all == 0 ? positives : positives + positive * (room - taken) / all;
      }
      positives += positive;
      taken += all;
      start = end;
    }
    return positives;
  }

  /// The highest recall of any threshold whose precision is at least `least`; 0 when there is none.
  /// Chosen on these very rows, and therefore optimistic: a threshold to act on is fitted
  /// elsewhere.
  public double recallAtPrecision(double least, double[] weights) {
    return best(weights, true, least);
  }

  /// The highest precision of any threshold whose recall is at least `least`; optimistic likewise.
  public double precisionAtRecall(double least, double[] weights) {
    return best(weights, false, least);
  }

  private double best(double[] weights, boolean wantsRecall, double least) {
    double allPositives = positives(weights);
    double best = 0;
    double positives = 0;
    double taken = 0;
    int start = 0;
    for (int end : groupEnds) {
      for (int i = start; i < end; i++) {
        positives += weights[order[i]] * labels[order[i]];
        taken += weights[order[i]];
      }
      double recall = positives / allPositives;
      double precision = taken == 0 ? 0 : positives / taken;
      if ((wantsRecall ? precision : recall) >= least) {
        best = Math.max(best, wantsRecall ? recall : precision);
      }
      start = end;
    }
    return allPositives == 0 ? Double.NaN : best;
  }

  /// Expected calibration error over `bins` bins of equal weight in the order of the scores, which
  /// are probabilities here. A row that lies across an edge counts in both bins by its parts.
  public double calibrationErrorEqualMass(int bins, double[] weights) {
    double size = sum(weights) / bins;
    double error = 0;
    double room = size;
    double apart = 0;
    for (int i = order.length - 1; i >= 0; i--) {
      double left = weights[order[i]];
      double difference = scores[order[i]] - labels[order[i]];
      while (left > room) {
        error += Math.abs(apart + room * difference);
        left -= room;
        room = size;
        apart = 0;
      }
      apart += left * difference;
      room -= left;
    }
    return (error + Math.abs(apart)) / (size * bins);
  }

  private double positives(double[] weights) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += weights[i] * labels[i];
    }
    return sum;
  }

  private static double sum(double[] weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    return sum;
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
