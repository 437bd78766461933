package dev.gnomon.models.transforms;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Which inputs say what others say already.
final class Redundancy {
  private Redundancy() {}

  /// Pearson's correlation; 0 where one does not vary.
  static double correlation(double[] a, double[] b) {
    Moments x = Moments.of(a);
    Moments y = Moments.of(b);
    if (!x.varies() || !y.varies()) {
      return 0;
    }
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - x.mean()) / x.deviation() * ((b[i] - y.mean()) / y.deviation());
    }
    return sum / a.length;
  }

  /// Drops what is correlated by more than the threshold, in absolute value, with an input that
  /// stands before it and stays; so duplicates too, and what does not vary.
  static int[] uncorrelated(Columns columns, double threshold) {
    List<double[]> standard = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < columns.width(); i++) {
      double[] candidate = standardised(Selection.filled(columns, i));
      if (candidate.length == 0) {
        continue;
      }
      boolean free = true;
      for (int k = 0; k < standard.size() && free; k++) {
        free = Math.abs(product(standard.get(k), candidate) / columns.rows()) <= threshold;
      }
      if (free) {
        standard.add(candidate);
        kept.add(i);
      }
    }
    return kept.stream().mapToInt(Integer::intValue).toArray();
  }

  /// Mean 0 and variance 1; empty when it does not vary.
  static double[] standardised(double[] values) {
    Moments moments = Moments.of(values);
    if (!moments.varies()) {
      return new double[0];
    }
    double[] standard = new double[values.length];
    for (int i = 0; i < standard.length; i++) {
      standard[i] = (values[i] - moments.mean()) / moments.deviation();
    }
    return standard;
  }

  static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /// Drops the input whose variance inflation factor is greatest, again and again, until none is
  /// above the threshold (Belsley, Kuh, Welsch: Regression diagnostics, 1980). The factor is 1 / (1
  /// - R2) of the input regressed on all others: the diagonal of the inverse correlation matrix. An
  ///   input that follows exactly from those before it goes first.
  static int[] byInflation(Columns columns, double threshold) {
    int[] kept =
        IntStream.range(0, columns.width())
            .filter(i -> Moments.of(columns.column(i)).varies())
            .toArray();
    double[][] standard = new double[columns.width()][];
    for (int i : kept) {
      standard[i] = standardised(Selection.filled(columns, i));
    }
    while (kept.length > 1) {
      double[][] r = new double[kept.length][kept.length];
      for (int i = 0; i < kept.length; i++) {
        for (int j = 0; j <= i; j++) {
          r[i][j] = product(standard[kept[i]], standard[kept[j]]) / columns.rows();
        }
      }
      int worst = Symmetric.factor(r, 1e-10);
      if (worst < 0) {
        double[] factors = inverseDiagonal(r);
        worst = 0;
        for (int i = 1; i < factors.length; i++) {
          worst = factors[i] > factors[worst] ? i : worst;
        }
        if (factors[worst] <= threshold) {
          break;
        }
      }
      int out = kept[worst];
      kept = Arrays.stream(kept).filter(i -> i != out).toArray();
    }
    return kept;
  }

  /// Of the matrix whose Cholesky factor is given.
  static double[] inverseDiagonal(double[][] factor) {
    double[] diagonal = new double[factor.length];
    double[] unit = new double[factor.length];
    for (int i = 0; i < diagonal.length; i++) {
      unit[i] = 1;
      diagonal[i] = Symmetric.solve(factor, unit)[i];
      unit[i] = 0;
    }
    return diagonal;
  }
}
