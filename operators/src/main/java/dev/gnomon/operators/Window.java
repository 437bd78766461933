package dev.gnomon.operators;

import dev.gnomon.schema.Times;
import java.io.Serializable;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;

/// The stretch of event time that an aggregate at time t looks at: `[left(t), t)`.
///
/// An exact window starts at `t - width`. A hop window starts at that time rounded down to a
/// multiple of the hop since the epoch, so that a store may keep tiles of that length; it therefore
/// reaches back up to one hop further. The hop is part of the definition and the same in every
/// driver. Other windows start at the beginning of time, at a stated date, or with the calendar
/// unit (in UTC) that `t` lies in.
///
/// @param width of a sliding window, microseconds, positive; for [Kind#SINCE] the date
/// @param hop microseconds; 1 for an exact window, 0 for one that does not slide
public record Window(Kind kind, long width, long hop) implements Serializable {
  /// No limit.
  public static final long FOR_EVER = Long.MAX_VALUE;

  public enum Kind {
    SLIDING,
    EVER,
    SINCE,
    DAY,
    WEEK,
    MONTH,
    QUARTER,
    YEAR
  }

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

  /// Everything that ever happened.
  public static final Window EVER = new Window(Kind.EVER, 0, 0);

  public Window {
    if (kind == Kind.SLIDING && (width <= 0 || hop <= 0)) {
      throw new IllegalArgumentException(
          "a window needs a positive width and hop, found %d and %d".formatted(width, hop));
    }
  }

  /// `[t - width, t)`.
  public static Window exact(long width) {
    return new Window(Kind.SLIDING, width, 1);
  }

  /// `[floor_hop(t - width), t)`; a window too short for the shortest hop (under a minute) is
  /// exact.
  public static Window hopping(long width) {
    return new Window(Kind.SLIDING, width, hop(width));
  }

  /// `[floor_hop(t - width), t)` with a stated hop.
  public static Window hopping(long width, long hop) {
    return new Window(Kind.SLIDING, width, hop);
  }

  /// From a date on.
  public static Window since(long micros) {
    return new Window(Kind.SINCE, micros, 0);
  }

  /// From the beginning of the calendar unit on.
  public static Window current(Kind unit) {
    return new Window(unit, 0, 0);
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
    return kind == Kind.SLIDING ? tile(t - width) : tile(t);
  }

  /// Where the tile of an event begins: events of one tile are inside of the window together or not
  /// at all, as far as its left edge decides. An exact window has none; then it is the time itself.
  public long tile(long time) {
    return switch (kind) {
      case SLIDING -> hop == 1 ? time : Math.floorDiv(time, hop) * hop;
      case EVER -> Long.MIN_VALUE;
      // What lies before the date is in no window at all.
      case SINCE -> width;
      case DAY -> Math.floorDiv(time, Times.DAY) * Times.DAY;
      case WEEK, MONTH, QUARTER, YEAR -> start(time);
    };
  }

  private long start(long time) {
    LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(time, Times.DAY));
    LocalDate first =
        switch (kind) {
          case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
          case MONTH -> day.withDayOfMonth(1);
          case QUARTER -> LocalDate.of(day.getYear(), (day.getMonthValue() - 1) / 3 * 3 + 1, 1);
          default -> day.withDayOfYear(1);
        };
    return first.toEpochDay() * Times.DAY;
  }

  /// Whether events may be compacted by tile.
  boolean tiled() {
    return kind != Kind.SLIDING || hop > 1;
  }

  /// The furthest that [#left] may lie before `t`; [#FOR_EVER] when there is no such bound.
  public long reach() {
    return switch (kind) {
      case SLIDING -> width + hop - 1;
      case EVER, SINCE -> FOR_EVER;
      case DAY -> Times.DAY;
      case WEEK -> 7 * Times.DAY;
      case MONTH -> 31 * Times.DAY;
      case QUARTER -> 92 * Times.DAY;
      case YEAR -> 366 * Times.DAY;
    };
  }

  /// How long the window is at `t`, microseconds; [#FOR_EVER] for one without a beginning. For
  /// rates.
  public long length(long t) {
    return switch (kind) {
      case SLIDING -> width;
      case EVER -> FOR_EVER;
      default -> t - left(t);
    };
  }

  /// For definitions: equal texts are equal windows.
  @Override
  public String toString() {
    return switch (kind) {
      case SLIDING -> width + "/" + hop;
      case EVER -> "ever";
      case SINCE -> "since " + width;
      default -> "since " + kind;
    };
  }
}
