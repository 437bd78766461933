package dev.gnomon.features.internal;

import dev.failsafe.Bulkhead;
import dev.gnomon.core.Breaker;
import dev.gnomon.features.StoreReadings;
import dev.gnomon.features.StoreUnavailable;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Stands before a store outside of this process: a bulkhead, so that a slow store does not collect
/// all requests; a breaker, so that a failing one is left alone; and retries within a budget.
///
/// A read that failed (not one that was late) is tried once more while the breaker is closed: it
/// changes nothing. A read that answers after half of the usual deadline counts as failed for the
/// breaker, though what it answered is used. Whoever brings less time than that can't make the
/// store look bad for others: such a read counts only if it fails outright.
final class StoreGuard {
  private static final int FAILURES = 10;
  private static final int OF = 20;
  private static final int PROBES = 3;
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Breaker breaker;
  private final Bulkhead<Object> bulkhead;
  private final RetryBudget budget = new RetryBudget();
  private final long slowNanos;
  private final LongSupplier nanos;
  private final LongAdder full = new LongAdder();
  private final LongAdder reads = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder late = new LongAdder();
  private final LongAdder slow = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder spared = new LongAdder();

  /// @param deadline how long a read may usually take
  /// @param atOnce how many may wait at one time
  StoreGuard(Duration deadline, int atOnce, LongSupplier nanos) {
    this.slowNanos = deadline.toNanos() / 2;
    this.nanos = nanos;
    this.bulkhead = Bulkhead.of(atOnce);
    this.breaker = new Breaker(FAILURES, OF, PROBES, PAUSE, nanos);
  }

  /// The read failed outright, and trying again did not help or was not possible.
  static final class Failed extends Exception {
    @java.io.Serial private static final long serialVersionUID = 1L;

    Failed() {
      super(null, null, false, false);
    }
  }

  /// Asks and waits.
  ///
  /// @param ask begins a read
  /// @param again whether a failed read may be tried again now
  /// @param until by the clock, when there is no more time
  /// @throws StoreUnavailable when nothing may be asked now, or the answer is late
  <T> T read(Supplier<CompletionStage<T>> ask, BooleanSupplier again, long until) throws Failed {
    if (!bulkhead.tryAcquirePermit()) {
      full.increment();
      throw new StoreUnavailable("too many reads wait for the online store");
    }
    try {
      budget.earn();
      boolean tried = false;
      while (true) {
        try {
          return once(ask, until);
        } catch (Failed e) {
          if (tried || breaker.state() != Breaker.State.CLOSED || !again.getAsBoolean()) {
            throw e;
          }
          if (!budget.spend()) {
            spared.increment();
            throw e;
          }
          tried = true;
          retries.increment();
        }
      }
    } finally {
      bulkhead.releasePermit();
    }
  }

  private <T> T once(Supplier<CompletionStage<T>> ask, long until) throws Failed {
    long begun = nanos.getAsLong();
    long left = until - begun;
    if (left <= 0) {
      throw new StoreUnavailable("no time was left to ask the online store");
    }
    // A probe with little time would say nothing about the store.
    if ((left < slowNanos && breaker.state() != Breaker.State.CLOSED) || !breaker.allows()) {
      throw new StoreUnavailable("the online store did not answer lately");
    }
    reads.increment();
    boolean good = false;
    boolean counts = true;
    try {
      T found = ask.get().toCompletableFuture().get(left, TimeUnit.NANOSECONDS);
      good = nanos.getAsLong() - begun <= slowNanos;
      if (!good) {
        slow.increment();
      }
      return found;
    } catch (TimeoutException e) {
      late.increment();
      counts = left >= slowNanos;
      throw new StoreUnavailable(
          "the online store gave no answer within %d ms".formatted(left / 1_000_000));
    } catch (ExecutionException | CancellationException e) {
      failed.increment();
      throw new Failed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailable("interrupted");
    } finally {
      if (good) {
        breaker.succeeded();
      } else if (counts || breaker.state() != Breaker.State.CLOSED) {
        breaker.failed();
      }
    }
  }

  StoreReadings readings(boolean connected) {
    return new StoreReadings(
        connected,
        breaker.state(),
        breaker.opened(),
        breaker.rejected(),
        full.sum(),
        reads.sum(),
        failed.sum(),
        late.sum(),
        slow.sum(),
        retries.sum(),
        spared.sum());
  }
}
