package dev.gnomon.stats;

/// How good the probabilities of several classes are.
///
/// Labels are class numbers from 0; `probabilities[row][class]`, each row adding up to 1.
public final class MulticlassScores {
  private MulticlassScores() {}

  /// Mean of -ln(probability given to the class that came), clipped as in [ProbabilityScores].
  public static double logLoss(double[][] probabilities, int[] labels) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum -=
          Math.log(
              Math.clamp(
                  probabilities[i][labels[i]], ProbabilityScores.CLIP, 1 - ProbabilityScores.CLIP));
    }
    return sum / labels.length;
  }

  /// Mean over the classes of the ROC AUC of each against the rest. NaN when a class is absent.
  public static double rocAucOneVsRest(double[][] probabilities, int[] labels) {
    return oneVsRest(probabilities, labels, false);
  }

  /// As above, each class weighted by its share of the rows.
  public static double rocAucOneVsRestWeighted(double[][] probabilities, int[] labels) {
    return oneVsRest(probabilities, labels, true);
  }

  /// Mean over the pairs of classes of the AUC between the two, both ways round; it does not depend
  /// on how frequent classes are. Hand and Till 2001.
  public static double rocAucOneVsOne(double[][] probabilities, int[] labels) {
    int classes = probabilities[0].length;
    double sum = 0;
    for (int a = 0; a < classes; a++) {
      for (int b = 0; b < classes; b++) {
        sum += a == b ? 0 : between(probabilities, labels, a, b);
      }
    }
    return sum / (classes * (classes - 1));
  }

  private static double oneVsRest(double[][] probabilities, int[] labels, boolean byShare) {
    int classes = probabilities[0].length;
    double sum = 0;
    double total = 0;
    for (int c = 0; c < classes; c++) {
      double[] scores = new double[labels.length];
      double[] positive = new double[labels.length];
      double count = 0;
      for (int i = 0; i < labels.length; i++) {
        scores[i] = probabilities[i][c];
        positive[i] = labels[i] == c ? 1 : 0;
        count += positive[i];
      }
      double weight = byShare ? count : 1;
      sum += weight * RankedScores.of(scores, positive).rocAuc();
      total += weight;
    }
    return sum / total;
  }

  /// How well the probability of `a` tells rows of `a` from rows of `b`.
  private static double between(double[][] probabilities, int[] labels, int a, int b) {
    double[] scores = new double[labels.length];
    double[] positive = new double[labels.length];
    double[] weights = new double[labels.length];
    for (int i = 0; i < labels.length; i++) {
      scores[i] = probabilities[i][a];
      positive[i] = labels[i] == a ? 1 : 0;
      weights[i] = labels[i] == a || labels[i] == b ? 1 : 0;
    }
    return RankedScores.of(scores, positive).rocAuc(weights);
  }
}
