package dev.gnomon.server.security;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// A token bucket without a lock, kept as one number: the time at which the bucket would be full
/// again ("virtual scheduling" of the generic cell rate algorithm, ITU-T I.371, annex A).
final class Rate {
  private final long interval;
  private final long tolerance;
  private final LongSupplier nanos;
  private final AtomicLong full;

  /// @param perSecond how many in the long run; above 0
  /// @param burst how many at once after a rest; at least 1
  /// @param nanos a clock that only goes forward, nanoseconds
  Rate(double perSecond, long burst, LongSupplier nanos) {
    this.interval = Math.max(1, Math.round(1e9 / perSecond));
    this.tolerance = interval * (burst - 1);
    this.nanos = nanos;
    this.full = new AtomicLong(nanos.getAsLong());
  }

  /// Takes one.
  ///
  /// @return 0 when there was one, else the nanoseconds until there will be
  long take() {
    long now = nanos.getAsLong();
    while (true) {
      long before = full.get();
      long behind = before - now;
      if (behind > tolerance) {
        return behind - tolerance;
      }
      if (full.compareAndSet(before, Math.max(behind, 0) + now + interval)) {
        return 0;
      }
    }
  }

  /// As [#take], without taking.
  long wanting() {
    return Math.max(0, full.get() - nanos.getAsLong() - tolerance);
  }

  /// Whether forgetting it changes nothing.
  boolean rested() {
    return full.get() - nanos.getAsLong() <= 0;
  }
}
