package dev.gnomon.training;

import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Calibration;
import java.util.Map;

/// One recipe with all that was fitted on the training part, and its figures on validation.
///
/// @param rows of the training part that have an out-of-fold score
/// @param probabilities calibrated, out of fold, of these rows
/// @param loss out of fold, of what trials are compared by; lower is better
record Candidate(
    String trainer,
    Map<String, String> settings,
    Fitted fitted,
    Calibration calibration,
    PolicyFit.Result policyFit,
    int[] rows,
    double[] probabilities,
    double loss,
    Map<String, Double> validation,
    double seconds) {

  Candidate withSeconds(double value) {
    return new Candidate(
        trainer,
        settings,
        fitted,
        calibration,
        policyFit,
        rows,
        probabilities,
        loss,
        validation,
        value);
  }

  /// The calibrated scores of the given rows.
  double[] score(TrainingSet set, int[] rows) {
    return calibrated(calibration, fitted.scores(set, rows));
  }

  /// From the model's own score to a probability: what is served.
  Calibration served() {
    return fitted.logOdds() == 0
        ? calibration
        : new Calibration.Shifted(fitted.logOdds(), calibration);
  }

  static double[] calibrated(Calibration calibration, double[] scores) {
    double[] probabilities = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      probabilities[i] = calibration.apply(scores[i]);
    }
    return probabilities;
  }
}
