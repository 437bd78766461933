package dev.gnomon.stats;

import java.util.Arrays;

/// Quantiles by Hyndman and Fan's type 7 (1996): linear between order statistics, the default of R
/// and NumPy.
public final class Quantiles {
  private Quantiles() {}

  /// @param sorted ascending, without NaN, at least one value
  /// @param probability in [0, 1]
  public static double type7(double[] sorted, double probability) {
    double position = (sorted.length - 1) * probability;
    int low = (int) Math.floor(position);
    int high = Math.min(low + 1, sorted.length - 1);
    double share = position - low;
    return share == 0 ? sorted[low] : sorted[low] + share * (sorted[high] - sorted[low]);
  }

  /// The values that are not missing, ascending.
  public static double[] sortedPresent(double[] values) {
    double[] present = new double[values.length];
    int n = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        present[n++] = value + 0.0;
      }
    }
    present = Arrays.copyOf(present, n);
    Arrays.sort(present);
    return present;
  }

  /// The median of the values that are not missing; NaN when there is none.
  public static double median(double[] values) {
    double[] sorted = sortedPresent(values);
    return sorted.length == 0 ? Double.NaN : type7(sorted, 0.5);
  }
}
