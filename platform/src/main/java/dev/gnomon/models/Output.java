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
  },
  /// The natural logarithm of a predicted number: counts, amounts and durations learnt with a log
  /// link (Poisson, gamma, Tweedie).
  LOG_NUMBER {
    @Override
    public double score(double raw) {
      return Math.exp(raw);
    }
  },
  /// A side without a probability: above 0 is a positive (hinge loss). Its score is 0 or 1.
  SIDE {
    @Override
    public double score(double raw) {
      return raw > 0 ? 1 : 0;
    }
  };

  /// A probability, or where [#isNumber] the prediction; before any calibration.
  public abstract double score(double raw);

  /// Whether the score is a number in the unit of the target; else it lies from 0 to 1.
  public boolean isNumber() {
    return this == NUMBER || this == LOG_NUMBER;
  }
}
