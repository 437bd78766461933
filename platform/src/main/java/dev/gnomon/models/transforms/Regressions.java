package dev.gnomon.models.transforms;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Selection by linear regressions of the target on the standardised inputs.
final class Regressions {
  private static final double RIDGE = 1;

  private Regressions() {}

  /// X'X and X'y of standardised inputs and the centred target, undivided. An input that does not
  /// vary has zeros.
  private record Products(double[][] gram, double[] right) {}

  private static Products products(Columns columns, double[] target) {
    int width = columns.width();
    double[][] standard = new double[width][];
    for (int i = 0; i < width; i++) {
      standard[i] = Redundancy.standardised(Selection.filled(columns, i));
      if (standard[i].length == 0) {
        standard[i] = new double[columns.rows()];
      }
    }
    double[][] gram = new double[width][width];
    double[] right = new double[width];
    for (int i = 0; i < width; i++) {
      right[i] = Redundancy.product(standard[i], target);
      for (int j = 0; j <= i; j++) {
        gram[i][j] = Redundancy.product(standard[i], standard[j]);
        gram[j][i] = gram[i][j];
      }
    }
    return new Products(gram, right);
  }

  /// Recursive elimination (Guyon, Weston, Barnhill, Vapnik: Gene selection for cancer
  /// classification, 2002) with a ridge regression: fits, drops the input of smallest absolute
  /// weight (of equal ones the last), and fits again until `keep` are left.
  static int[] recursive(Columns columns, Supervision told, int keep) {
    double mean = Moments.of(told.targets()).mean();
    Products products =
        products(columns, Arrays.stream(told.targets()).map(y -> y - mean).toArray());
    int[] kept = IntStream.range(0, columns.width()).toArray();
    while (kept.length > keep) {
      double[][] gram = new double[kept.length][kept.length];
      double[] right = new double[kept.length];
      for (int i = 0; i < kept.length; i++) {
        right[i] = products.right[kept[i]];
        for (int j = 0; j <= i; j++) {
          gram[i][j] = products.gram[kept[i]][kept[j]];
        }
        gram[i][i] += RIDGE;
      }
      Symmetric.factor(gram, 0);
      double[] weights = Symmetric.solve(gram, right);
      int least = 0;
      for (int i = 1; i < weights.length; i++) {
        least = Math.abs(weights[i]) <= Math.abs(weights[least]) ? i : least;
      }
      int out = kept[least];
      kept = Arrays.stream(kept).filter(i -> i != out).toArray();
    }
    return kept;
  }

  /// The lasso (Tibshirani 1996) by coordinate descent (Friedman, Hastie, Tibshirani 2010): least
  /// of |y - Xw|2 / 2n + penalty |w|1, the target being standardised too.
  static double[] lasso(Columns columns, Supervision told, double penalty) {
    double[] target = Redundancy.standardised(told.targets());
    double[] weights = new double[columns.width()];
    if (target.length == 0) {
      return weights;
    }
    Products products = products(columns, target);
    double[] rest = products.right.clone();
    double cut = penalty * columns.rows();
    for (int round = 0; round < 10_000; round++) {
      double moved = 0;
      for (int i = 0; i < weights.length; i++) {
        double size = products.gram[i][i];
        if (size == 0) {
          continue;
        }
        double pull = rest[i] + size * weights[i];
        double next = Math.copySign(Math.max(0, Math.abs(pull) - cut), pull) / size;
        double change = next - weights[i];
        if (change != 0) {
          weights[i] = next;
          for (int j = 0; j < weights.length; j++) {
            rest[j] -= products.gram[i][j] * change;
          }
          moved = Math.max(moved, Math.abs(change));
        }
      }
      if (moved < 1e-12) {
        break;
      }
    }
    return weights;
  }
}
