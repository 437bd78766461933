package dev.gnomon.training.validation;

import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.LongFunction;

/// Makes folds out of what rows belong to, as pure functions.
///
/// Without times every row is tested exactly once and is learned from in every other fold. Folds by
/// time are made by [TimeFolds].
public final class Folds {
  private Folds() {}

  /// Rows dealt at random, in sizes that differ by one row at most.
  public static List<Fold> kFold(int rows, int folds, long seed) {
    return stratified(new int[rows], folds, seed);
  }

  /// Rows dealt at random within each class: a class is spread over the folds within one row, and
  /// so are the rows altogether.
  ///
  /// @param classes 0 and up, per row
  public static List<Fold> stratified(int[] classes, int folds, long seed) {
    RandomStream random = RandomStream.of(seed).split("stratified");
    int[] order = new int[classes.length];
    Arrays.setAll(order, i -> i);
    random.shuffle(order);
    int[] foldOfRow = new int[classes.length];
    int next = 0;
    int highest = Arrays.stream(classes).max().orElse(0);
    for (int c = 0; c <= highest; c++) {
      for (int row : order) {
        if (classes[row] == c) {
          foldOfRow[row] = next++ % folds;
        }
      }
    }
    return of(foldOfRow, folds);
  }

  /// Whole groups, the largest dealt first, each to the fold with the fewest rows so far; equally
  /// large ones in random order.
  ///
  /// @param groups 0 and up, per row
  public static List<Fold> grouped(int[] groups, int folds, long seed) {
    return dealt(groups, new int[groups.length], folds, seed);
  }

  /// Whole groups; those that hold a row of a higher class are dealt first and among themselves, so
  /// that each fold gets its share of them.
  ///
  /// @param classes 0 and up, per row; a group counts by the highest of its rows
  public static List<Fold> stratifiedGrouped(int[] groups, int[] classes, int folds, long seed) {
    return dealt(groups, classes, folds, seed);
  }

  private static List<Fold> dealt(int[] groups, int[] classes, int folds, long seed) {
    int count = Arrays.stream(groups).max().orElse(-1) + 1;
    int[] size = new int[count];
    int[] highest = new int[count];
    for (int row = 0; row < groups.length; row++) {
      size[groups[row]]++;
      highest[groups[row]] = Math.max(highest[groups[row]], classes[row]);
    }
    int[] shuffled = new int[count];
    Arrays.setAll(shuffled, i -> i);
    RandomStream.of(seed).split("grouped").shuffle(shuffled);
    List<Integer> order = new ArrayList<>();
    for (int group : shuffled) {
      order.add(group);
    }
    order.sort(Comparator.<Integer>comparingInt(g -> -highest[g]).thenComparingInt(g -> -size[g]));
    int[] foldOfGroup = new int[count];
    long[] rows = new long[folds];
    long[] rowsOfClass = new long[folds];
    int current = -1;
    for (int group : order) {
      if (highest[group] != current) {
        current = highest[group];
        Arrays.fill(rowsOfClass, 0);
      }
      int lightest = 0;
      for (int fold = 1; fold < folds; fold++) {
        // Even within the class first, then altogether.
        boolean lighter =
            rowsOfClass[fold] < rowsOfClass[lightest]
                || (rowsOfClass[fold] == rowsOfClass[lightest] && rows[fold] < rows[lightest]);
        lightest = lighter ? fold : lightest;
      }
      foldOfGroup[group] = lightest;
      rows[lightest] += size[group];
      rowsOfClass[lightest] += size[group];
    }
    int[] foldOfRow = new int[groups.length];
    Arrays.setAll(foldOfRow, row -> foldOfGroup[groups[row]]);
    return of(foldOfRow, folds);
  }

  /// The same, dealt so many times anew.
  public static List<Fold> repeated(int repeats, long seed, LongFunction<List<Fold>> folds) {
    List<Fold> all = new ArrayList<>();
    for (int repeat = 0; repeat < repeats; repeat++) {
      all.addAll(
          folds.apply(
              repeat == 0
                  ? seed
                  : RandomStream.of(seed).split("repeats").split(repeat).nextLong()));
    }
    return all;
  }

  /// Folds from the fold of each row; those without a row are left out.
  public static List<Fold> of(int[] foldOfRow, int folds) {
    List<Fold> found = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      int f = fold;
      int[] test = select(foldOfRow.length, row -> foldOfRow[row] == f);
      if (test.length > 0) {
        found.add(new Fold(select(foldOfRow.length, row -> foldOfRow[row] != f), test));
      }
    }
    return found;
  }

  static int[] select(int rows, IntPredicate keep) {
    int[] found = new int[rows];
    int n = 0;
    for (int row = 0; row < rows; row++) {
      if (keep.test(row)) {
        found[n++] = row;
      }
    }
    return Arrays.copyOf(found, n);
  }
}
