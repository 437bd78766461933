package dev.gnomon.training;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.TrainingSection.Weights;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Table;
import dev.gnomon.expression.Expression;
import dev.gnomon.expression.ExpressionException;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Policy;
import java.util.Arrays;

/// What each row of a training set weighs in a fit (`training.weights`).
///
/// With `costs`, a row weighs what the mistake on it costs: FN - TP for a positive, FP - TN for a
/// negative, in size (Zadrozny, Langford, Abe: Cost-sensitive learning by cost-proportionate
/// example weighting, 2003). A missing cost is the typical one of the training rows, and a mistake
/// that costs nothing weighs a millionth of the mean, since a weight is positive.
///
/// Weights are for fitting models alone: calibration, operating points and every figure look at
/// rows as they come, one by one.
final class RowWeights {
  private static final double LEAST = 1e-6;

  private final double[] weights;

  private RowWeights(double[] weights) {
    this.weights = weights;
  }

  /// All the same.
  static RowWeights none() {
    return new RowWeights(new double[0]);
  }

  /// @throws BadInput when a weight is missing or not positive
  static RowWeights of(UseCase useCase, TrainingSet set, int[] rows, Policy policy) {
    Weights stated = useCase.training().weights().orElse(null);
    return stated == null
        ? none()
        : new RowWeights(
            switch (stated) {
              case Weights.Costs _ -> costs(useCase, set, rows, policy);
              case Weights.Stated s -> stated(useCase, set, rows, s.expression());
            });
  }

  private static double[] costs(UseCase useCase, TrainingSet set, int[] rows, Policy policy) {
    double[] weights = new double[set.size()];
    Table.Cursor cursor = set.rows().cursor();
    double sum = 0;
    for (int row : rows) {
      boolean positive = set.labels()[row] == 1;
      Table.Cursor at = cursor.at(row);
      double mistake = policy.cost(!positive, positive, at) - policy.cost(positive, positive, at);
      weights[row] = Math.abs(mistake);
      sum += weights[row];
    }
    if (!(sum > 0)) {
      throw new BadInput(
          useCase.name() + ": training.weights",
          "'costs', but no mistake on a training row costs anything",
          "problem.costs that differ between right and wrong, or no weights");
    }
    double least = LEAST * sum / rows.length;
    for (int row : rows) {
      weights[row] = Math.max(least, weights[row]);
    }
    return weights;
  }

  private static double[] stated(
      UseCase useCase, TrainingSet set, int[] rows, Expression expression) {
    String place = useCase.name() + ": training.weights";
    Expression.Bound bound;
    try {
      bound = expression.bind(set.rows().schema(), Expression.Kind.NUMBER);
    } catch (ExpressionException e) {
      throw new BadInput(place, e.found(), e.valid());
    }
    double[] weights = new double[set.size()];
    Table.Cursor cursor = set.rows().cursor();
    int wrong = 0;
    int first = -1;
    for (int row : rows) {
      weights[row] = bound.number(cursor.at(row));
      if (!(weights[row] > 0)) {
        wrong++;
        first = first < 0 ? row : first;
      }
    }
    if (wrong > 0) {
      throw new BadInput(
          place,
          "%,d of %,d training rows have no positive weight, the first with key '%s': %s"
              .formatted(
                  wrong,
                  rows.length,
                  set.keys().dictionary().text(set.keys().codes()[first]),
                  Double.isNaN(weights[first]) ? "missing" : Double.toString(weights[first])),
          "a number above 0 for every row, as in `coalesce(%s, 1)`".formatted(expression.text()));
    }
    return weights;
  }

  boolean differ() {
    return weights.length > 0;
  }

  /// Of the given rows, with mean 1, so that what a learner's settings mean does not depend on the
  /// unit of the weights.
  float[] of(int[] rows) {
    float[] found = new float[rows.length];
    Arrays.fill(found, 1);
    if (weights.length > 0) {
      double sum = 0;
      for (int row : rows) {
        sum += weights[row];
      }
      for (int i = 0; i < rows.length; i++) {
        found[i] = (float) (weights[rows[i]] * rows.length / sum);
      }
    }
    return found;
  }
}
