package dev.gnomon.serving;

import dev.gnomon.core.Breaker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// A version with a breaker before its model: one that keeps throwing, answers with no number, or
/// takes longer than a whole decision may, is left alone for a while.
///
/// As long as nothing fails, nothing is counted: the way of a healthy decision costs one read of a
/// flag. From the first failure on all calls are counted, until a thousand in a row went well.
final class GuardedVersion {
  private static final int FAILURES = 5;
  private static final int OF = 10;
  private static final int PROBES = 3;
  private static final int CLEAN = 1_000;

  /// How long a model is left alone before it is tried again.
  static final Duration PAUSE = Duration.ofSeconds(5);

  private final LiveVersion version;
  private final Breaker breaker;
  private final AtomicInteger clean = new AtomicInteger();
  private final LongAdder failures = new LongAdder();
  private final LongAdder late = new LongAdder();
  private volatile boolean watched;

  GuardedVersion(LiveVersion version, LongSupplier nanos) {
    this.version = version;
    this.breaker = new Breaker(FAILURES, OF, PROBES, PAUSE, nanos);
  }

  LiveVersion version() {
    return version;
  }

  /// Whether its model may be asked. If so, [#succeeded], [#failed] or [#late] follows.
  boolean allows() {
    return !watched || breaker.allows();
  }

  /// Whether calls are counted, so that it matters how long they take.
  boolean watched() {
    return watched;
  }

  void succeeded() {
    if (watched) {
      breaker.succeeded();
      if (breaker.state() == Breaker.State.CLOSED && clean.incrementAndGet() >= CLEAN) {
        watched = false;
      }
    }
  }

  void failed() {
    failures.increment();
    count();
  }

  /// It gave a score, but only after the time that a decision may take.
  void late() {
    late.increment();
    count();
  }

  private void count() {
    clean.set(0);
    watched = true;
    breaker.failed();
  }

  ServingReadings.Model readings(ServingReadings.Part part) {
    return new ServingReadings.Model(
        part,
        version.version(),
        breaker.state(),
        breaker.opened(),
        breaker.rejected(),
        failures.sum(),
        late.sum());
  }
}
