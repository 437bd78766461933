package dev.gnomon.training;

import dev.gnomon.data.Column;
import dev.gnomon.features.TrainingSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// A column that names an entity the split tears apart: a household, a patient, a machine, whose
/// rows share their label.
///
/// Looked at are columns of text and of whole numbers with at least 30 levels of 1.5 to 50 rows
/// each, of which at least 30 % of the test rows (and 50 of them) share one with the training part.
/// The measure is the intraclass correlation across the split: the mean over these test rows of
/// (label - mean) (mean label of its level in the training part - mean), by the variance of the
/// label. It is 0 when a level says nothing and 1 when all rows of a level have one label. For
/// numbers the same figure with the neighbouring levels in place of the own one is taken off, since
/// a measurement says much through values near it while an identifier does not.
///
/// @param agreement at least [#LEAST], with its standard error over levels
record EntityLeak(String column, int levels, double shared, double agreement, double error) {
  static final double LEAST = 0.5;
  private static final double ERRORS = 5;
  private static final int LEAST_LEVELS = 30;
  private static final double LEAST_SHARED = 0.3;
  private static final int LEAST_ROWS = 50;

  static List<EntityLeak> find(TrainingSet set, Split split, Set<String> passed) {
    List<EntityLeak> found = new ArrayList<>();
    List<String> names = set.rows().schema().names();
    for (int c = 0; c < names.size(); c++) {
      if (!passed.contains(names.get(c))) {
        int[] codes = codes(set.rows().column(c), set.size());
        if (codes.length > 0) {
          boolean ordered = set.rows().column(c) instanceof Column.Numbers;
          measure(names.get(c), codes, ordered, set, split).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  /// A level per row, -1 where missing; those of numbers in their order. Empty when it can't be an
  /// identifier.
  private static int[] codes(Column column, int rows) {
    if (column instanceof Column.Texts texts) {
      return texts.codes();
    }
    if (!(column instanceof Column.Numbers numbers)) {
      return new int[0];
    }
    for (double v : numbers.values()) {
      if (!Double.isNaN(v) && v != Math.rint(v)) {
        return new int[0];
      }
    }
    double[] distinct =
        Arrays.stream(numbers.values()).filter(v -> !Double.isNaN(v)).sorted().distinct().toArray();
    int[] codes = new int[rows];
    for (int i = 0; i < rows; i++) {
      double v = numbers.values()[i];
      codes[i] = Double.isNaN(v) ? -1 : Arrays.binarySearch(distinct, v);
    }
    return codes;
  }

  private static java.util.Optional<EntityLeak> measure(
      String name, int[] codes, boolean ordered, TrainingSet set, Split split) {
    int levels = Arrays.stream(codes).max().orElse(-1) + 1;
    if (levels < LEAST_LEVELS) {
      return java.util.Optional.empty();
    }
    double[] sums = new double[levels];
    int[] counts = new int[levels];
    int[] all = new int[levels];
    double mean = 0;
    int n = 0;
    for (int[] part : new int[][] {split.train(), split.validation()}) {
      for (int row : part) {
        mean += set.labels()[row];
        n++;
        if (codes[row] >= 0) {
          sums[codes[row]] += set.labels()[row];
          counts[codes[row]]++;
          all[codes[row]]++;
        }
      }
    }
    mean /= n;
    double variance = 0;
    int shared = 0;
    for (int row : split.test()) {
      variance += Math.pow(set.labels()[row] - mean, 2);
      if (codes[row] >= 0) {
        all[codes[row]]++;
        shared += counts[codes[row]] > 0 ? 1 : 0;
      }
    }
    variance /= split.test().length;
    int used = 0;
    long rows = 0;
    for (int count : all) {
      used += count > 0 ? 1 : 0;
      rows += count;
    }
    double perLevel = (double) rows / Math.max(1, used);
    if (used < LEAST_LEVELS
        || perLevel < 1.5
        || perLevel > 50
        || shared < LEAST_ROWS
        || shared < LEAST_SHARED * split.test().length
        || !(variance > 0)) {
      return java.util.Optional.empty();
    }
    Map<Integer, double[]> ofLevel = new HashMap<>();
    double own = 0;
    double near = 0;
    for (int row : split.test()) {
      int level = codes[row];
      if (level < 0 || counts[level] == 0) {
        continue;
      }
      double product = (set.labels()[row] - mean) * (sums[level] / counts[level] - mean) / variance;
      own += product;
      double[] tally = ofLevel.computeIfAbsent(level, _ -> new double[2]);
      tally[0] += product;
      tally[1]++;
      if (ordered) {
        near += (set.labels()[row] - mean) * (nearby(level, sums, counts, mean) - mean) / variance;
      }
    }
    own /= shared;
    near /= shared;
    double squares = 0;
    for (double[] tally : ofLevel.values()) {
      squares += Math.pow(tally[0] - tally[1] * own, 2);
    }
    double error = Math.sqrt(squares) / shared;
    double agreement = own - Math.max(0, near);
    return agreement >= LEAST && agreement >= ERRORS * error
        ? java.util.Optional.of(
            new EntityLeak(name, used, (double) shared / split.test().length, agreement, error))
        : java.util.Optional.empty();
  }

  /// The mean label of the levels beside one, each weighing the same.
  private static double nearby(int level, double[] sums, int[] counts, double mean) {
    OptionalInt below = OptionalInt.empty();
    OptionalInt above = OptionalInt.empty();
    for (int i = level - 1; i >= 0 && below.isEmpty(); i--) {
      below = counts[i] > 0 ? OptionalInt.of(i) : below;
    }
    for (int i = level + 1; i < counts.length && above.isEmpty(); i++) {
      above = counts[i] > 0 ? OptionalInt.of(i) : above;
    }
    double sum = 0;
    int n = 0;
    for (OptionalInt side : List.of(below, above)) {
      if (side.isPresent()) {
        sum += sums[side.getAsInt()] / counts[side.getAsInt()];
        n++;
      }
    }
    return n == 0 ? mean : sum / n;
  }
}
