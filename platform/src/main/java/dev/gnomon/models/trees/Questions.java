package dev.gnomon.models.trees;

/// What nodes of a tree from elsewhere ask, besides whether a value is below the threshold.
///
/// @param of per node: [#BELOW], [#BELOW_OR_ZERO_MISSING], or n > 0 for whether the value's
///   category is among `lists[n - 1]`
/// @param lists of categories, each ascending
public record Questions(int[] of, int[][] lists, CategoryRule rule) {
  /// Below the threshold?
  static final int BELOW = 0;

  /// The same, with values around zero counted as missing.
  static final int BELOW_OR_ZERO_MISSING = -1;

  /// What LightGBM takes for zero: its `kZeroThreshold`.
  static final float ZERO = 1e-35f;

  /// @throws IllegalArgumentException naming the node whose question can't be answered
  public Questions {
    for (int node = 0; node < of.length; node++) {
      if (of[node] < BELOW_OR_ZERO_MISSING || of[node] > lists.length) {
        throw new IllegalArgumentException("node %d asks for list %d".formatted(node, of[node]));
      }
    }
    for (int[] list : lists) {
      int before = -1;
      for (int category : list) {
        if (category <= before) {
          throw new IllegalArgumentException(
              "category %d is listed after %d".formatted(category, before));
        }
        before = category;
      }
    }
  }

  /// Whether a value goes left at a node that does not ask [#BELOW].
  boolean left(int node, float value, float threshold, boolean missingLeft) {
    int question = of[node];
    if (Float.isNaN(value)) {
      return missingLeft;
    }
    if (question > 0) {
      return rule.left(lists[question - 1], value);
    }
    if (question == BELOW_OR_ZERO_MISSING && Math.abs(value) <= ZERO) {
      return missingLeft;
    }
    return value < threshold;
  }
}
