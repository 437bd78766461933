package dev.gnomon.schema;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Times as the platform keeps them: microseconds since 1970-01-01T00:00:00Z in a `long`.
public final class Times {
  /// The one value that means "no time".
  public static final long MISSING = Long.MIN_VALUE;

  public static final long SECOND = 1_000_000L;
  public static final long MINUTE = 60 * SECOND;
  public static final long HOUR = 60 * MINUTE;
  public static final long DAY = 24 * HOUR;

  private Times() {}

  /// Finer parts than a microsecond are cut off towards the past.
  public static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), SECOND), instant.getNano() / 1_000);
  }

  public static Instant instant(long micros) {
    if (micros == MISSING) {
      throw new IllegalArgumentException("a missing time has no instant");
    }
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
