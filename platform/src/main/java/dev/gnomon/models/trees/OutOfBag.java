package dev.gnomon.models.trees;

import java.util.Map;
import java.util.TreeMap;

/// How a bagged ensemble predicts its own training rows, each by the trees that did not see it: an
/// estimate of its quality on new rows that costs no validation part.
///
/// @param rows how many rows at least one tree had left out
/// @param figures by the name of the measure, over those rows: `roc-auc`, `brier`, `accuracy`; for
///   a number `r2`, `mse`. One that the rows don't define (one class only) is left out
/// @param predictions per training row, NaN where every tree saw it; only in the model that was
///   just trained, empty in one read back
public record OutOfBag(int rows, Map<String, Double> figures, double[] predictions) {
  public OutOfBag {
    figures = java.util.Collections.unmodifiableMap(new TreeMap<>(figures));
    predictions = predictions.clone();
  }

  /// Of a model without.
  public static OutOfBag none() {
    return new OutOfBag(0, Map.of(), new double[0]);
  }
}
