package dev.gnomon.operators;

import dev.gnomon.schema.Times;

/// The stretch of event time that an aggregate at time t looks at: `[left(t), t)`.
///
/// An exact window starts at `t - width`. A hop window starts at that time rounded down to a
/// multiple of the hop since the epoch, so that a store may keep tiles of that length; it therefore
/// reaches back up to one hop further. The hop is part of the definition and the same in every
/// driver.
///
/// @param width microseconds, positive
/// @param hop microseconds; 1 for an exact window
public record Window(long width, long hop) {
  private static final long[] HOPS = {
    Times.SECOND,
    5 * Times.SECOND,
    15 * Times.SECOND,
    Times.MINUTE,
    5 * Times.MINUTE,
    15 * Times.MINUTE,
    30 * Times.MINUTE,
    Times.HOUR,
    3 * Times.HOUR,
    6 * Times.HOUR,
    12 * Times.HOUR,
    Times.DAY
  };

  public Window {
    if (width <= 0 || hop <= 0) {
      throw new IllegalArgumentException(
          "a window needs a positive width and hop, found %d and %d".formatted(width, hop));
    }
  }

  /// `[t - width, t)`.
  public static Window exact(long width) {
    return new Window(width, 1);
  }

  /// `[floor_hop(t - width), t)`; a window too short for the shortest hop (under a minute) is
  /// exact.
  public static Window hopping(long width) {
    return new Window(width, hop(width));
  }

  /// The largest of 1s, 5s, 15s, 1m, 5m, 15m, 30m, 1h, 3h, 6h, 12h and 1d that is at most a
  /// sixtieth of the width; 1 (a microsecond: exact) if there is none.
  public static long hop(long width) {
    long found = 1;
    for (long hop : HOPS) {
      if (hop <= width / 60) {
        found = hop;
      }
    }
    return found;
  }

  /// The first event time inside, seen from `t`. Never decreases with `t`.
  public long left(long t) {
    long start = t - width;
    return hop == 1 ? start : Math.floorDiv(start, hop) * hop;
  }

  /// The furthest that [#left] may lie before `t`.
  public long reach() {
    return width + hop - 1;
  }
}
