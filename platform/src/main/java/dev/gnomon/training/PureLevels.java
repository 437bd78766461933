package dev.gnomon.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The rarer class spelled out by several columns, none of which gives it away alone: flags such as
/// "failed by heat", "failed by wear" whose union is "failed".
///
/// A level is pure when at least [#SUPPORT] rows have it and nearly all are of the rarer class.
/// Which levels are pure is learned on four folds and counted on the fifth, so that levels pure by
/// chance (identifiers, rare texts) do not add up.
final class PureLevels {
  private static final int SUPPORT = 5;

  private PureLevels() {}

  /// @param levels the fewest that cover as much, greatest first
  record Union(List<String> levels, List<String> columns, double coverage, double purity) {}

  static Optional<Union> union(List<Levels> columns, boolean[] positive, int[] folds) {
    int positives = 0;
    for (boolean p : positive) {
      positives += p ? 1 : 0;
    }
    boolean rarer = 2 * positives <= positive.length;
    boolean[] rare = new boolean[positive.length];
    for (int i = 0; i < rare.length; i++) {
      rare[i] = positive[i] == rarer;
    }
    boolean[] covered = new boolean[rare.length];
    for (Levels column : columns) {
      if (column.discrete()) {
        mark(column, rare, folds, covered);
      }
    }
    int inUnion = 0;
    int rareInUnion = 0;
    int allRare = 0;
    for (int i = 0; i < rare.length; i++) {
      allRare += rare[i] ? 1 : 0;
      if (covered[i]) {
        inUnion++;
        rareInUnion += rare[i] ? 1 : 0;
      }
    }
    if (inUnion == 0 || allRare == 0) {
      return Optional.empty();
    }
    double coverage = (double) rareInUnion / allRare;
    double purity = (double) rareInUnion / inUnion;
    if (coverage < Leaks.UNION_COVERAGE || purity < Leaks.UNION_PURITY) {
      return Optional.empty();
    }
    return Optional.of(name(columns, rare, coverage, purity));
  }

  private static void mark(Levels column, boolean[] rare, int[] folds, boolean[] covered) {
    int[][] rowsOf = new int[Levels.FOLDS][column.count()];
    int[][] rareOf = new int[Levels.FOLDS][column.count()];
    int[] all = new int[column.count()];
    int[] allRare = new int[column.count()];
    for (int i = 0; i < rare.length; i++) {
      int level = column.codes()[i];
      rowsOf[folds[i]][level]++;
      all[level]++;
      if (rare[i]) {
        rareOf[folds[i]][level]++;
        allRare[level]++;
      }
    }
    for (int i = 0; i < rare.length; i++) {
      int level = column.codes()[i];
      int rows = all[level] - rowsOf[folds[i]][level];
      int ofClass = allRare[level] - rareOf[folds[i]][level];
      covered[i] |= rows >= SUPPORT && ofClass >= Leaks.UNION_PURITY * rows;
    }
  }

  private static Union name(List<Levels> columns, boolean[] rare, double coverage, double purity) {
    record Pure(Levels column, int level, int rows) {}
    List<Pure> pure = new ArrayList<>();
    for (Levels column : columns) {
      if (!column.discrete()) {
        continue;
      }
      int[] rows = new int[column.count()];
      int[] ofClass = new int[column.count()];
      for (int i = 0; i < rare.length; i++) {
        rows[column.codes()[i]]++;
        ofClass[column.codes()[i]] += rare[i] ? 1 : 0;
      }
      for (int level = 0; level < rows.length; level++) {
        if (rows[level] >= SUPPORT && ofClass[level] >= Leaks.UNION_PURITY * rows[level]) {
          pure.add(new Pure(column, level, rows[level]));
        }
      }
    }
    pure.sort(
        Comparator.<Pure>comparingInt(p -> -p.rows())
            .thenComparing(p -> p.column().labels()[p.level()]));
    boolean[] done = new boolean[rare.length];
    List<String> levels = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Pure p : pure) {
      int gained = 0;
      for (int i = 0; i < rare.length; i++) {
        if (!done[i] && p.column().codes()[i] == p.level()) {
          done[i] = true;
          gained++;
        }
      }
      if (gained > 0 && levels.size() < 12) {
        levels.add(p.column().labels()[p.level()]);
        names.add(p.column().name());
      }
    }
    return new Union(
        levels, Arrays.asList(names.stream().distinct().toArray(String[]::new)), coverage, purity);
  }
}
