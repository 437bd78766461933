package dev.gnomon.scoring;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/// How fast rows come, and how long it will take.
final class Pace {
  private final InstantSource clock;
  private final long all;
  private final Instant began;

  /// @param all rows to come, about; 0 if that is not known
  Pace(InstantSource clock, long all) {
    this.clock = clock;
    this.all = all;
    this.began = clock.instant();
  }

  /// `120,000 rows/s, 7 s left`; blank as long as nothing can be said.
  ///
  /// @param reused rows among them that took no work
  String text(long done, long reused) {
    double seconds = Duration.between(began, clock.instant()).toNanos() / 1e9;
    long worked = done - reused;
    if (seconds <= 0 || worked <= 0) {
      return "";
    }
    String rate = String.format(Locale.ROOT, "%,.0f rows/s", worked / seconds);
    return done >= all
        ? rate
        : rate + String.format(Locale.ROOT, ", %,.0f s left", (all - done) * seconds / worked);
  }
}
