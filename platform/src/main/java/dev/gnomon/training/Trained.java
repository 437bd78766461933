package dev.gnomon.training;

import dev.gnomon.models.Calibration;
import dev.gnomon.models.FittedPreprocessing;
import dev.gnomon.models.Model;
import dev.gnomon.models.Policy;
import java.util.Map;

/// The chosen candidate, ready to be put into a bundle, and what is known of it.
///
/// @param rows of the training part that have an out-of-fold score: all but those that no fold
///   tests
/// @param probabilities calibrated, out of fold, one per row of `rows`: the reference that
///   production scores are compared with
/// @param seconds how long each candidate took; no part of any hash
public record Trained(
    Split split,
    Evaluation evaluation,
    FittedPreprocessing preprocessing,
    Model model,
    Calibration calibration,
    Policy policy,
    int[] rows,
    double[] probabilities,
    Map<String, Double> seconds) {
  /// The same with another evaluation.
  Trained with(Evaluation other) {
    return new Trained(
        split, other, preprocessing, model, calibration, policy, rows, probabilities, seconds);
  }
}
