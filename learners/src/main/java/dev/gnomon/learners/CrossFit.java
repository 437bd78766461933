package dev.gnomon.learners;

import dev.gnomon.models.spi.Fit;
import dev.gnomon.stats.PlattFit;
import dev.gnomon.stats.RandomStream;
import java.util.function.Function;

/// Scores of rows by fits that saw neither the row nor its group, and the logistic curve that
/// brings them to probabilities.
final class CrossFit {
  static final int FOLDS = 5;

  private CrossFit() {}

  /// Gives the decision values of the rows of a matrix, one after the other.
  interface Decision {
    double of(float[] row, int offset);
  }

  /// Platt's curve over out-of-fold decision values: log-odds = -(a x decision + b). Without two
  /// groups there is nothing to hold out, and the curve is flat at the base rate.
  static PlattFit platt(Fit.Rows rows, long seed, Function<Fit.Rows, Decision> fitted) {
    int[] folds = GroupFolds.of(rows, FOLDS, RandomStream.of(seed).split("platt"));
    int count = GroupFolds.count(folds);
    double base = BaseRate.logOdds(rows.targets(), rows.weights());
    if (count < 2) {
      return new PlattFit(0, -base);
    }
    double[] scores = new double[rows.size()];
    int width = rows.inputs().width();
    for (int fold = 0; fold < count; fold++) {
      Decision decision =
          fitted.apply(GroupFolds.take(rows, GroupFolds.positions(folds, fold, false)));
      for (int i : GroupFolds.positions(folds, fold, true)) {
        scores[i] = decision.of(rows.inputs().values(), i * width);
      }
    }
    double[] labels = new double[scores.length];
    double[] weights = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      labels[i] = rows.targets()[i];
      weights[i] = rows.weights()[i];
    }
    return PlattFit.fit(scores, labels, weights);
  }

  /// Whether only one class is there, so that no line parts anything.
  static boolean oneClass(float[] labels) {
    for (float label : labels) {
      if (label != labels[0]) {
        return false;
      }
    }
    return true;
  }
}
