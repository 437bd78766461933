package dev.gnomon.models.transforms;

/// Quantiles without sorting everything: Hoare's selection (Algorithm 65: Find, 1961) with the
/// median of three as pivot, in linear time but for contrived orders.
final class Partition {
  private Partition() {}

  /// By Hyndman and Fan's type 7, as [dev.gnomon.stats.Quantiles#type7].
  ///
  /// @param values at least one, none missing; their order is changed
  static double quantile(double[] values, double probability) {
    double position = (values.length - 1) * probability;
    int low = (int) Math.floor(position);
    double share = position - low;
    select(values, low);
    if (share == 0) {
      return values[low];
    }
    double next = values[low + 1];
    for (int i = low + 2; i < values.length; i++) {
      next = Math.min(next, values[i]);
    }
    return values[low] + share * (next - values[low]);
  }

  /// Puts at `k` what would stand there in order, nothing greater before it, nothing less behind.
  private static void select(double[] a, int k) {
    int from = 0;
    int to = a.length - 1;
    while (from < to) {
      double pivot = middle(a[from], a[(from + to) >>> 1], a[to]);
      int i = from;
      int j = to;
      while (i <= j) {
        while (a[i] < pivot) {
          i++;
        }
        while (a[j] > pivot) {
          j--;
        }
        if (i <= j) {
          double kept = a[i];
          a[i++] = a[j];
          a[j--] = kept;
        }
      }
      if (k <= j) {
        to = j;
      } else if (k >= i) {
        from = i;
      } else {
        return;
      }
    }
  }

  private static double middle(double a, double b, double c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
