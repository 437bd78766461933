package dev.gnomon.stats;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/// How far current values have moved from a frozen reference.
///
/// Effect and evidence are kept apart: the index says how far (0.1 and 0.25 are the customary
/// bands), the p-value whether chance alone would do that at these sample sizes. Under no drift PSI
/// / (1/n + 1/m) follows chi-square with bins - 1 degrees of freedom, so that 50 current rows give
/// an index above 0.1 most of the time: never read the index without the p-value.
public final class Drift {
  private Drift() {}

  /// @param psi smoothed index over the bins
  /// @param pValue of PSI / (1/n + 1/m) under chi-square; 1 when a side is empty or has one bin
  /// @param missing share of current values that are missing
  /// @param missingReference the same in the reference
  /// @param unseen share of current values whose category the reference never had; 0 for numbers
  public record Measure(
      double psi,
      double pValue,
      double jensenShannonBase2,
      long reference,
      long current,
      double missingReference,
      double missing,
      double unseen) {}

  /// Inner edges for at most `bins` bins of equal mass: the distinct type-7 quantiles of the
  /// reference. Bin j holds edge[j-1] <= v < edge[j]; the outer bins are open.
  public static double[] edges(double[] sortedReference, int bins) {
    double[] edges = new double[bins - 1];
    int kept = 0;
    for (int i = 1; i < bins && sortedReference.length > 0; i++) {
      double edge = Quantiles.type7(sortedReference, (double) i / bins);
      if ((kept == 0 || edge > edges[kept - 1]) && edge > sortedReference[0]) {
        edges[kept++] = edge;
      }
    }
    return Arrays.copyOf(edges, kept);
  }

  /// Inner edges of `bins` bins of equal width over the range of the reference; none when all its
  /// values are equal. A few far values leave most bins empty: prefer [#edges].
  public static double[] equalWidthEdges(double[] sortedReference, int bins) {
    int n = sortedReference.length;
    if (n == 0 || sortedReference[0] == sortedReference[n - 1]) {
      return new double[0];
    }
    double width = (sortedReference[n - 1] - sortedReference[0]) / bins;
    double[] edges = new double[bins - 1];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = sortedReference[0] + (i + 1) * width;
    }
    return edges;
  }

  /// The bin of a value. Allocates nothing.
  public static int bin(double[] edges, double value) {
    int low = 0;
    int high = edges.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (value >= edges[middle]) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// How many values fall into each bin; missing ones are left out.
  public static long[] counts(double[] edges, double[] values) {
    long[] counts = new long[edges.length + 1];
    for (double value : values) {
      if (!Double.isNaN(value)) {
        counts[bin(edges, value)]++;
      }
    }
    return counts;
  }

  /// Compares counts over the same bins; the missing ones are counted beside them.
  public static Measure compare(
      long[] reference, long referenceMissing, long[] current, long currentMissing) {
    return compare(reference, referenceMissing, current, currentMissing, 0);
  }

  /// As above for categories.
  ///
  /// @param unseen current values whose category has no bin; one more bin is compared for them when
  ///   there are any
  public static Measure compare(
      long[] reference, long referenceMissing, long[] current, long currentMissing, long unseen) {
    long[] p = unseen > 0 ? Arrays.copyOf(reference, reference.length + 1) : reference;
    long[] q = unseen > 0 ? Arrays.copyOf(current, current.length + 1) : current;
    if (unseen > 0) {
      q[q.length - 1] = unseen;
    }
    long n = Arrays.stream(p).sum();
    long m = Arrays.stream(q).sum();
    double psi = n == 0 || m == 0 ? 0 : Divergence.psi(p, q);
    return new Measure(
        psi,
        pValue(psi, p.length, n, m),
        n == 0 || m == 0
            ? 0
            : Divergence.jensenShannonDistance(Divergence.shares(p), Divergence.shares(q), 2),
        n,
        m,
        share(referenceMissing, n + referenceMissing),
        share(currentMissing, m + currentMissing),
        share(unseen, m + currentMissing));
  }

  /// The chance of an index at least this large without any drift.
  public static double pValue(double psi, int bins, long reference, long current) {
    if (bins < 2 || reference == 0 || current == 0) {
      return 1;
    }
    double scaled = psi / (1.0 / reference + 1.0 / current);
    return ChiSquaredDistribution.of(bins - 1).survivalProbability(scaled);
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
