package dev.gnomon.training;

import dev.gnomon.data.Column;
import dev.gnomon.features.TrainingSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Test rows of the rarer class that lie exactly between two rows of that class on the other side
/// of the split: what SMOTE leaves behind when a table was oversampled before it was split.
///
/// A row counts when for two of its 30 nearest rows a and b one share g, 0 < g < 1, gives `a + g (b
/// - a)` in every number, at least three of which differ between a and b, to 1e-6 of a standard
///   deviation. Whole numbers on a line have a g of a small denominator; such ones (up to 12) don't
///   count. The same is counted for the commoner class, in which it should be as frequent if it
///   came by nature. Numbers that were rounded after mixing are not found, nor is a table of fewer
///   than three numbers.
///
/// @param rows test rows of the rarer class that were looked at
/// @param mixed how many of them lie between two others
/// @param common the share of mixed rows in the commoner class
record MixedRows(int rows, int mixed, double common) {
  static final double LEAST = 0.1;
  private static final int LEAST_ROWS = 10;
  private static final int QUERIES = 200;
  private static final int CANDIDATES = 5_000;
  private static final int NEAREST = 30;
  private static final int DENOMINATORS = 12;
  private static final double TOLERANCE = 1e-6;

  static Optional<MixedRows> find(TrainingSet set, Split split) {
    List<double[]> numbers = new ArrayList<>();
    for (int c = 0; c < set.plan().inputs(); c++) {
      if (set.rows().column(c) instanceof Column.Numbers n) {
        numbers.add(n.values());
      }
    }
    long positives = Arrays.stream(split.test()).filter(r -> set.labels()[r] == 1).count();
    double rarer = 2 * positives <= split.test().length ? 1 : 0;
    if (numbers.size() < 3) {
      return Optional.empty();
    }
    double[][] columns = numbers.toArray(double[][]::new);
    double[] scales = scales(columns, split.train());
    int[] rare = spread(of(set, split.test(), rarer), QUERIES);
    if (rare.length < LEAST_ROWS) {
      return Optional.empty();
    }
    int mixed = mixed(columns, scales, rare, before(set, split, rarer));
    if (mixed < LEAST_ROWS || mixed < LEAST * rare.length) {
      return Optional.empty();
    }
    int[] others = spread(of(set, split.test(), 1 - rarer), QUERIES);
    double common =
        (double) mixed(columns, scales, others, before(set, split, 1 - rarer)) / others.length;
    return (double) mixed / rare.length >= 5 * common
        ? Optional.of(new MixedRows(rare.length, mixed, common))
        : Optional.empty();
  }

  private static int[] before(TrainingSet set, Split split, double label) {
    int[] both = Arrays.copyOf(split.train(), split.train().length + split.validation().length);
    System.arraycopy(split.validation(), 0, both, split.train().length, split.validation().length);
    return spread(of(set, both, label), CANDIDATES);
  }

  private static int[] of(TrainingSet set, int[] rows, double label) {
    return Arrays.stream(rows).filter(r -> set.labels()[r] == label).toArray();
  }

  private static int[] spread(int[] rows, int most) {
    if (rows.length <= most) {
      return rows;
    }
    int[] chosen = new int[most];
    for (int i = 0; i < most; i++) {
      chosen[i] = rows[(int) ((long) i * rows.length / most)];
    }
    return chosen;
  }

  private static double[] scales(double[][] columns, int[] rows) {
    double[] scales = new double[columns.length];
    for (int c = 0; c < scales.length; c++) {
      double sum = 0;
      double squares = 0;
      int n = 0;
      for (int row : rows) {
        double v = columns[c][row];
        if (!Double.isNaN(v)) {
          sum += v;
          squares += v * v;
          n++;
        }
      }
      scales[c] = n == 0 ? 0 : Math.sqrt(Math.max(0, squares / n - sum / n * (sum / n)));
    }
    return scales;
  }

  private static int mixed(double[][] columns, double[] scales, int[] rows, int[] candidates) {
    int found = 0;
    int wanted = Math.min(NEAREST, candidates.length);
    for (int row : rows) {
      int[] near = nearest(columns, scales, row, candidates, wanted);
      found += between(columns, scales, row, near) ? 1 : 0;
    }
    return found;
  }

  private static int[] nearest(
      double[][] columns, double[] scales, int row, int[] candidates, int wanted) {
    double[] best = new double[wanted];
    int[] at = new int[wanted];
    Arrays.fill(best, Double.POSITIVE_INFINITY);
    for (int candidate : candidates) {
      double distance = 0;
      for (int c = 0; c < columns.length && distance < best[wanted - 1]; c++) {
        double d = columns[c][row] - columns[c][candidate];
        distance += Double.isNaN(d) || scales[c] == 0 ? 0 : d * d / (scales[c] * scales[c]);
      }
      int i = wanted - 1;
      if (distance < best[i]) {
        for (; i > 0 && best[i - 1] > distance; i--) {
          best[i] = best[i - 1];
          at[i] = at[i - 1];
        }
        best[i] = distance;
        at[i] = candidate;
      }
    }
    return at;
  }

  private static boolean between(double[][] columns, double[] scales, int row, int[] near) {
    for (int i = 0; i < near.length; i++) {
      for (int j = i + 1; j < near.length; j++) {
        if (between(columns, scales, row, near[i], near[j])) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean between(double[][] columns, double[] scales, int row, int a, int b) {
    int widest = -1;
    double most = 0;
    int differing = 0;
    for (int c = 0; c < columns.length; c++) {
      double d = Math.abs(columns[c][b] - columns[c][a]);
      if (d > 0 && scales[c] > 0) {
        differing++;
        if (d / scales[c] > most) {
          most = d / scales[c];
          widest = c;
        }
      }
    }
    if (differing < 3) {
      return false;
    }
    double g =
        (columns[widest][row] - columns[widest][a]) / (columns[widest][b] - columns[widest][a]);
    if (!(g > 1e-3) || g >= 1 - 1e-3) {
      return false;
    }
    for (int c = 0; c < columns.length; c++) {
      double x = columns[c][row];
      double p = columns[c][a];
      double q = columns[c][b];
      if (Double.isNaN(p) || Double.isNaN(q)) {
        if (!Double.isNaN(x)) {
          return false;
        }
      } else if (!(Math.abs(x - p - g * (q - p)) <= TOLERANCE * scales[c] + 1e-12 * Math.abs(x))) {
        return false;
      }
    }
    for (int q = 2; q <= DENOMINATORS; q++) {
      if (Math.abs(g * q - Math.rint(g * q)) < 1e-6) {
        return false;
      }
    }
    return true;
  }
}
