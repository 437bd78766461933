package dev.gnomon.learners.trees;

import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.trees.OutOfBag;
import dev.gnomon.models.trees.Tree;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/// Predicts training rows by the trees whose bags left them out, tree by tree, so that the sums do
/// not depend on the number of threads.
///
/// @param predictions per row, NaN where there is none
record OutOfBagScore(Fit.Rows rows, double[] predictions) {
  private static final int PARTS = 64;

  static OutOfBagScore none() {
    return new OutOfBagScore(Fit.Rows.none(java.util.List.of()), new double[0]);
  }

  /// @param drawn how often each group is in the bag of a tree
  /// @param most how many rows to predict at most, evenly spaced
  static OutOfBagScore of(
      Fit.Rows rows, Tree[] trees, IntFunction<int[]> drawn, int most, Workers workers) {
    int size = rows.size();
    int step = Math.max(1, (size + most - 1) / most);
    double[] sums = new double[size];
    int[] counts = new int[size];
    int width = rows.inputs().width();
    int part = (size + PARTS - 1) / PARTS;
    for (int t = 0; t < trees.length; t++) {
      int[] bag = drawn.apply(t);
      Tree tree = trees[t];
      workers.run(
          PARTS,
          p -> {
            int end = Math.min(size, (p + 1) * part);
            for (int i = (p * part + step - 1) / step * step; i < end; i += step) {
              if (bag[rows.groups()[i]] == 0) {
                sums[i] += tree.score(rows.inputs().values(), i * width);
                counts[i]++;
              }
            }
          });
    }
    double[] predictions = new double[size];
    Arrays.setAll(predictions, i -> counts[i] > 0 ? sums[i] / counts[i] : Double.NaN);
    return new OutOfBagScore(rows, predictions);
  }

  OutOfBag figures(Fit.Target target) {
    int count = 0;
    double weight = 0;
    double squares = 0;
    double sum = 0;
    double right = 0;
    for (int i = 0; i < predictions.length; i++) {
      if (!Double.isNaN(predictions[i])) {
        count++;
        double w = rows.weights()[i];
        double y = rows.targets()[i];
        weight += w;
        sum += w * y;
        squares += w * (y - predictions[i]) * (y - predictions[i]);
        right += predictions[i] >= 0.5 == y > 0.5 ? w : 0;
      }
    }
    if (count == 0) {
      return OutOfBag.none();
    }
    double spread = 0;
    for (int i = 0; i < predictions.length; i++) {
      if (!Double.isNaN(predictions[i])) {
        double off = rows.targets()[i] - sum / weight;
        spread += rows.weights()[i] * off * off;
      }
    }
    Map<String, Double> figures = new TreeMap<>();
    if (target == Fit.Target.NUMBER) {
      figures.put("mse", squares / weight);
      if (spread > 0) {
        figures.put("r2", 1 - squares / spread);
      }
    } else {
      figures.put("brier", squares / weight);
      figures.put("accuracy", right / weight);
      if (spread > 0) {
        figures.put("roc-auc", auc());
      }
    }
    return new OutOfBag(count, figures, predictions);
  }

  /// The weighted share of pairs of a positive and a negative in the right order, ties counted
  /// half.
  private double auc() {
    int[] order = new int[predictions.length];
    int count = 0;
    for (int i = 0; i < order.length; i++) {
      if (!Double.isNaN(predictions[i])) {
        order[count++] = i;
      }
    }
    long[] keys = new long[count];
    for (int k = 0; k < count; k++) {
      // Predictions are not negative, so that their bits order as they do.
      keys[k] = Float.floatToIntBits((float) predictions[order[k]]) * (1L << 32) | k;
    }
    Arrays.sort(keys);
    double negatives = 0;
    double positives = 0;
    double pairs = 0;
    int k = 0;
    while (k < count) {
      long value = keys[k] >> 32;
      double pos = 0;
      double neg = 0;
      while (k < count && keys[k] >> 32 == value) {
        int row = order[(int) keys[k++]];
        if (rows.targets()[row] > 0.5) {
          pos += rows.weights()[row];
        } else {
          neg += rows.weights()[row];
        }
      }
      pairs += pos * (negatives + neg / 2);
      negatives += neg;
      positives += pos;
    }
    return pairs / (positives * negatives);
  }
}
