package dev.gnomon.training;

import dev.gnomon.models.Calibration;
import dev.gnomon.models.FittedPreprocessing;
import dev.gnomon.models.Model;
import dev.gnomon.models.Policy;
import java.util.LinkedHashMap;
import java.util.Map;

/// The chosen candidate, ready to be put into a bundle, and what is known of it.
///
/// @param rows of the training part that have an out-of-fold score: all but those that no fold
///   tests
/// @param probabilities calibrated (or the numbers foreseen), out of fold, one per row of `rows`:
///   the reference that production scores are compared with
/// @param origin where a model that was fitted elsewhere comes from, by name, for the lineage;
///   empty for our own
/// @param aside what is known besides and no part of any hash
public record Trained(
    Split split,
    Evaluation evaluation,
    FittedPreprocessing preprocessing,
    Model model,
    Calibration calibration,
    Policy policy,
    int[] rows,
    double[] probabilities,
    Map<String, String> origin,
    Aside aside) {
  public Trained {
    origin = Map.copyOf(origin);
  }

  /// How long each candidate took, by name.
  public Map<String, Double> seconds() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    aside.footprints().forEach(f -> seconds.merge(f.candidate(), f.seconds(), Double::sum));
    return seconds;
  }

  /// The same with another evaluation.
  Trained with(Evaluation other) {
    return new Trained(
        split,
        other,
        preprocessing,
        model,
        calibration,
        policy,
        rows,
        probabilities,
        origin,
        aside);
  }
}
