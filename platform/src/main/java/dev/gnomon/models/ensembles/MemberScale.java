package dev.gnomon.models.ensembles;

import dev.gnomon.models.Output;

/// The scale on which members of an ensemble meet, whatever each puts out itself.
public enum MemberScale {
  /// As it comes: for members that agree.
  OWN {
    @Override
    double of(Output output, double raw) {
      return raw;
    }

    @Override
    double slope(Output output, double raw) {
      return 1;
    }
  },
  /// Probabilities.
  PROBABILITY {
    @Override
    double of(Output output, double raw) {
      return output.score(raw);
    }

    @Override
    double slope(Output output, double raw) {
      if (output != Output.LOG_ODDS) {
        return 1;
      }
      double p = output.score(raw);
      return p * (1 - p);
    }
  },
  /// Log-odds; of a probability no farther than 1e-6 from 0 and 1.
  LOG_ODDS {
    @Override
    double of(Output output, double raw) {
      if (output != Output.PROBABILITY) {
        return raw;
      }
      double p = Math.clamp(raw, LEAST, 1 - LEAST);
      return Math.log(p / (1 - p));
    }

    @Override
    double slope(Output output, double raw) {
      if (output != Output.PROBABILITY) {
        return 1;
      }
      double p = Math.clamp(raw, LEAST, 1 - LEAST);
      return 1 / (p * (1 - p));
    }
  };

  private static final double LEAST = 1e-6;

  abstract double of(Output output, double raw);

  /// The derivative of [#of] in the raw output.
  abstract double slope(Output output, double raw);

  /// What the members' outputs become on this scale.
  public double score(Output output, double raw) {
    return of(output, raw);
  }
}
