package dev.gnomon.training.validation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/// Folds that follow time, as pure functions of the times of the rows.
///
/// A row at time t has an outcome that is known at t + `purge`. What is learned from before a test
/// block that begins at a fulfils t + purge <= a, so that no outcome learned from happens in the
/// time of a tested row. Rows of one time stand on one side of each cut. Folds with nothing to
/// learn from or nothing to test are left out.
///
/// Purging and embargo: Lopez de Prado, Advances in financial machine learning, 2018, chapter 7.
public final class TimeFolds {
  private TimeFolds() {}

  /// Blocks of about equally many rows, one more than folds: each but the first is tested by what
  /// all before it teach.
  public static List<Fold> expanding(long[] times, int folds, long purge) {
    return forward(times, cuts(times, folds + 1), OptionalLong.empty(), purge);
  }

  /// As [#expanding], but only so far back is learned from; empty for as long as the first block
  /// is.
  public static List<Fold> rolling(long[] times, int folds, OptionalLong window, long purge) {
    long[] cuts = cuts(times, folds + 1);
    return cuts.length < 2
        ? List.of()
        : forward(times, cuts, OptionalLong.of(window.orElse(cuts[1] - cuts[0])), purge);
  }

  /// A fit every so often, each tested on the time up to the next. The first one when there is a
  /// whole window behind it, or one step where the window is everything.
  public static List<Fold> walkForward(long[] times, long every, OptionalLong window, long purge) {
    if (times.length == 0) {
      return List.of();
    }
    long first = Arrays.stream(times).min().orElseThrow();
    long last = Arrays.stream(times).max().orElseThrow();
    List<Long> cuts = new ArrayList<>(List.of(first));
    for (long at = first + window.orElse(every) + purge; at <= last; at += every) {
      cuts.add(at);
    }
    return forward(times, cuts.stream().mapToLong(c -> c).toArray(), window, purge);
  }

  private static List<Fold> forward(long[] times, long[] cuts, OptionalLong window, long purge) {
    List<Fold> folds = new ArrayList<>();
    for (int block = 1; block < cuts.length; block++) {
      long from = cuts[block];
      long to = block + 1 < cuts.length ? cuts[block + 1] : Long.MAX_VALUE;
      long oldest = window.isPresent() ? from - purge - window.getAsLong() : Long.MIN_VALUE;
      add(
          folds,
          Folds.select(
              times.length, r -> times[r] < from && times[r] + purge <= from && times[r] >= oldest),
          Folds.select(
              times.length, r -> times[r] >= from && (times[r] < to || to == Long.MAX_VALUE)));
    }
    return folds;
  }

  /// Blocks of about equally many rows, each tested by what all others teach, before and after.
  /// Rows whose outcome overlaps with that of a tested row are left out (purged), and so are those
  /// within `embargo` after the last of these outcomes.
  public static List<Fold> purged(long[] times, int folds, long purge, long embargo) {
    long[] cuts = cuts(times, folds);
    List<Fold> found = new ArrayList<>();
    for (int block = 0; block < cuts.length; block++) {
      long from = cuts[block];
      long to = block + 1 < cuts.length ? cuts[block + 1] : Long.MAX_VALUE;
      int[] test =
          Folds.select(
              times.length, r -> times[r] >= from && (times[r] < to || to == Long.MAX_VALUE));
      long last = Arrays.stream(test).mapToLong(r -> times[r]).max().orElse(from);
      add(
          found,
          Folds.select(
              times.length,
              r ->
                  (times[r] < from && times[r] + purge <= from)
                      || (times[r] > last && times[r] >= last + purge + embargo)),
          test);
    }
    return found;
  }

  private static void add(List<Fold> folds, int[] train, int[] test) {
    if (train.length > 0 && test.length > 0) {
      folds.add(new Fold(train, test));
    }
  }

  /// The times at which blocks of about equally many rows begin, the first time among them; fewer
  /// than asked for where there are fewer times.
  static long[] cuts(long[] times, int blocks) {
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    List<Long> cuts = new ArrayList<>();
    if (sorted.length > 0) {
      cuts.add(sorted[0]);
    }
    for (int block = 1; block < blocks; block++) {
      int wanted = (int) Math.round((double) block * sorted.length / blocks);
      int above = wanted;
      while (above > 0 && above < sorted.length && sorted[above] == sorted[above - 1]) {
        above++;
      }
      int below = wanted;
      while (below > 0 && below < sorted.length && sorted[below] == sorted[below - 1]) {
        below--;
      }
      // The change of time that lies nearest, and behind the last cut.
      long found =
          above >= sorted.length || (below > 0 && wanted - below < above - wanted)
              ? sorted[Math.clamp(below, 0, sorted.length - 1)]
              : sorted[above];
      if (found > cuts.getLast()) {
        cuts.add(found);
      }
    }
    return cuts.stream().mapToLong(c -> c).toArray();
  }
}
