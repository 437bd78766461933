package dev.gnomon.training;

import dev.gnomon.stats.EntityBootstrap.WeightedMetric;
import dev.gnomon.stats.RegressionScores;
import dev.gnomon.stats.SortOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Metrics of predicted numbers, over weighted rows. The error is the prediction less what
/// happened.
///
/// - `rmse`, `mse`, `mae`, `median-absolute-error` (the weighted median), `bias` (the mean error)
/// - `r2`: 1 less the squared error over that of always saying the mean of the measured rows; below
///   0 when a constant would have done better
/// - `mape`: mean of |error| / |actual|, as a share; infinite where 0 happened
/// - `smape`: mean of 2 |error| / (|actual| + |predicted|), 0 to 2; 0 where both are 0
final class NumberMetrics {
  /// Always reported.
  private static final List<String> CORE = List.of("rmse", "mae", "r2", "bias");

  private static final List<String> ALL =
      List.of("rmse", "mae", "mse", "median-absolute-error", "r2", "mape", "smape", "bias");

  private static final Set<String> HIGHER_IS_BETTER = Set.of("r2");

  private NumberMetrics() {}

  static List<String> all() {
    return ALL;
  }

  static boolean has(String name) {
    return ALL.contains(name);
  }

  static boolean lowerIsBetter(String name) {
    return ALL.contains(name) && !HIGHER_IS_BETTER.contains(name);
  }

  /// Those asked for first, then the core.
  static List<String> names(List<String> asked) {
    Set<String> names = new LinkedHashSet<>(asked);
    names.addAll(CORE);
    return List.copyOf(names);
  }

  /// @param p predicted
  /// @param y what happened
  static WeightedMetric metric(String name, double[] p, double[] y) {
    return switch (name) {
      case "mse" -> w -> RegressionScores.mse(y, p, w);
      case "rmse" -> w -> RegressionScores.rmse(y, p, w);
      case "mae" -> w -> RegressionScores.mae(y, p, w);
      case "median-absolute-error" -> median(p, y);
      case "bias" -> w -> bias(p, y, w);
      case "r2" -> w -> RegressionScores.r2(y, p, w);
      case "mape" -> w -> RegressionScores.mape(y, p, w);
      case "smape" -> w -> RegressionScores.smape(y, p, w);
      default -> throw new IllegalArgumentException("no metric '" + name + "' of numbers");
    };
  }

  /// All metrics over equally weighted rows.
  static Map<String, Double> values(List<String> names, double[] p, double[] y) {
    double[] ones = new double[p.length];
    Arrays.fill(ones, 1);
    Map<String, Double> values = new LinkedHashMap<>();
    names.forEach(name -> values.put(name, metric(name, p, y).of(ones)));
    return values;
  }

  private static double bias(double[] p, double[] y, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < p.length; i++) {
      sum += weights[i] * (p[i] - y[i]);
      total += weights[i];
    }
    return sum / total;
  }

  /// The middle of the two middle values where half of the weight falls between them.
  private static WeightedMetric median(double[] p, double[] y) {
    double[] errors = new double[p.length];
    for (int i = 0; i < errors.length; i++) {
      errors[i] = Math.abs(p[i] - y[i]);
    }
    int[] ascending = SortOrder.ascending(errors);
    return w -> {
      double total = 0;
      for (double weight : w) {
        total += weight;
      }
      double below = 0;
      for (int i = 0; i < ascending.length; i++) {
        below += w[ascending[i]];
        if (2 * below > total) {
          return errors[ascending[i]];
        }
        if (2 * below == total && total > 0) {
          int next = i + 1;
          while (w[ascending[next]] == 0) {
            next++;
          }
          return (errors[ascending[i]] + errors[ascending[next]]) / 2;
        }
      }
      return Double.NaN;
    };
  }
}
