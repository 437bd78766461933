package dev.gnomon.learners;

import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Output;
import java.util.Arrays;

/// How far a linear model by stochastic gradient descent has come: everything that [SgdPlan#pass]
/// needs to go on with the next rows of a stream. Immutable; the arrays belong to it.
///
/// @param weights of the inputs, and the intercept last, for the standardised target
/// @param first the optimiser's memory of gradients
/// @param second its memory of their squares
/// @param steps taken so far
/// @param passes made so far
/// @param averaged the sum of the weights after each step since averaging began
/// @param averagedSteps how many that were
/// @param sums of weight x input over all rows seen, and of the weights last
/// @param centre subtracted from the target
/// @param spread the target was divided by
public record SgdState(
    double[] weights,
    double[] first,
    double[] second,
    long steps,
    int passes,
    double[] averaged,
    long averagedSteps,
    double[] sums,
    double centre,
    double spread) {

  /// Before any row.
  ///
  /// @param intercept where the last weight begins
  static SgdState start(int width, double intercept, Standard standard) {
    double[] weights = new double[width + 1];
    weights[width] = intercept;
    return new SgdState(
        weights,
        new double[width + 1],
        new double[width + 1],
        0,
        0,
        new double[width + 1],
        0,
        new double[width + 1],
        standard.mean(),
        standard.spread());
  }

  /// The weights to score with: their mean since averaging began, else the last ones.
  double[] current() {
    if (averagedSteps == 0) {
      return weights.clone();
    }
    double[] mean = averaged.clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= averagedSteps;
    }
    return mean;
  }

  /// The model so far. Margins of classes are taken as log-odds.
  public LinearModel model(Output output) {
    double[] means = Arrays.copyOf(sums, sums.length - 1);
    for (int i = 0; i < means.length; i++) {
      means[i] /= sums[means.length] > 0 ? sums[means.length] : 1;
    }
    double[] w = current();
    return new LinearModel(output, w[means.length], Arrays.copyOf(w, means.length), means)
        .stretched(spread, centre);
  }
}
