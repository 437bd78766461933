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
  /// Scores: probabilities, or numbers in the unit of the target.
  PROBABILITY {
    @Override
    double of(Output output, double raw) {
      return output.score(raw);
    }

    @Override
    double slope(Output output, double raw) {
      return switch (output) {
        case PROBABILITY, NUMBER -> 1;
        case LOG_NUMBER -> output.score(raw);
        case SIDE -> 0;
        case LOG_ODDS -> {
          double p = output.score(raw);
          yield p * (1 - p);
        }
      };
    }
  },
  /// Log-odds, of a probability no farther than 1e-6 from 0 and 1; or numbers.
  LOG_ODDS {
    @Override
    double of(Output output, double raw) {
      return switch (output) {
        case LOG_ODDS, NUMBER -> raw;
        case LOG_NUMBER -> output.score(raw);
        case PROBABILITY, SIDE -> {
          double p = Math.clamp(output.score(raw), LEAST, 1 - LEAST);
          yield Math.log(p / (1 - p));
        }
      };
    }

    @Override
    double slope(Output output, double raw) {
      return switch (output) {
        case LOG_ODDS, NUMBER -> 1;
        case LOG_NUMBER -> output.score(raw);
        case SIDE -> 0;
        case PROBABILITY -> {
          double p = Math.clamp(raw, LEAST, 1 - LEAST);
          yield 1 / (p * (1 - p));
        }
      };
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
