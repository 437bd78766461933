package dev.gnomon.serving;

import dev.gnomon.schema.Times;
import java.time.InstantSource;

/// How many came per second over the last whole ten seconds in which any came.
///
/// Not safe for use by several threads.
final class Rate {
  private static final long WINDOW = 10_000_000;

  private final InstantSource clock;
  private double perSecond;
  private long begin = Times.MISSING;
  private long many;

  Rate(InstantSource clock) {
    this.clock = clock;
  }

  void add(int more) {
    long now = Times.micros(clock.instant());
    if (begin == Times.MISSING) {
      begin = now;
    }
    many += more;
    if (now - begin >= WINDOW) {
      perSecond = many * 1e6 / (now - begin);
      begin = now;
      many = 0;
    }
  }

  double perSecond() {
    return perSecond;
  }
}
