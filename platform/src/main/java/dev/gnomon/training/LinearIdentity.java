package dev.gnomon.training;

import dev.gnomon.data.Column;
import dev.gnomon.features.TrainingSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A target that is a linear combination of numeric inputs, found by least squares.
///
/// The normal equations of the standardised columns are solved by a Cholesky decomposition that
/// leaves out columns which depend on earlier ones. Missing values stand at the mean. An identity
/// leaves no residual, so precision is no worry here.
final class LinearIdentity {
  private static final int MAX_COLUMNS = 300;
  private static final double DEPENDENT = 1e-9;
  private static final double MIN_COEFFICIENT = 0.01;

  private LinearIdentity() {}

  /// @param sum whether the target is the plain sum of the columns
  record Found(List<String> columns, double r2, boolean sum) {}

  static Optional<Found> find(
      TrainingSet set, int[] rows, double[] targets, int[] folds, Set<String> admitted) {
    List<double[]> columns = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<String> inputs = set.plan().inputNames();
    for (int c = 0; c < inputs.size() && columns.size() < MAX_COLUMNS; c++) {
      if (set.rows().column(c) instanceof Column.Numbers numbers
          && !admitted.contains(inputs.get(c))) {
        double[] values = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
          values[i] = numbers.values()[rows[i]];
        }
        if (standardise(values)) {
          columns.add(values);
          names.add(inputs.get(c));
        }
      }
    }
    double[] target = targets.clone();
    if (columns.isEmpty() || !standardise(target)) {
      return Optional.empty();
    }
    double[] coefficients = solve(columns, target);
    double r2 = 1 - squares(columns, target, coefficients) / rows.length;
    if (r2 < Leaks.MAX_LINEAR_R2) {
      return Optional.empty();
    }
    // With nearly as many columns as rows anything fits: only what holds out of fold is an
    // identity.
    r2 = outOfFold(columns, target, folds);
    if (r2 < Leaks.MAX_LINEAR_R2) {
      return Optional.empty();
    }
    List<String> used = new ArrayList<>();
    for (int c = 0; c < coefficients.length; c++) {
      if (Math.abs(coefficients[c]) > MIN_COEFFICIENT) {
        used.add(names.get(c));
      }
    }
    return Optional.of(new Found(used, r2, isSum(set, rows, targets, used)));
  }

  private static boolean isSum(TrainingSet set, int[] rows, double[] targets, List<String> used) {
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < rows.length; i++) {
      double sum = 0;
      for (String name : used) {
        if (set.rows().column(name) instanceof Column.Numbers numbers) {
          sum += numbers.values()[rows[i]];
        }
      }
      worst = Math.max(worst, Double.isNaN(sum) ? 0 : Math.abs(targets[i] - sum));
      largest = Math.max(largest, Math.abs(targets[i]));
    }
    return used.size() > 1 && worst <= 1e-6 * largest;
  }

  private static double squares(List<double[]> columns, double[] target, double[] coefficients) {
    double residual = 0;
    for (int i = 0; i < target.length; i++) {
      double fitted = 0;
      for (int c = 0; c < coefficients.length; c++) {
        fitted += coefficients[c] * columns.get(c)[i];
      }
      residual += (target[i] - fitted) * (target[i] - fitted);
    }
    return residual;
  }

  private static double outOfFold(List<double[]> columns, double[] target, int[] folds) {
    double residual = 0;
    double variance = 0;
    for (int fold = 0; fold < Levels.FOLDS; fold++) {
      int f = fold;
      List<double[]> used = columns.stream().map(c -> part(c, folds, f, false)).toList();
      double[] wanted = part(target, folds, f, false);
      List<double[]> held = columns.stream().map(c -> part(c, folds, f, true)).toList();
      double[] actual = part(target, folds, f, true);
      residual += squares(held, actual, solve(used, wanted));
      for (double y : actual) {
        variance += y * y;
      }
    }
    return 1 - residual / variance;
  }

  private static double[] part(double[] values, int[] folds, int fold, boolean inside) {
    double[] found = new double[values.length];
    int n = 0;
    for (int i = 0; i < values.length; i++) {
      if ((folds[i] == fold) == inside) {
        found[n++] = values[i];
      }
    }
    return java.util.Arrays.copyOf(found, n);
  }

  private static boolean standardise(double[] values) {
    double sum = 0;
    int n = 0;
    for (double v : values) {
      if (!Double.isNaN(v)) {
        sum += v;
        n++;
      }
    }
    if (n == 0) {
      return false;
    }
    double mean = sum / n;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isNaN(values[i]) ? 0 : values[i] - mean;
      squares += values[i] * values[i];
    }
    double spread = Math.sqrt(squares / values.length);
    if (!(spread > 1e-12 * Math.abs(mean)) || spread == 0) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= spread;
    }
    return true;
  }

  private static double[] solve(List<double[]> columns, double[] target) {
    int p = columns.size();
    int n = target.length;
    double[][] a = new double[p][p];
    double[] b = new double[p];
    for (int i = 0; i < p; i++) {
      double[] x = columns.get(i);
      for (int j = 0; j <= i; j++) {
        a[i][j] = dot(x, columns.get(j)) / n;
      }
      b[i] = dot(x, target) / n;
    }
    boolean[] left = new boolean[p];
    for (int i = 0; i < p; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i][j];
        for (int k = 0; k < j; k++) {
          sum -= a[i][k] * a[j][k];
        }
        if (i == j) {
          left[i] = sum < DEPENDENT;
          a[i][i] = left[i] ? 0 : Math.sqrt(sum);
        } else {
          a[i][j] = left[j] ? 0 : sum / a[j][j];
        }
      }
    }
    double[] y = new double[p];
    for (int i = 0; i < p; i++) {
      double sum = b[i];
      for (int k = 0; k < i; k++) {
        sum -= a[i][k] * y[k];
      }
      y[i] = left[i] ? 0 : sum / a[i][i];
    }
    for (int i = p - 1; i >= 0; i--) {
      double sum = y[i];
      for (int k = i + 1; k < p; k++) {
        sum -= a[k][i] * y[k];
      }
      y[i] = left[i] ? 0 : sum / a[i][i];
    }
    return y;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
