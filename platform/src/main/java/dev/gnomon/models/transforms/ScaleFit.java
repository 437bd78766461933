package dev.gnomon.models.transforms;

import dev.gnomon.core.usecase.PreprocessingSection.Scale;
import dev.gnomon.stats.Quantiles;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;

/// Fits scales, one step per method.
final class ScaleFit {
  private ScaleFit() {}

  /// @param rule by column
  static void fit(Columns columns, IntFunction<Scale> rule, List<MatrixStep> steps) {
    for (Scale method : Scale.values()) {
      int[] chosen =
          ImputeFit.where(columns, i -> columns.input(i).isQuantity() && rule.apply(i) == method);
      if (method != Scale.NONE && chosen.length > 0) {
        MatrixStep step = step(columns, chosen, method);
        columns.apply(step);
        steps.add(step);
      }
    }
  }

  private static MatrixStep step(Columns columns, int[] chosen, Scale method) {
    return switch (method) {
      case QUANTILE -> {
        double[][] quantiles = new double[chosen.length][];
        Arrays.setAll(quantiles, i -> quantiles(columns.present(chosen[i])));
        yield new QuantileScale(chosen, quantiles);
      }
      case YEO_JOHNSON -> power(columns, chosen);
      case NONE, STANDARD, MIN_MAX, ROBUST -> {
        double[] shifts = new double[chosen.length];
        double[] scales = new double[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
          double[] found = affine(columns, chosen[i], method);
          shifts[i] = found[0];
          scales[i] = found[1];
        }
        yield new Affine(chosen, shifts, scales);
      }
    };
  }

  private static double[] affine(Columns columns, int column, Scale method) {
    if (method == Scale.STANDARD) {
      Moments moments = Moments.of(columns.column(column));
      return new double[] {moments.mean(), moments.scale()};
    }
    double[] sorted = columns.present(column);
    if (sorted.length == 0) {
      return new double[] {0, 1};
    }
    Arrays.sort(sorted);
    boolean robust = method == Scale.ROBUST;
    double low = robust ? Quantiles.type7(sorted, 0.25) : sorted[0];
    double high = robust ? Quantiles.type7(sorted, 0.75) : sorted[sorted.length - 1];
    double shift = robust ? Quantiles.type7(sorted, 0.5) : low;
    return new double[] {shift, Moments.scale(high - low, high)};
  }

  private static double[] quantiles(double[] present) {
    if (present.length == 0) {
      return new double[] {0, 0};
    }
    Arrays.sort(present);
    int count = Math.clamp(present.length, 2, QuantileScale.MOST);
    double[] quantiles = new double[count];
    for (int i = 0; i < count; i++) {
      quantiles[i] = Quantiles.type7(present, (double) i / (count - 1));
      if (i > 0 && quantiles[i] < quantiles[i - 1]) {
        quantiles[i] = quantiles[i - 1];
      }
    }
    return quantiles;
  }

  private static PowerScale power(Columns columns, int[] chosen) {
    double[] lambdas = new double[chosen.length];
    double[] means = new double[chosen.length];
    double[] scales = new double[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      double[] present = columns.present(chosen[i]);
      Moments raw = Moments.of(present);
      lambdas[i] = raw.varies() ? lambda(present) : 1;
      for (int r = 0; r < present.length; r++) {
        present[r] = PowerScale.transform(present[r], lambdas[i]);
      }
      Moments moments = Moments.of(present);
      means[i] = moments.mean();
      scales[i] = moments.scale();
    }
    return new PowerScale(chosen, lambdas, means, scales);
  }

  /// The lambda of greatest likelihood under a normal law: n/2 ln(variance of the transformed) less
  /// (lambda - 1) x the sum of sign(x) ln(1 + |x|) is least.
  private static double lambda(double[] values) {
    double logs = 0;
    for (double value : values) {
      logs += Math.copySign(Math.log1p(Math.abs(value)), value);
    }
    double sum = logs;
    double[] moved = new double[values.length];
    return least(
        lambda -> {
          for (int i = 0; i < values.length; i++) {
            moved[i] = PowerScale.transform(values[i], lambda);
          }
          double deviation = Moments.of(moved).deviation();
          double loss = values.length * Math.log(deviation) - (lambda - 1) * sum;
          return Double.isFinite(loss) ? loss : Double.MAX_VALUE;
        },
        -5,
        5);
  }

  /// Brent's minimum in an interval (Algorithms for minimization without derivatives, 1973, 5.8):
  /// golden section, and parabolas where they do better.
  private static double least(DoubleUnaryOperator loss, double from, double to) {
    double golden = (3 - Math.sqrt(5)) / 2;
    double a = from;
    double b = to;
    double x = a + golden * (b - a);
    double w = x;
    double v = x;
    double fx = loss.applyAsDouble(x);
    double fw = fx;
    double fv = fx;
    double d = 0;
    double e = 0;
    for (int round = 0; round < 200; round++) {
      double middle = (a + b) / 2;
      double tolerance = 1e-10 * Math.abs(x) + 1e-11;
      if (Math.abs(x - middle) <= 2 * tolerance - (b - a) / 2) {
        break;
      }
      double p = 0;
      double q = 0;
      double r = 0;
      if (Math.abs(e) > tolerance) {
        r = (x - w) * (fx - fv);
        q = (x - v) * (fx - fw);
        p = (x - v) * q - (x - w) * r;
        q = 2 * (q - r);
        p = q > 0 ? -p : p;
        q = Math.abs(q);
        r = e;
        e = d;
      }
      if (Math.abs(p) < Math.abs(q * r / 2) && p > q * (a - x) && p < q * (b - x)) {
        d = p / q;
        double u = x + d;
        if (u - a < 2 * tolerance || b - u < 2 * tolerance) {
          d = x < middle ? tolerance : -tolerance;
        }
      } else {
        e = x < middle ? b - x : a - x;
        d = golden * e;
      }
      double u = Math.abs(d) >= tolerance ? x + d : x + Math.copySign(tolerance, d);
      double fu = loss.applyAsDouble(u);
      if (fu <= fx) {
        if (u < x) {
          b = x;
        } else {
          a = x;
        }
        v = w;
        fv = fw;
        w = x;
        fw = fx;
        x = u;
        fx = fu;
      } else {
        if (u < x) {
          a = u;
        } else {
          b = u;
        }
        if (fu <= fw || w == x) {
          v = w;
          fv = fw;
          w = u;
          fw = fu;
        } else if (fu <= fv || v == x || v == w) {
          v = u;
          fv = fu;
        }
      }
    }
    return x;
  }
}
