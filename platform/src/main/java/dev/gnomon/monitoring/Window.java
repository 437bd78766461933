package dev.gnomon.monitoring;

import dev.gnomon.schema.Times;

/// Which decisions are looked at, by their observation time.
///
/// @param from microseconds, inclusive
/// @param to microseconds, exclusive
public record Window(long from, long to) {
  public static final Window ALL = new Window(Long.MIN_VALUE, Long.MAX_VALUE);

  public Window {
    if (from >= to) {
      throw new IllegalArgumentException("a window from %d to %d".formatted(from, to));
    }
  }

  /// The last days before a moment.
  public static Window lastDays(int days, long now) {
    return new Window(now - days * Times.DAY, now + 1);
  }

  boolean holds(long at) {
    return at >= from && at < to;
  }
}
