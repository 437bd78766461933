package dev.gnomon.stats;

/// What another policy would have earned, from decisions that a randomised one logged.
///
/// Each row counts by w = evaluated / logged chance of the action taken. Without randomness in the
/// log (propensities of 0 and 1) nothing can be said about actions never taken. Read the effective
/// sample size first: at a few rows every estimate is noise.
///
/// @param weights w per row
/// @param ips mean of w reward: unbiased, and wild where the logged chance is small
/// @param snips sum of w reward over sum of w: biased a little, bounded by the rewards seen
/// @param direct mean reward that the reward model gives the evaluated policy
/// @param doublyRobust direct plus the weighted residuals: right if either model or propensities
///   are. Dudik, Langford, Li 2011
/// @param doublyRobustNormalised with the weights brought to sum 1
/// @param effectiveRows (sum w)^2 / sum w^2
/// @param ipsError standard error of `ips`
public record OffPolicy(
    double[] weights,
    double ips,
    double snips,
    double direct,
    double doublyRobust,
    double doublyRobustNormalised,
    double effectiveRows,
    double ipsError) {

  /// @param actions taken, from 0
  /// @param logged chance with which the action taken was drawn, above 0
  /// @param evaluated per row and action, the chance under the policy in question
  /// @param model per row and action, the predicted reward; from rows other than these
  public static OffPolicy of(
      int[] actions, double[] rewards, double[] logged, double[][] evaluated, double[][] model) {
    int n = actions.length;
    double[] weights = new double[n];
    double[] weighted = new double[n];
    double total = 0;
    double squares = 0;
    double earned = 0;
    double direct = 0;
    double residuals = 0;
    for (int i = 0; i < n; i++) {
      if (!(logged[i] > 0 && logged[i] <= 1)) {
        throw new IllegalArgumentException(
            "row %d was logged with a chance of %s; above 0, at most 1".formatted(i, logged[i]));
      }
      double w = evaluated[i][actions[i]] / logged[i];
      weights[i] = w;
      weighted[i] = w * rewards[i];
      total += w;
      squares += w * w;
      earned += weighted[i];
      for (int a = 0; a < evaluated[i].length; a++) {
        direct += evaluated[i][a] * model[i][a];
      }
      residuals += w * (rewards[i] - model[i][actions[i]]);
    }
    return new OffPolicy(
        weights,
        earned / n,
        earned / total,
        direct / n,
        (direct + residuals) / n,
        direct / n + residuals / total,
        total * total / squares,
        Math.sqrt(Samples.variance(weighted) / n));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OffPolicy o
        && java.util.Arrays.equals(weights, o.weights)
        && ips == o.ips
        && doublyRobust == o.doublyRobust;
  }

  @Override
  public int hashCode() {
    return java.util.Arrays.hashCode(weights);
  }

  @Override
  public String toString() {
    return "OffPolicy[ips=%s, snips=%s, direct=%s, doublyRobust=%s, effectiveRows=%s]"
        .formatted(ips, snips, direct, doublyRobust, effectiveRows);
  }
}
