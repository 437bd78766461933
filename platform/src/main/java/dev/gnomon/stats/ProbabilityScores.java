package dev.gnomon.stats;

/// How good probabilities are, row by row: proper scores, so that only the true probability
/// minimises them. Weights are per row; the results are weighted means.
public final class ProbabilityScores {
  /// Probabilities are clipped to [CLIP, 1 - CLIP] before their logarithm is taken. The bound
  /// changes the answer and is therefore part of the definition.
  public static final double CLIP = 1e-15;

  private ProbabilityScores() {}

  /// Mean of -ln(probability given to what happened).
  public static double logLoss(double[] probabilities, double[] labels, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < probabilities.length; i++) {
      double p = Math.clamp(probabilities[i], CLIP, 1 - CLIP);
      sum -= weights[i] * (labels[i] * Math.log(p) + (1 - labels[i]) * Math.log1p(-p));
      total += weights[i];
    }
    return sum / total;
  }

  /// Mean squared distance between probability and outcome (Brier 1950), 0 to 1.
  public static double brier(double[] probabilities, double[] labels, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < probabilities.length; i++) {
      double error = probabilities[i] - labels[i];
      sum += weights[i] * error * error;
      total += weights[i];
    }
    return sum / total;
  }

  /// 1 - Brier / Brier of always saying the base rate of these rows: 0 is no better than that, 1 is
  /// perfect, NaN when only one class is there.
  public static double brierSkill(double[] probabilities, double[] labels, double[] weights) {
    double positives = 0;
    double total = 0;
    for (int i = 0; i < labels.length; i++) {
      positives += weights[i] * labels[i];
      total += weights[i];
    }
    double rate = positives / total;
    double reference = rate * (1 - rate);
    return reference == 0 ? Double.NaN : 1 - brier(probabilities, labels, weights) / reference;
  }

  /// Weights of 1, for rows that count alike.
  public static double[] ones(int rows) {
    double[] ones = new double[rows];
    java.util.Arrays.fill(ones, 1);
    return ones;
  }
}
