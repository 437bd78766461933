package dev.gnomon.features.internal;

import java.util.concurrent.atomic.AtomicInteger;

/// Lets one call in ten be tried again, with a small reserve: when everything fails, retries must
/// not double the load on what is already in trouble.
final class RetryBudget {
  private static final int COST = 10;
  private static final int RESERVE = 10 * COST;

  private final AtomicInteger saved = new AtomicInteger(RESERVE);

  /// A call was made for the first time.
  void earn() {
    if (saved.get() < RESERVE) {
      saved.incrementAndGet();
    }
  }

  /// Whether one may be tried again.
  boolean spend() {
    int now = saved.get();
    while (now >= COST) {
      if (saved.compareAndSet(now, now - COST)) {
        return true;
      }
      now = saved.get();
    }
    return false;
  }
}
