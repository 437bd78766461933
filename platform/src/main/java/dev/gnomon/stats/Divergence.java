package dev.gnomon.stats;

/// Distances between two distributions over the same bins.
public final class Divergence {
  private Divergence() {}

  /// Population stability index of shares: sum of (q - p) ln(q / p), natural logarithm. Infinite
  /// when a bin is empty on one side; [#psi(long[], long[])] smooths instead.
  public static double psi(double[] reference, double[] current) {
    double sum = 0;
    for (int i = 0; i < reference.length; i++) {
      double p = reference[i];
      double q = current[i];
      if (p != q) {
        sum += (q - p) * Math.log(q / p);
      }
    }
    return sum;
  }

  /// Population stability index of counts, shares smoothed to (c + 0.5) / (n + 0.5 bins) so that an
  /// empty bin adds a finite, sample-sized amount.
  public static double psi(long[] reference, long[] current) {
    return psi(smoothed(reference), smoothed(current));
  }

  /// Jensen-Shannon distance, the root of the divergence. Base 2: 0 to 1; base e: 0 to 0.8326.
  public static double jensenShannonDistance(double[] p, double[] q, double base) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      double middle = (p[i] + q[i]) / 2;
      sum += part(p[i], middle) + part(q[i], middle);
    }
    return Math.sqrt(Math.max(0, sum / 2 / Math.log(base)));
  }

  /// Population stability index of shares where an empty bin is raised to `floor`, without bringing
  /// the sum back to 1. The floor is part of the answer: a new category of share q adds about q
  /// ln(q / floor). Kept for comparison with programs that do so; prefer [#psi(long[], long[])].
  public static double psi(double[] reference, double[] current, double floor) {
    return psi(floored(reference, floor), floored(current, floor));
  }

  /// Kullback-Leibler divergence of `current` from `reference`: sum of q ln(q / p), in nats, 0 or
  /// above. Not symmetric, and infinite when the reference has an empty bin that is used.
  public static double kullbackLeibler(double[] reference, double[] current) {
    double sum = 0;
    for (int i = 0; i < reference.length; i++) {
      sum += part(current[i], reference[i]);
    }
    return sum;
  }

  /// Hellinger distance: sqrt(1 - sum of sqrt(pq)), 0 to 1.
  public static double hellinger(double[] p, double[] q) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      double apart = Math.sqrt(p[i]) - Math.sqrt(q[i]);
      sum += apart * apart;
    }
    return Math.sqrt(sum / 2);
  }

  /// Total variation distance: half the sum of |p - q|, 0 to 1; the largest difference of any
  /// event's chance.
  public static double totalVariation(double[] p, double[] q) {
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      sum += Math.abs(p[i] - q[i]);
    }
    return sum / 2;
  }

  /// Counts as shares; all 0 when there are none.
  public static double[] shares(long[] counts) {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    double[] shares = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      shares[i] = total == 0 ? 0 : (double) counts[i] / total;
    }
    return shares;
  }

  private static double part(double p, double middle) {
    return p == 0 ? 0 : p * Math.log(p / middle);
  }

  private static double[] floored(double[] shares, double floor) {
    double[] raised = shares.clone();
    for (int i = 0; i < raised.length; i++) {
      raised[i] = Math.max(raised[i], floor);
    }
    return raised;
  }

  private static double[] smoothed(long[] counts) {
    double total = 0.5 * counts.length;
    for (long count : counts) {
      total += count;
    }
    double[] shares = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      shares[i] = (counts[i] + 0.5) / total;
    }
    return shares;
  }
}
