package dev.gnomon.models.transforms;

import java.util.Arrays;

/// What steps that learn from the target are given, one value per training row.
///
/// @param targets 0 or 1, or any finite number
/// @param classes whether the targets are 0 and 1
/// @param weights positive
/// @param groups rows of one group (one entity) are never encoded by each other's targets
public record Supervision(
    double[] targets, boolean classes, double[] weights, int[] groups, long seed) {
  public Supervision {
    if (weights.length != targets.length || groups.length != targets.length) {
      throw new IllegalArgumentException(
          "%d targets, %d weights, %d groups"
              .formatted(targets.length, weights.length, groups.length));
    }
  }

  /// Rows of weight 1 that each are a group of their own.
  public static Supervision of(double[] targets, boolean classes, long seed) {
    double[] weights = new double[targets.length];
    Arrays.fill(weights, 1);
    int[] groups = new int[targets.length];
    Arrays.setAll(groups, i -> i);
    return new Supervision(targets, classes, weights, groups, seed);
  }

  /// For recipes that do not look at targets.
  public static Supervision none(int rows) {
    return of(new double[rows], true, 0);
  }

  public int rows() {
    return targets.length;
  }
}
