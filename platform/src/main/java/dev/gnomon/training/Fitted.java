package dev.gnomon.training;

import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.FittedPreprocessing;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;

/// A model with the preprocessing that was fitted on the same rows.
record Fitted(FittedPreprocessing preprocessing, Model model) {

  /// The log-odds of the given rows, uncalibrated.
  double[] margins(TrainingSet set, int[] rows) {
    return margins(preprocessing.apply(set.rows(), rows));
  }

  double[] margins(Matrix inputs) {
    double[] margins = new double[inputs.rows()];
    model.margins(inputs.values(), inputs.rows(), margins);
    return margins;
  }
}
