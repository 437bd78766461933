package dev.gnomon.learners.trees;

import dev.gnomon.core.Progress;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import java.util.List;
import java.util.Map;

/// Rows by formula, so that another library can be given the same ones.
record TreeData(Matrix matrix, float[] classes, float[] numbers, float[] weights) {

  /// A small grid of five inputs with weights 1, 1.5 and 2.
  static TreeData small(int rows) {
    int width = 5;
    float[] values = new float[rows * width];
    float[] classes = new float[rows];
    float[] numbers = new float[rows];
    float[] weights = new float[rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j++) {
        long k = ((i + 1L) * 7919 * (2 * j + 3) + ((long) i * i + 1) * (j + 1) * 31) % 1000;
        values[i * width + j] = (float) (k / 500.0 - 1);
      }
      double z = signal(values, i * width) + ((i * 31337L) % 997) / 997.0 * 3 - 1.5;
      classes[i] = z > 0.2 ? 1 : 0;
      numbers[i] = (float) z;
      weights[i] = 1 + (i % 3) * 0.5f;
    }
    return new TreeData(
        new Matrix(List.of("a", "b", "c", "d", "e"), values, rows), classes, numbers, weights);
  }

  /// As many rows as one likes of six inputs without a pattern.
  static TreeData large(int rows, int from) {
    int width = 6;
    float[] values = new float[rows * width];
    float[] classes = new float[rows];
    float[] numbers = new float[rows];
    float[] weights = new float[rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j++) {
        values[i * width + j] = (float) (2 * unit(from + i, j) - 1);
      }
      double z = signal(values, i * width) + unit(from + i, 6) * 3 - 1.5;
      classes[i] = z > 0.2 ? 1 : 0;
      numbers[i] = (float) z;
      weights[i] = 1;
    }
    return new TreeData(
        new Matrix(List.of("a", "b", "c", "d", "e", "f"), values, rows), classes, numbers, weights);
  }

  private static double unit(int i, int j) {
    double value = Math.sin((i + 1.0) * (12.9898 + j * 7.233)) * 43758.5453;
    return value - Math.floor(value);
  }

  private static double signal(float[] x, int at) {
    return x[at] - 0.7 * x[at + 1] + 1.5 * x[at + 2] * x[at + 3];
  }

  int width() {
    return matrix.width();
  }

  Fit fit(Fit.Target target, Map<String, String> settings, long seed, int threads) {
    return new Fit(
        target,
        Fit.Rows.of(matrix, target == Fit.Target.NUMBER ? numbers : classes, weights),
        Fit.Rows.none(matrix.names()),
        settings,
        seed,
        threads,
        Progress.NONE);
  }

  Model train(Trainer trainer, Fit.Target target, Map<String, String> settings) {
    return trainer.train(fit(target, settings, 1, 2));
  }

  double[] margins(Model model) {
    double[] out = new double[matrix.rows()];
    model.margins(matrix.values(), out.length, out);
    return out;
  }

  /// The share of pairs in the right order.
  double auc(Model model) {
    double[] scores = margins(model);
    Integer[] order = new Integer[scores.length];
    java.util.Arrays.setAll(order, i -> i);
    java.util.Arrays.sort(order, java.util.Comparator.comparingDouble(i -> scores[i]));
    double rank = 0;
    double positives = 0;
    int k = 0;
    while (k < order.length) {
      int start = k;
      while (k < order.length && scores[order[k]] == scores[order[start]]) {
        k++;
      }
      for (int i = start; i < k; i++) {
        if (classes[order[i]] > 0.5) {
          rank += (start + 1 + k) / 2.0;
          positives++;
        }
      }
    }
    return (rank - positives * (positives + 1) / 2) / (positives * (order.length - positives));
  }

  /// The mean squared error of the probabilities.
  double brier(Model model) {
    double[] scores = margins(model);
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      double miss = model.output().score(scores[i]) - classes[i];
      sum += miss * miss;
    }
    return sum / scores.length;
  }

  double r2(Model model) {
    double[] scores = margins(model);
    double mean = 0;
    for (float y : numbers) {
      mean += y / (double) numbers.length;
    }
    double miss = 0;
    double spread = 0;
    for (int i = 0; i < scores.length; i++) {
      miss += (numbers[i] - scores[i]) * (numbers[i] - scores[i]);
      spread += (numbers[i] - mean) * (numbers[i] - mean);
    }
    return 1 - miss / spread;
  }
}
