package dev.gnomon.observations;

import java.io.Serializable;
import java.util.Arrays;

/// Decides for one key after the other at which times of a grid it is observed, and what turned out
/// after each. One instance per thread.
public final class KeyObserver {
  /// What holds for all keys.
  ///
  /// @param grid the times of a grid, ascending; empty when observations are listed
  /// @param within how old the newest row of the population may be; the greatest long for any age
  /// @param horizon how far a label looks, microseconds
  /// @param inverted whether it is positive when nothing happens
  /// @param asOf up to when outcomes are known
  public record Rules(long[] grid, long within, long horizon, boolean inverted, long asOf)
      implements Serializable {}

  private final Rules rules;
  private final NewestRows newest = new NewestRows();
  private int[] found = {};
  private boolean[] hidden = {};

  public KeyObserver(Rules rules) {
    this.rules = rules;
    this.found = new int[rules.grid().length];
  }

  /// The times at which a key is observed: those at which the population knows a row of it, not too
  /// old, that does not end it, and before it has gone.
  ///
  /// @param ended bit 0 says that a row ends the state
  /// @param gone the first time that sees the `until` event; the greatest long without one
  /// @param times takes the result; at least as long as the grid
  /// @return how many
  public int observed(RowTimes population, int[] ended, int from, int to, long gone, long[] times) {
    long[] grid = rules.grid();
    newest.find(population, from, to, grid, grid.length, found);
    int count = 0;
    for (int k = 0; k < grid.length; k++) {
      int best = found[k];
      boolean counts =
          best >= 0
              && (ended[best] & 1) == 0
              && gone > grid[k]
              && (rules.within() == Long.MAX_VALUE
                  || population.event()[best] >= grid[k] - rules.within());
      if (counts) {
        times[count++] = grid[k];
      }
    }
    return count;
  }

  /// Begins the labels of a key: none of its outcomes is hidden so far.
  public void begin(int count) {
    if (hidden.length < count) {
      hidden = new boolean[Math.max(count, hidden.length * 2)];
    }
    Arrays.fill(hidden, 0, count, false);
  }

  /// Notes the observations made in ignorance of an event of target or `until`.
  public void hide(RowTimes events, int from, int to, long[] times, int count) {
    Outcomes.hidden(events, from, to, times, count, rules.asOf(), hidden);
  }

  /// Labels the observations of a key: 0 or 1, and why not.
  ///
  /// @param row the place of the first observation in labels and reasons
  public void label(
      RowTimes target,
      int from,
      int to,
      long[] times,
      int count,
      double[] labels,
      byte[] reasons,
      int row) {
    for (int k = 0; k < count; k++) {
      boolean happens = Outcomes.happens(target, from, to, times[k], rules.horizon(), rules.asOf());
      labels[row + k] = happens == rules.inverted() ? 0 : 1;
      reasons[row + k] = hidden[k] ? Outcomes.HIDDEN_EVENT : Outcomes.LABELLED;
    }
  }

  /// Takes the labels from listed observations of a key that had gone already.
  public static void leave(
      long gone, long[] times, int count, double[] labels, byte[] reasons, int row) {
    for (int k = 0; k < count; k++) {
      if (gone <= times[k]) {
        labels[row + k] = Double.NaN;
        reasons[row + k] = Outcomes.ALREADY_OUT;
      }
    }
  }

  /// Says of listed observations whose label stands in a column that there is none.
  public static void listed(double[] labels, byte[] reasons, int row, int count) {
    for (int k = 0; k < count; k++) {
      if (Double.isNaN(labels[row + k])) {
        reasons[row + k] = Outcomes.NO_VALUE;
      }
    }
  }
}
