package dev.gnomon.training;

import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.FittedPreprocessing;
import dev.gnomon.models.Matrix;
import dev.gnomon.stats.RandomStream;
import dev.gnomon.stats.RankedScores;
import dev.gnomon.training.Evaluation.Importance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// How much ROC-AUC is lost, or by how much the RMSE of numbers rises, when the values of one
/// feature are dealt out anew among the rows (Breiman 2001; Fisher, Rudin, Dominici 2019). All
/// model inputs of a feature are shuffled together. Features that say the same share their
/// importance: each can stand in for the other.
final class Importances {
  private static final int MAX_ROWS = 5_000;
  private static final int REPEATS = 3;

  private Importances() {}

  static List<Importance> of(TrainingSet set, Fitted fitted, int[] rows, long seed) {
    RandomStream random = RandomStream.of(seed).split("importance");
    int[] sample = rows.clone();
    if (rows.length > MAX_ROWS) {
      random.split("sample").shuffle(sample);
      sample = java.util.Arrays.copyOf(sample, MAX_ROWS);
    }
    FittedPreprocessing preprocessing = fitted.preprocessing();
    Matrix inputs = preprocessing.apply(set.rows(), sample);
    double[] labels = new double[sample.length];
    for (int i = 0; i < sample.length; i++) {
      labels[i] = set.labels()[sample[i]];
    }
    boolean number = set.plan().useCase().frame().task().isNumber();
    double base = quality(number, fitted.scores(inputs), labels);
    List<Importance> found = new ArrayList<>();
    for (int feature = 0; feature < preprocessing.inputs().size(); feature++) {
      List<Integer> columns = new ArrayList<>();
      for (int c = 0; c < preprocessing.width(); c++) {
        if (preprocessing.isOf(c, feature)) {
          columns.add(c);
        }
      }
      if (columns.isEmpty() || Double.isNaN(base)) {
        continue;
      }
      String name = preprocessing.inputs().field(feature).name();
      double sum = 0;
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int repeat = 0; repeat < REPEATS; repeat++) {
        int[] order = new int[sample.length];
        java.util.Arrays.setAll(order, i -> i);
        random.split(name).split(repeat).shuffle(order);
        double drop =
            base
                - quality(
                    number,
                    fitted.scores(
                        preprocessing.isSeparate()
                            ? shuffled(inputs, columns, order)
                            : preprocessing.apply(set.rows(), sample, feature, order)),
                    labels);
        sum += drop;
        low = Math.min(low, drop);
        high = Math.max(high, drop);
      }
      found.add(new Importance(name, sum / REPEATS, low, high));
    }
    found.sort(
        Comparator.<Importance>comparingDouble(i -> -i.drop()).thenComparing(Importance::feature));
    return found;
  }

  /// Higher is better.
  private static double quality(boolean number, double[] scores, double[] labels) {
    return number
        ? -NumberMetrics.values(List.of("rmse"), scores, labels).values().iterator().next()
        : RankedScores.of(scores, labels).rocAuc();
  }

  private static Matrix shuffled(Matrix inputs, List<Integer> columns, int[] order) {
    float[] values = inputs.values().clone();
    int width = inputs.width();
    for (int row = 0; row < order.length; row++) {
      for (int column : columns) {
        values[row * width + column] = inputs.values()[order[row] * width + column];
      }
    }
    return new Matrix(inputs.names(), values, inputs.rows());
  }
}
