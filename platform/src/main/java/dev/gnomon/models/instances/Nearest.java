package dev.gnomon.models.instances;

import java.util.Arrays;

/// The k rows with the smallest distances among those offered in ascending order of their numbers:
/// a heap with the farthest on top. For one thread.
final class Nearest {
  private final double[] distances;
  private final int[] rows;

  Nearest(int k) {
    this.distances = new double[k];
    this.rows = new int[k];
  }

  void clear() {
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    Arrays.fill(rows, Integer.MAX_VALUE);
  }

  /// @param first the number of the row that `found[0]` belongs to
  void offer(double[] found, int size, int first) {
    double farthest = distances[0];
    for (int i = 0; i < size; i++) {
      if (found[i] < farthest) {
        sink(found[i], first + i);
        farthest = distances[0];
      }
    }
  }

  private void sink(double distance, int row) {
    int k = distances.length;
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= k) {
        break;
      }
      if (child + 1 < k && farther(child + 1, child)) {
        child++;
      }
      if (distances[child] < distance || (distances[child] == distance && rows[child] < row)) {
        break;
      }
      distances[at] = distances[child];
      rows[at] = rows[child];
      at = child;
    }
    distances[at] = distance;
    rows[at] = row;
  }

  /// Of equally distant rows the later one counts as farther and leaves first.
  private boolean farther(int one, int other) {
    return distances[one] > distances[other]
        || (distances[one] == distances[other] && rows[one] > rows[other]);
  }

  double least() {
    double least = Double.POSITIVE_INFINITY;
    for (double distance : distances) {
      least = Math.min(least, distance);
    }
    return least;
  }

  /// Squared.
  double distance(int i) {
    return distances[i];
  }

  int row(int i) {
    return rows[i];
  }
}
