package dev.gnomon.stats;

/// Keeps the share of false alarms bounded when many things are tested at once.
public final class MultipleTesting {
  private MultipleTesting() {}

  /// Adjusted p-values of Benjamini and Hochberg (1995), in the order given: rejecting those <= q
  /// keeps the expected share of false rejections at most q.
  public static double[] benjaminiHochberg(double[] pValues) {
    int n = pValues.length;
    int[] order = SortOrder.ascending(pValues);
    double[] adjusted = new double[n];
    double smallest = 1;
    for (int i = n - 1; i >= 0; i--) {
      smallest = Math.min(smallest, pValues[order[i]] * n / (i + 1));
      adjusted[order[i]] = smallest;
    }
    return adjusted;
  }
}
