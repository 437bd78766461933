package dev.gnomon.models;

/// What was decided for one row; mutable so that one per thread serves all requests.
public final class Decision {
  double score;
  boolean acts;
  boolean review;
  double value;
  double expectedCost;
  double threshold;
  Band band = Band.LOW;
  boolean costsAssumed;

  /// The calibrated probability, 0 to 1; or the predicted number, in the unit of the target.
  public double score() {
    return score;
  }

  /// Whether to act.
  public boolean acts() {
    return acts;
  }

  /// Whether a person is to decide; then it does not act.
  public boolean review() {
    return review;
  }

  /// What acting is expected to save against not acting; NaN without costs.
  public double value() {
    return value;
  }

  /// The expected cost of what was decided; NaN without costs.
  public double expectedCost() {
    return expectedCost;
  }

  /// The score above which the policy acts; NaN when that depends on the row.
  public double threshold() {
    return threshold;
  }

  public Band band() {
    return band;
  }

  /// Whether a cost was missing for this row, so that its typical value stood in.
  public boolean costsAssumed() {
    return costsAssumed;
  }

  /// How high the score is, seen from the decision: with t the score at which acting begins to pay
  /// for this row, HIGH is at least (1 + t) / 2, halfway from t to certainty; MEDIUM at least t, or
  /// acted on for any other reason; LOW the rest. So a positive decision is never LOW. NONE where a
  /// number is predicted, so that there is nothing to say yes or no to.
  public enum Band {
    LOW,
    MEDIUM,
    HIGH,
    NONE
  }
}
