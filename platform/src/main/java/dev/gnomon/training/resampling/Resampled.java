package dev.gnomon.training.resampling;

import dev.gnomon.models.spi.Fit;
import java.util.List;

/// The rows a model is fitted on.
///
/// @param positives positive rows after by before: how much more often a positive is seen
/// @param negatives the same of negative rows
/// @param random whether rows of a class were drawn or left out at random, so that the change of
///   the odds is known
/// @param notes what was done, and what could not be
public record Resampled(
    Fit.Rows rows, double positives, double negatives, boolean random, List<String> notes) {
  public Resampled {
    notes = List.copyOf(notes);
  }

  static Resampled unchanged(Fit.Rows rows, String... notes) {
    return new Resampled(rows, 1, 1, true, List.of(notes));
  }

  /// What has to be added to the log-odds of a model fitted on these rows to bring its
  /// probabilities back to the rows before (Elkan 2001, theorem 2; Saerens et al. 2002, equation
  /// 4). 0 where the change is no random one: then calibration on rows as they are does it.
  public double logOdds() {
    return random ? Math.log(negatives) - Math.log(positives) : 0;
  }

  /// Rows held out of the fit, weighted to the same shares of the classes, for early stopping. The
  /// rows stay what they are.
  public Fit.Rows weighted(Fit.Rows held) {
    if (positives == 1 && negatives == 1) {
      return held;
    }
    float[] weights = held.weights().clone();
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= (float) (held.targets()[i] == 1 ? positives : negatives);
    }
    return new Fit.Rows(held.inputs(), held.targets(), weights, held.groups());
  }
}
