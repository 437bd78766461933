package dev.gnomon.stats;

/// What errors cost at each threshold, for one constant cost per error.
public final class CostCurve {
  private CostCurve() {}

  /// The threshold above which acting pays for a calibrated probability: FP / (FP + FN), with the
  /// cost of a right decision at 0. Elkan 2001.
  public static double bayesThreshold(double falsePositive, double falseNegative) {
    return falsePositive / (falsePositive + falseNegative);
  }

  /// The total cost when acting on scores >= threshold, for each threshold.
  public static double[] costs(
      double[] thresholds,
      double[] scores,
      double[] labels,
      double falsePositive,
      double falseNegative) {
    double[] costs = new double[thresholds.length];
    double[] ones = ProbabilityScores.ones(scores.length);
    for (int i = 0; i < costs.length; i++) {
      Confusion c = Confusion.at(thresholds[i], scores, labels, ones);
      costs[i] = falsePositive * c.falsePositives() + falseNegative * c.falseNegatives();
    }
    return costs;
  }

  /// The place of the lowest cost, the first of equals. On the rows it was read from it is
  /// optimistic: choose on other rows than those it is reported on.
  public static int cheapest(double[] costs) {
    int best = 0;
    for (int i = 1; i < costs.length; i++) {
      best = costs[i] < costs[best] ? i : best;
    }
    return best;
  }
}
