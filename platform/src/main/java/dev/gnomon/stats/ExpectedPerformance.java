package dev.gnomon.stats;

/// Performance before labels are there, from calibrated probabilities alone.
///
/// A row predicted positive with probability p is a true positive p times, a false one 1 - p times,
/// and so on. Right as long as the probabilities are calibrated on the current rows, which no
/// change of what the inputs mean leaves intact: under concept drift the estimate stayed at 0.736
/// where the truth was 0.598. Show it beside the labels so far, and withdraw it when they disagree.
///
/// @param confusion expected counts
/// @param rocAuc area under the expected ROC curve, every row counted as a positive with weight p
///   and as a negative with weight 1 - p, ties one half
public record ExpectedPerformance(Confusion confusion, double rocAuc) {

  /// @param threshold acts at probabilities of at least this
  public static ExpectedPerformance of(double[] probabilities, double threshold) {
    int n = probabilities.length;
    double[] scores = new double[2 * n];
    double[] labels = new double[2 * n];
    double[] weights = new double[2 * n];
    for (int i = 0; i < n; i++) {
      scores[2 * i] = probabilities[i];
      scores[2 * i + 1] = probabilities[i];
      labels[2 * i] = 1;
      weights[2 * i] = probabilities[i];
      weights[2 * i + 1] = 1 - probabilities[i];
    }
    return new ExpectedPerformance(
        Confusion.at(threshold, scores, labels, weights),
        RankedScores.of(scores, labels).rocAuc(weights));
  }
}
