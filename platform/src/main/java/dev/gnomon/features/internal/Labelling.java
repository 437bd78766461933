package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.Frame.Target;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What turned out within `(t, t + horizon]`, as far as it is known up to as-of.
final class Labelling {
  /// Why a label is missing; the index is kept per row.
  static final List<String> REASONS =
      List.of(
          "",
          "the horizon and the lateness of the target end after as-of",
          "a target or until event happened before the observation but was not yet known then",
          "the until event was already known at the observation",
          "the target column is missing");

  static final byte LABELLED = 0;
  static final byte NOT_YET = 1;
  static final byte HIDDEN_EVENT = 2;
  static final byte ALREADY_OUT = 3;
  static final byte NO_VALUE = 4;

  private Labelling() {}

  /// An event target, whichever way it counts.
  record EventTarget(String source, long horizon, Optional<Duration> lateness, boolean inverted) {}

  static Optional<EventTarget> eventTarget(Target target) {
    return switch (target) {
      case Target.EventWithin within ->
          Optional.of(
              new EventTarget(
                  within.source(),
                  ProgramCompiler.micros(within.within()),
                  within.lateness(),
                  false));
      case Target.NoEventWithin within ->
          Optional.of(
              new EventTarget(
                  within.source(),
                  ProgramCompiler.micros(within.within()),
                  within.lateness(),
                  true));
      case Target.InColumn column -> Optional.empty();
    };
  }

  /// Whether an event in `(t, t + horizon]` was known by as-of.
  static boolean happens(SortedEvents events, int from, int to, long t, long horizon, long asOf) {
    long[] eventTimes = events.eventTimes();
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
      if (events.knownAts()[i] <= asOf) {
        return true;
      }
    }
    return false;
  }

  /// For ascending times: whether an event at or before each was not seen at it, though it is known
  /// by as-of. Such an observation was made in ignorance of an outcome that had already happened.
  static void hidden(
      SortedEvents events, int from, int to, long[] times, int count, long asOf, boolean[] found) {
    long[] active = events.active();
    long[] eventTimes = events.eventTimes();
    int i = from;
    long latest = Long.MIN_VALUE;
    for (int k = 0; k < count; k++) {
      while (i < to && eventTimes[i] <= times[k]) {
        if (events.knownAts()[i] <= asOf) {
          latest = Math.max(latest, active[i]);
        }
        i++;
      }
      found[k] |= latest > times[k];
    }
  }

  /// The first observation time that sees any of the events; the greatest long if there is none.
  static long firstSeen(SortedEvents events, int from, int to) {
    long first = Long.MAX_VALUE;
    for (int i = from; i < to; i++) {
      first = Math.min(first, events.active()[i]);
    }
    return first;
  }

  /// The delay that 99.9 % of the events don't exceed.
  ///
  /// @param late the delays that are positive, in any order
  /// @param all how many events there are, punctual ones included
  static long usualDelay(long[] late, long all) {
    long punctual = all - late.length;
    // The smallest rank r with r >= 0.999 n, in whole numbers.
    long rank = (999 * all + 999) / 1000;
    if (all == 0 || rank <= punctual) {
      return 0;
    }
    long[] sorted = late.clone();
    java.util.Arrays.sort(sorted);
    return sorted[(int) (rank - punctual - 1)];
  }
}
