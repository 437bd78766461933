package dev.gnomon.observations;

import dev.gnomon.schema.Times;
import java.util.Arrays;
import java.util.List;

/// What turned out within `(t, t + horizon]`, as far as it is known up to as-of.
public final class Outcomes {
  /// Why a label is missing; the index is kept per row.
  public static final List<String> REASONS =
      List.of(
          "",
          "the horizon and the lateness of the target end after as-of",
          "a target or until event happened before the observation but was not yet known then",
          "the until event was already known at the observation",
          "the target column is missing");

  public static final byte LABELLED = 0;
  public static final byte NOT_YET = 1;
  public static final byte HIDDEN_EVENT = 2;
  public static final byte ALREADY_OUT = 3;
  public static final byte NO_VALUE = 4;

  private Outcomes() {}

  /// Whether an event in `(t, t + horizon]` was known by as-of.
  public static boolean happens(
      RowTimes events, int from, int to, long t, long horizon, long asOf) {
    long[] eventTimes = events.event();
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (eventTimes[middle] <= t) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    for (int i = low; i < to && eventTimes[i] <= t + horizon; i++) {
      if (events.known()[i] <= asOf) {
        return true;
      }
    }
    return false;
  }

  /// For ascending times: whether an event at or before each was not seen at it, though it is known
  /// by as-of. Such an observation was made in ignorance of an outcome that had already happened.
  ///
  /// @param found set where it is so, else left as it is
  public static void hidden(
      RowTimes events, int from, int to, long[] times, int count, long asOf, boolean[] found) {
    long[] active = events.active();
    long[] eventTimes = events.event();
    int i = from;
    long latest = Long.MIN_VALUE;
    for (int k = 0; k < count; k++) {
      while (i < to && eventTimes[i] <= times[k]) {
        if (events.known()[i] <= asOf) {
          latest = Math.max(latest, active[i]);
        }
        i++;
      }
      found[k] |= latest > times[k];
    }
  }

  /// The first observation time that sees any of the events; the greatest long if there is none.
  public static long firstSeen(RowTimes events, int from, int to) {
    long first = Long.MAX_VALUE;
    for (int i = from; i < to; i++) {
      first = Math.min(first, events.active()[i]);
    }
    return first;
  }

  /// Which event has the usual delay, the one that 99.9 % of the events don't exceed: the smallest
  /// rank r with r >= 0.999 n, in whole numbers.
  ///
  /// @param all how many events there are
  /// @return from 1, by ascending delay; 0 without events
  public static long usualRank(long all) {
    return (999 * all + 999) / 1000;
  }

  /// The delay that 99.9 % of the events don't exceed.
  ///
  /// @param late the delays that are positive, in any order
  /// @param all how many events there are, punctual ones included
  public static long usualDelay(long[] late, long all) {
    long punctual = all - late.length;
    long rank = usualRank(all);
    if (all == 0 || rank <= punctual) {
      return 0;
    }
    long[] sorted = late.clone();
    Arrays.sort(sorted);
    return sorted[(int) (rank - punctual - 1)];
  }

  /// The last observation time whose horizon and lateness had come by as-of; the smallest long when
  /// nothing is known of the target at all.
  public static long matureUntil(long asOf, long horizon, long lateness) {
    return asOf == Times.MISSING ? Times.MISSING : asOf - horizon - lateness;
  }

  /// Takes back the labels whose time had not fully come, and those for which there is a reason.
  ///
  /// @param matureUntil as [#matureUntil(long, long, long)] says
  public static void mature(
      long[] times, double[] labels, byte[] reasons, int from, int to, long matureUntil) {
    for (int i = from; i < to; i++) {
      if (matureUntil == Times.MISSING || times[i] > matureUntil) {
        reasons[i] = NOT_YET;
      }
      if (reasons[i] != LABELLED) {
        labels[i] = Double.NaN;
      }
    }
  }
}
