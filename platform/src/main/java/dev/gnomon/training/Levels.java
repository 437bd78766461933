package dev.gnomon.training;

import dev.gnomon.data.Column;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One column cut into levels: the texts themselves, the values of a column with few of them, or
/// bins. Missing is a level of its own.
///
/// Bins of a number have their edges at quantiles of all rows and of the positive ones, least and
/// greatest positive included, so that a threshold which separates a rare class is not blurred by a
/// bin of common rows.
///
/// @param codes the level of each row; 0 is missing
/// @param count how many levels there are
/// @param discrete whether a level is one value
record Levels(String name, int[] codes, int count, boolean discrete, String[] labels) {
  static final int FOLDS = 5;
  private static final int MAX_DISCRETE = 64;
  private static final int QUANTILES = 64;

  static Levels of(String name, Column column, int[] rows, boolean[] positive) {
    if (column instanceof Column.Texts texts) {
      return texts(name, texts, rows);
    }
    double[] values = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      values[i] = number(column, rows[i]);
    }
    double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    double[] distinct = Arrays.stream(sorted).distinct().limit(MAX_DISCRETE + 1L).toArray();
    boolean discrete = distinct.length <= MAX_DISCRETE;
    double[] edges = discrete ? distinct : edges(values, sorted, positive);
    int[] codes = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      if (!Double.isNaN(values[i])) {
        int at = Arrays.binarySearch(edges, values[i]);
        codes[i] = at >= 0 ? at + 2 : -at; // 1 is below the first edge
      }
    }
    String[] labels = new String[edges.length + 2];
    labels[0] = name + " is missing";
    labels[1] = name;
    for (int i = 0; i < edges.length; i++) {
      labels[i + 2] = name + " = " + plain(edges[i]);
    }
    return new Levels(name, codes, edges.length + 2, discrete, labels);
  }

  private static Levels texts(String name, Column.Texts texts, int[] rows) {
    int[] levelOfCode = new int[texts.dictionary().size()];
    int[] codes = new int[rows.length];
    int next = 1;
    @Nullable String[] labels = new @Nullable String[texts.dictionary().size() + 1];
    for (int i = 0; i < rows.length; i++) {
      int code = texts.codes()[rows[i]];
      if (code >= 0) {
        if (levelOfCode[code] == 0) {
          labels[next] = name + " = '" + texts.dictionary().text(code) + "'";
          levelOfCode[code] = next++;
        }
        codes[i] = levelOfCode[code];
      }
    }
    String[] used = new String[next];
    used[0] = name + " is missing";
    for (int i = 1; i < next; i++) {
      used[i] = String.valueOf(labels[i]);
    }
    return new Levels(name, codes, next, true, used);
  }

  static double number(Column column, int row) {
    return switch (column) {
      case Column.Numbers numbers -> numbers.values()[row];
      case Column.Moments moments ->
          moments.missing(row) ? Double.NaN : (double) moments.micros()[row];
      case Column.Texts texts -> Double.NaN;
    };
  }

  private static double[] edges(double[] values, double[] sorted, boolean[] positive) {
    double[] ofPositives = new double[values.length];
    int n = 0;
    for (int i = 0; i < values.length; i++) {
      if (positive[i] && !Double.isNaN(values[i])) {
        ofPositives[n++] = values[i];
      }
    }
    double[] positives = Arrays.copyOf(ofPositives, n);
    Arrays.sort(positives);
    double[] edges = new double[2 * (QUANTILES + 1) + 1];
    int e = 0;
    for (int q = 0; q <= QUANTILES; q++) {
      edges[e++] = sorted[(int) ((long) q * (sorted.length - 1) / QUANTILES)];
      if (n > 0) {
        edges[e++] = positives[(int) ((long) q * (n - 1) / QUANTILES)];
      }
    }
    if (n > 0) {
      edges[e++] = Math.nextUp(positives[n - 1]); // what lies above the greatest positive is apart
    }
    return Arrays.stream(edges, 0, e).sorted().distinct().toArray();
  }

  /// For each row the mean target in its level over the other folds, drawn towards the overall mean
  /// by one row.
  double[] outOfFoldMeans(double[] targets, int[] folds) {
    int[][] rowsOf = new int[FOLDS][count];
    double[][] sumOf = new double[FOLDS][count];
    int[] all = new int[count];
    double[] allSum = new double[count];
    double sum = 0;
    for (int i = 0; i < codes.length; i++) {
      rowsOf[folds[i]][codes[i]]++;
      all[codes[i]]++;
      sumOf[folds[i]][codes[i]] += targets[i];
      allSum[codes[i]] += targets[i];
      sum += targets[i];
    }
    double prior = sum / codes.length;
    double[] means = new double[codes.length];
    for (int i = 0; i < codes.length; i++) {
      int level = codes[i];
      means[i] =
          (allSum[level] - sumOf[folds[i]][level] + prior)
              / (all[level] - rowsOf[folds[i]][level] + 1.0);
    }
    return means;
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
