package dev.gnomon.training;

import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.FittedPreprocessing;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;

/// A model with the preprocessing that was fitted on the same rows.
record Fitted(FittedPreprocessing preprocessing, Model model) {

  /// The scores of the given rows, uncalibrated.
  double[] scores(TrainingSet set, int[] rows) {
    return scores(preprocessing.apply(set.rows(), rows));
  }

  double[] scores(Matrix inputs) {
    double[] scores = new double[inputs.rows()];
    model.margins(inputs.values(), inputs.rows(), scores);
    for (int i = 0; i < scores.length; i++) {
      scores[i] = model.output().score(scores[i]);
    }
    return scores;
  }
}
