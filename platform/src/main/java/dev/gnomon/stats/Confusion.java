package dev.gnomon.stats;

/// Counts (or sums of weights) of the four outcomes of acting or not. Ratios over nothing are NaN.
public record Confusion(
    double truePositives, double falsePositives, double falseNegatives, double trueNegatives) {

  /// Acts on scores >= threshold.
  public static Confusion at(double threshold, double[] scores, double[] labels, double[] weights) {
    double tp = 0;
    double fp = 0;
    double fn = 0;
    double tn = 0;
    for (int i = 0; i < scores.length; i++) {
      double positive = weights[i] * labels[i];
      double negative = weights[i] * (1 - labels[i]);
      if (scores[i] >= threshold) {
        tp += positive;
        fp += negative;
      } else {
        fn += positive;
        tn += negative;
      }
    }
    return new Confusion(tp, fp, fn, tn);
  }

  /// For decisions that no single threshold describes.
  public static Confusion of(boolean[] acted, double[] labels, double[] weights) {
    double[] scores = new double[acted.length];
    for (int i = 0; i < acted.length; i++) {
      scores[i] = acted[i] ? 1 : 0;
    }
    return at(1, scores, labels, weights);
  }

  public double total() {
    return truePositives + falsePositives + falseNegatives + trueNegatives;
  }

  public double precision() {
    return truePositives / (truePositives + falsePositives);
  }

  /// Also called sensitivity or true positive rate.
  public double recall() {
    return truePositives / (truePositives + falseNegatives);
  }

  public double falsePositiveRate() {
    return falsePositives / (falsePositives + trueNegatives);
  }

  public double f1() {
    return 2 * truePositives / (2 * truePositives + falsePositives + falseNegatives);
  }

  /// The harmonic mean of precision and recall in which recall counts beta times as much; F1 for
  /// beta 1. Van Rijsbergen 1979.
  public double fBeta(double beta) {
    double square = beta * beta;
    return (1 + square)
        * truePositives
        / ((1 + square) * truePositives + square * falseNegatives + falsePositives);
  }

  /// Cohen's kappa (1960): agreement beyond that of deciders who ignore the row, 1 at best, 0 at
  /// chance. Falls with the base rate at equal skill, so compare it within one data set only.
  public double kappa() {
    double n = total();
    double observed = (truePositives + trueNegatives) / n;
    double chance =
        ((truePositives + falsePositives) * (truePositives + falseNegatives)
                + (trueNegatives + falseNegatives) * (trueNegatives + falsePositives))
            / (n * n);
    return (observed - chance) / (1 - chance);
  }

  public double accuracy() {
    return (truePositives + trueNegatives) / total();
  }

  public double balancedAccuracy() {
    return (recall() + 1 - falsePositiveRate()) / 2;
  }

  /// Share of rows acted on.
  public double actionRate() {
    return (truePositives + falsePositives) / total();
  }

  /// Matthews correlation, -1 to 1.
  public double matthews() {
    double product =
        (truePositives + falsePositives)
            * (truePositives + falseNegatives)
            * (trueNegatives + falsePositives)
            * (trueNegatives + falseNegatives);
    return (truePositives * trueNegatives - falsePositives * falseNegatives) / Math.sqrt(product);
  }
}
