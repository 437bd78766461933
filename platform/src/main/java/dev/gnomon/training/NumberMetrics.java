package dev.gnomon.training;

import dev.gnomon.stats.EntityBootstrap.WeightedMetric;
import dev.gnomon.stats.SortOrder;
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
/// - `mape`: mean of |error| / |actual| over rows whose actual value is not 0, as a share
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
      case "mse" -> w -> squared(p, y, w);
      case "rmse" -> w -> Math.sqrt(squared(p, y, w));
      case "mae" -> w -> mean(w, i -> Math.abs(p[i] - y[i]));
      case "median-absolute-error" -> median(p, y);
      case "bias" -> w -> mean(w, i -> p[i] - y[i]);
      case "r2" ->
          w -> {
            double mean = mean(w, i -> y[i]);
            return 1 - squared(p, y, w) / mean(w, i -> (y[i] - mean) * (y[i] - mean));
          };
      case "mape" ->
          w -> mean(w, i -> y[i] == 0 ? Double.NaN : Math.abs(p[i] - y[i]) / Math.abs(y[i]));
      case "smape" ->
          w ->
              mean(
                  w,
                  i -> {
                    double size = Math.abs(y[i]) + Math.abs(p[i]);
                    return size == 0 ? 0 : 2 * Math.abs(p[i] - y[i]) / size;
                  });
      default -> throw new IllegalArgumentException("no metric '" + name + "' of numbers");
    };
  }

  /// All metrics over equally weighted rows.
  static Map<String, Double> values(List<String> names, double[] p, double[] y) {
    double[] ones = new double[p.length];
    java.util.Arrays.fill(ones, 1);
    Map<String, Double> values = new java.util.LinkedHashMap<>();
    names.forEach(name -> values.put(name, metric(name, p, y).of(ones)));
    return values;
  }

  private interface PerRow {
    double at(int row);
  }

  /// Of the rows for which it is defined.
  private static double mean(double[] weights, PerRow value) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        double v = value.at(i);
        if (!Double.isNaN(v)) {
          sum += weights[i] * v;
          total += weights[i];
        }
      }
    }
    return sum / total;
  }

  private static double squared(double[] p, double[] y, double[] weights) {
    return mean(weights, i -> (p[i] - y[i]) * (p[i] - y[i]));
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
