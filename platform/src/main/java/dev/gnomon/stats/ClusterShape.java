package dev.gnomon.stats;

import java.util.Arrays;

/// How tight and apart clusters are, from the points alone, by Euclidean distance.
///
/// Scale the columns first: the widest rules the distance. All three favour round clusters of equal
/// size.
///
/// @param silhouettes per point (b - a) / max(a, b), where a is its mean distance to its own
///   cluster and b to the nearest other one; -1 to 1, 0 for the only member of a cluster. Rousseeuw
///   1987
/// @param calinskiHarabasz spread between over spread within clusters, per degree of freedom;
///   higher is better. Calinski and Harabasz 1974
/// @param daviesBouldin mean over the clusters of the worst (s_i + s_j) / d_ij, from 0; lower is
///   better. Davies and Bouldin 1979
public record ClusterShape(double[] silhouettes, double calinskiHarabasz, double daviesBouldin) {

  /// @param points rows of equal length
  /// @param labels the cluster of each, from 0; at least two clusters, all of them used
  public static ClusterShape of(double[][] points, int[] labels) {
    int clusters = Arrays.stream(labels).max().orElse(-1) + 1;
    int[] size = new int[clusters];
    for (int label : labels) {
      size[label]++;
    }
    double[][] centres = centres(points, labels, size);
    return new ClusterShape(
        silhouettes(points, labels, size),
        calinskiHarabasz(points, labels, size, centres),
        daviesBouldin(points, labels, size, centres));
  }

  public double silhouette() {
    return Samples.mean(silhouettes);
  }

  private static double[] silhouettes(double[][] points, int[] labels, int[] size) {
    int n = points.length;
    double[] result = new double[n];
    double[] sums = new double[size.length];
    for (int i = 0; i < n; i++) {
      Arrays.fill(sums, 0);
      for (int j = 0; j < n; j++) {
        sums[labels[j]] += distance(points[i], points[j]);
      }
      int own = labels[i];
      if (size[own] == 1) {
        continue;
      }
      double within = sums[own] / (size[own] - 1);
      double nearest = Double.POSITIVE_INFINITY;
      for (int c = 0; c < size.length; c++) {
        if (c != own) {
          nearest = Math.min(nearest, sums[c] / size[c]);
        }
      }
      double larger = Math.max(within, nearest);
      result[i] = larger == 0 ? 0 : (nearest - within) / larger;
    }
    return result;
  }

  private static double calinskiHarabasz(
      double[][] points, int[] labels, int[] size, double[][] centres) {
    double[] all = centres(points, new int[points.length], new int[] {points.length})[0];
    double between = 0;
    for (int c = 0; c < size.length; c++) {
      double d = distance(centres[c], all);
      between += size[c] * d * d;
    }
    double within = 0;
    for (int i = 0; i < points.length; i++) {
      double d = distance(points[i], centres[labels[i]]);
      within += d * d;
    }
    return between / within * (points.length - size.length) / (size.length - 1);
  }

  private static double daviesBouldin(
      double[][] points, int[] labels, int[] size, double[][] centres) {
    double[] spread = new double[size.length];
    for (int i = 0; i < points.length; i++) {
      spread[labels[i]] += distance(points[i], centres[labels[i]]) / size[labels[i]];
    }
    double sum = 0;
    for (int a = 0; a < size.length; a++) {
      double worst = 0;
      for (int b = 0; b < size.length; b++) {
        if (a != b) {
          worst = Math.max(worst, (spread[a] + spread[b]) / distance(centres[a], centres[b]));
        }
      }
      sum += worst;
    }
    return sum / size.length;
  }

  private static double[][] centres(double[][] points, int[] labels, int[] size) {
    double[][] centres = new double[size.length][points[0].length];
    for (int i = 0; i < points.length; i++) {
      for (int d = 0; d < points[i].length; d++) {
        centres[labels[i]][d] += points[i][d] / size[labels[i]];
      }
    }
    return centres;
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += (a[d] - b[d]) * (a[d] - b[d]);
    }
    return Math.sqrt(sum);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClusterShape shape
        && Arrays.equals(silhouettes, shape.silhouettes)
        && calinskiHarabasz == shape.calinskiHarabasz
        && daviesBouldin == shape.daviesBouldin;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(silhouettes);
  }

  @Override
  public String toString() {
    return "ClusterShape[silhouette=%s, calinskiHarabasz=%s, daviesBouldin=%s]"
        .formatted(silhouette(), calinskiHarabasz, daviesBouldin);
  }
}
