package dev.gnomon.core;

import dev.failsafe.CircuitBreaker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// Stops asking something that keeps failing, and finds out whether it is well again: *closed*
/// while few calls fail, *open* for a pause once too many of the last ones did, then *half open*
/// while a few probes are let through, all of which must succeed.
///
/// The counting is Failsafe's; the pause is told by the clock that is given. Safe for use by
/// several threads.
///
/// See M. Nygard, Release It!, 2nd ed., chapter 5.
public final class Breaker {
  /// How it stands.
  public enum State {
    CLOSED,
    HALF_OPEN,
    OPEN
  }

  /// The library may never leave the open state by its own clock.
  private static final Duration NEVER = Duration.ofDays(36_500);

  private final CircuitBreaker<Object> calls;
  private final long pauseNanos;
  private final LongSupplier nanos;
  private final AtomicLong failedAt = new AtomicLong();
  private final LongAdder opened = new LongAdder();
  private final LongAdder rejected = new LongAdder();

  /// @param failures so many failures among the last `of` calls open it
  /// @param probes so many calls must succeed to close it
  /// @param nanos a clock for the pause, such as `System::nanoTime`
  public Breaker(int failures, int of, int probes, Duration pause, LongSupplier nanos) {
    this.pauseNanos = pause.toNanos();
    this.nanos = nanos;
    this.calls =
        CircuitBreaker.builder()
            .withFailureThreshold(failures, of)
            .withSuccessThreshold(probes)
            .withDelay(NEVER)
            .onOpen(_ -> opened.increment())
            .build();
  }

  /// Whether a call may be made. Each that may is followed by [#succeeded] or [#failed].
  public boolean allows() {
    if (calls.tryAcquirePermit() || (pauseIsOver() && calls.tryAcquirePermit())) {
      return true;
    }
    rejected.increment();
    return false;
  }

  /// Whether the pause is over: then, for one caller, it is half open.
  private boolean pauseIsOver() {
    long since = failedAt.get();
    long now = nanos.getAsLong();
    if (!calls.isOpen() || now - since < pauseNanos || !failedAt.compareAndSet(since, now)) {
      return false;
    }
    calls.halfOpen();
    return true;
  }

  public void succeeded() {
    calls.recordSuccess();
  }

  public void failed() {
    failedAt.set(nanos.getAsLong()); // first, so that whoever sees it open sees since when
    calls.recordFailure();
  }

  public State state() {
    return switch (calls.getState()) {
      case CLOSED -> State.CLOSED;
      case HALF_OPEN -> State.HALF_OPEN;
      case OPEN -> State.OPEN;
    };
  }

  /// How often it opened, also from half open.
  public long opened() {
    return opened.sum();
  }

  /// Calls that were not allowed.
  public long rejected() {
    return rejected.sum();
  }
}
