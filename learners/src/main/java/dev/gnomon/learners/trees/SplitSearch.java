package dev.gnomon.learners.trees;

import java.util.Arrays;

/// Finds how one input parts the rows of one node best. One per thread; keeps its memory.
///
/// Weight, sum of targets and number of rows are gathered per bin: in a table over all bins where
/// the node has enough rows, else by sorting the few rows. Both give the list of bins that hold
/// rows, over which every gap is tried with the missing rows on either side, and missing against
/// present rows.
final class SplitSearch {
  private final Bins bins;
  private final Growth growth;
  private final Growth.Criterion criterion;
  private final double[] table;
  private final int[] tableCounts;
  private long[] keys = new long[64];

  // The bins that hold rows, in order.
  private final int[] listed;
  private final double[] weights;
  private final double[] sums;
  private final int[] counts;
  private int size;
  private double missingWeight;
  private double missingSum;
  private int missingCount;

  SplitSearch(Bins bins, Growth growth) {
    this.bins = bins;
    this.growth = growth;
    this.criterion = growth.criterion();
    int most = 0;
    for (int j = 0; j < bins.width(); j++) {
      most = Math.max(most, bins.present(j) + 1);
    }
    this.table = new double[2 * most];
    this.tableCounts = new int[most];
    this.listed = new int[most];
    this.weights = new double[most];
    this.sums = new double[most];
    this.counts = new int[most];
  }

  /// Takes over `best` if this input does better.
  ///
  /// @param chance in [0, 1), places a random threshold
  /// @return whether the input differs between the rows at all
  boolean search(NodeRows rows, int from, int to, int column, double chance, Split best) {
    if (growth.randomThresholds()) {
      return random(rows, from, to, column, chance, best);
    }
    gather(rows, from, to, column);
    if (size + (missingCount > 0 ? 1 : 0) < 2) {
      return false;
    }
    double weight = missingWeight;
    double sum = missingSum;
    int count = missingCount;
    for (int k = 0; k < size; k++) {
      weight += weights[k];
      sum += sums[k];
      count += counts[k];
    }
    double leftWeight = 0;
    double leftSum = 0;
    int leftCount = 0;
    for (int k = 0; k < size - 1; k++) {
      leftWeight += weights[k];
      leftSum += sums[k];
      leftCount += counts[k];
      sides(
          best,
          column,
          listed[k],
          listed[k + 1],
          leftWeight,
          leftSum,
          leftCount,
          weight,
          sum,
          count);
    }
    missingAlone(best, column, weight, sum, count);
    return true;
  }

  /// Tries a gap with the missing rows on either side.
  private void sides(
      Split best,
      int column,
      int lower,
      int upper,
      double leftWeight,
      double leftSum,
      int leftCount,
      double weight,
      double sum,
      int count) {
    if (enough(leftCount, count)) {
      offer(best, column, lower, upper, leftWeight, leftSum, weight, sum, false);
    }
    if (missingCount > 0 && enough(leftCount + missingCount, count)) {
      offer(
          best,
          column,
          lower,
          upper,
          leftWeight + missingWeight,
          leftSum + missingSum,
          weight,
          sum,
          true);
    }
  }

  private void missingAlone(Split best, int column, double weight, double sum, int count) {
    if (missingCount > 0 && enough(missingCount, count)) {
      offer(best, column, -1, -1, missingWeight, missingSum, weight, sum, true);
    }
  }

  /// One threshold, drawn evenly between the least and the greatest value in the node; it needs no
  /// table, only two passes over the rows.
  private boolean random(NodeRows rows, int from, int to, int column, double chance, Split best) {
    int missing = bins.present(column);
    int[] order = rows.order();
    byte[] narrow = bins.narrow(column);
    char[] wide = bins.wide(column);
    boolean isNarrow = bins.isNarrow(column);
    int lowest = Integer.MAX_VALUE;
    int highest = -1;
    missingCount = 0;
    for (int i = from; i < to; i++) {
      int bin = isNarrow ? narrow[order[i]] & 0xFF : wide[order[i]];
      if (bin == missing) {
        missingCount++;
      } else {
        lowest = Math.min(lowest, bin);
        highest = Math.max(highest, bin);
      }
    }
    if (highest < 0 || (lowest == highest && missingCount == 0)) {
      return false;
    }
    int cut = lowest == highest ? lowest : bins.drawn(column, lowest, highest, chance);
    double weight = 0;
    double sum = 0;
    double leftWeight = 0;
    double leftSum = 0;
    int leftCount = 0;
    int lower = lowest;
    int upper = highest;
    missingWeight = 0;
    missingSum = 0;
    for (int i = from; i < to; i++) {
      int bin = isNarrow ? narrow[order[i]] & 0xFF : wide[order[i]];
      double w = rows.weights()[i];
      double s = w * rows.targets()[i];
      weight += w;
      sum += s;
      if (bin == missing) {
        missingWeight += w;
        missingSum += s;
      } else if (bin <= cut) {
        leftWeight += w;
        leftSum += s;
        leftCount++;
        lower = Math.max(lower, bin);
      } else {
        upper = Math.min(upper, bin);
      }
    }
    if (lowest < highest) {
      sides(best, column, lower, upper, leftWeight, leftSum, leftCount, weight, sum, to - from);
    }
    missingAlone(best, column, weight, sum, to - from);
    return true;
  }

  private boolean enough(int left, int all) {
    return left >= growth.minLeaf() && all - left >= growth.minLeaf();
  }

  private void offer(
      Split best,
      int column,
      int lower,
      int upper,
      double leftWeight,
      double leftSum,
      double weight,
      double sum,
      boolean missingLeft) {
    double rightWeight = weight - leftWeight;
    if (!(leftWeight > 0 && rightWeight > 0)) {
      return;
    }
    double gain = criterion.gain(leftWeight, leftSum) + criterion.gain(rightWeight, sum - leftSum);
    if (gain > best.gain) {
      best.gain = gain;
      best.column = column;
      best.lastLeft = lower;
      best.threshold = lower < 0 ? Float.NEGATIVE_INFINITY : bins.threshold(column, lower, upper);
      // Without missing rows to learn from they go with the larger part.
      best.missingLeft = missingCount > 0 ? missingLeft : leftWeight >= rightWeight;
    }
  }

  private void gather(NodeRows rows, int from, int to, int column) {
    int missing = bins.present(column);
    size = 0;
    if (to - from < Math.max(16, missing / 8)) {
      sorted(rows, from, to, column, missing);
    } else {
      tabled(rows, from, to, column, missing);
    }
  }

  private void tabled(NodeRows rows, int from, int to, int column, int missing) {
    Arrays.fill(table, 0, 2 * (missing + 1), 0);
    Arrays.fill(tableCounts, 0, missing + 1, 0);
    int[] order = rows.order();
    float[] weight = rows.weights();
    float[] target = rows.targets();
    if (bins.isNarrow(column)) {
      byte[] values = bins.narrow(column);
      for (int i = from; i < to; i++) {
        int bin = values[order[i]] & 0xFF;
        double w = weight[i];
        table[2 * bin] += w;
        table[2 * bin + 1] += w * target[i];
        tableCounts[bin]++;
      }
    } else {
      char[] values = bins.wide(column);
      for (int i = from; i < to; i++) {
        int bin = values[order[i]];
        double w = weight[i];
        table[2 * bin] += w;
        table[2 * bin + 1] += w * target[i];
        tableCounts[bin]++;
      }
    }
    for (int bin = 0; bin < missing; bin++) {
      if (tableCounts[bin] > 0) {
        list(bin, table[2 * bin], table[2 * bin + 1], tableCounts[bin]);
      }
    }
    missingWeight = table[2 * missing];
    missingSum = table[2 * missing + 1];
    missingCount = tableCounts[missing];
  }

  private void sorted(NodeRows rows, int from, int to, int column, int missing) {
    int n = to - from;
    if (keys.length < n) {
      keys = new long[Math.max(n, 2 * keys.length)];
    }
    int[] order = rows.order();
    for (int i = 0; i < n; i++) {
      keys[i] = ((long) bins.bin(column, order[from + i]) << 32) | i;
    }
    if (n <= 24) {
      insertionSort(n);
    } else {
      Arrays.sort(keys, 0, n);
    }
    missingWeight = 0;
    missingSum = 0;
    missingCount = 0;
    int i = 0;
    while (i < n) {
      int bin = (int) (keys[i] >> 32);
      double w = 0;
      double s = 0;
      int start = i;
      while (i < n && (int) (keys[i] >> 32) == bin) {
        int at = from + (int) keys[i];
        double each = rows.weights()[at];
        w += each;
        s += each * rows.targets()[at];
        i++;
      }
      if (bin == missing) {
        missingWeight = w;
        missingSum = s;
        missingCount = i - start;
      } else {
        list(bin, w, s, i - start);
      }
    }
  }

  private void insertionSort(int n) {
    for (int i = 1; i < n; i++) {
      long key = keys[i];
      int j = i - 1;
      while (j >= 0 && keys[j] > key) {
        keys[j + 1] = keys[j];
        j--;
      }
      keys[j + 1] = key;
    }
  }

  private void list(int bin, double weight, double sum, int count) {
    listed[size] = bin;
    weights[size] = weight;
    sums[size] = sum;
    counts[size++] = count;
  }
}
