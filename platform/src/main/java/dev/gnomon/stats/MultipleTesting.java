package dev.gnomon.stats;

/// Keeps false alarms bounded when many things are tested at once.
///
/// Each method gives adjusted p-values in the order of the input, cut to 1: reject those at most
/// the level wanted. The p-values must be valid one by one first. Ties stay ties.
public enum MultipleTesting {
  /// The chance of any false rejection is at most the level: p n. Bonferroni 1936.
  BONFERRONI,
  /// The same guarantee, never weaker: step down. Holm 1979.
  HOLM,
  /// The expected share of false among all rejections is at most the level, for independent or
  /// positively dependent tests. Benjamini and Hochberg 1995.
  BENJAMINI_HOCHBERG,
  /// The same under any dependence, dearer by the factor 1 + 1/2 + … + 1/n. Benjamini and Yekutieli
  /// 2001.
  BENJAMINI_YEKUTIELI;

  public double[] adjust(double[] pValues) {
    int n = pValues.length;
    int[] order = SortOrder.ascending(pValues);
    double[] adjusted = new double[n];
    if (this == BONFERRONI || this == HOLM) {
      double largest = 0;
      for (int i = 0; i < n; i++) {
        double scaled = pValues[order[i]] * (this == HOLM ? n - i : n);
        largest = Math.max(largest, Math.min(1, scaled));
        adjusted[order[i]] = largest;
      }
      return adjusted;
    }
    double factor = 1;
    if (this == BENJAMINI_YEKUTIELI) {
      for (int i = 2; i <= n; i++) {
        factor += 1.0 / i;
      }
    }
    double smallest = 1;
    for (int i = n - 1; i >= 0; i--) {
      smallest = Math.min(smallest, pValues[order[i]] * factor * n / (i + 1));
      adjusted[order[i]] = smallest;
    }
    return adjusted;
  }

  public static double[] benjaminiHochberg(double[] pValues) {
    return BENJAMINI_HOCHBERG.adjust(pValues);
  }
}
