package dev.gnomon.learners;

/// What is known of the target before any input.
final class BaseRate {
  private BaseRate() {}

  /// Half a row on each side keeps the odds finite when a class is absent.
  static double logOdds(float[] labels, float[] weights) {
    double positives = 0;
    double negatives = 0;
    for (int i = 0; i < labels.length; i++) {
      positives += (double) weights[i] * labels[i];
      negatives += (double) weights[i] * (1 - labels[i]);
    }
    return Math.log((positives + 0.5) / (negatives + 0.5));
  }

  /// The weighted mean; 0 without rows.
  static double mean(float[] targets, float[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < targets.length; i++) {
      sum += (double) weights[i] * targets[i];
      total += weights[i];
    }
    return total > 0 ? sum / total : 0;
  }
}
