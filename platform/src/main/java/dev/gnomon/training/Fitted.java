package dev.gnomon.training;

import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Calibration;
import dev.gnomon.models.FittedPreprocessing;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import java.util.List;

/// A model with the preprocessing that was fitted on the same rows.
///
/// @param logOdds what brings its scores back from resampled rows to rows as they come
/// @param notes what was done to its rows
record Fitted(FittedPreprocessing preprocessing, Model model, double logOdds, List<String> notes) {
  Fitted(FittedPreprocessing preprocessing, Model model) {
    this(preprocessing, model, 0, List.of());
  }

  /// The scores of the given rows, uncalibrated.
  double[] scores(TrainingSet set, int[] rows) {
    return scores(preprocessing.apply(set.rows(), rows));
  }

  double[] scores(Matrix inputs) {
    double[] scores = new double[inputs.rows()];
    model.margins(inputs.values(), inputs.rows(), scores);
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Calibration.shift(model.output().score(scores[i]), logOdds);
    }
    return scores;
  }
}
