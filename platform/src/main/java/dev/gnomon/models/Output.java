package dev.gnomon.models;

/// What the number that a [Model] computes means.
public enum Output {
  /// Log-odds of a positive: boosted trees, logistic regression.
  LOG_ODDS {
    @Override
    public double score(double raw) {
      return 1 / (1 + Math.exp(-raw));
    }
  },
  /// The probability of a positive itself: averages over trees, votes, neighbours.
  PROBABILITY {
    @Override
    public double score(double raw) {
      return raw;
    }
  },
  /// A predicted number in the unit of the target: regression.
  NUMBER {
    @Override
    public double score(double raw) {
      return raw;
    }
  };

  /// A probability, or for [#NUMBER] the prediction; before any calibration.
  public abstract double score(double raw);
}
