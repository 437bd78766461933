package dev.gnomon.features.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Stops asking a store that does not answer: after some failures in a row nothing is asked for a
/// while, then one request at a time finds out whether it is back.
final class Breaker {
  static final int FAILURES = 5;
  static final long PAUSE_NANOS = 500_000_000L;

  private final LongSupplier nanos;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicLong triedAt = new AtomicLong();

  Breaker(LongSupplier nanos) {
    this.nanos = nanos;
  }

  boolean allows() {
    if (failures.get() < FAILURES) {
      return true;
    }
    long last = triedAt.get();
    long now = nanos.getAsLong();
    return now - last >= PAUSE_NANOS && triedAt.compareAndSet(last, now);
  }

  void succeeded() {
    if (failures.get() != 0) {
      failures.set(0);
    }
  }

  void failed() {
    if (failures.incrementAndGet() >= FAILURES) {
      triedAt.set(nanos.getAsLong());
    }
  }
}
