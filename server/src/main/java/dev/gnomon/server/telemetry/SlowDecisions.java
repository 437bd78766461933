package dev.gnomon.server.telemetry;

import dev.gnomon.serving.Decided;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Tells of decisions of one use case that took too long; of one a second, so that trouble does not
/// fill the log.
public final class SlowDecisions {
  private static final long PAUSE_NANOS = 1_000_000_000L;

  private final Duration allowed;
  private final long allowedNanos;
  private final Consumer<SlowDecision> told;
  private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);
  private final AtomicLong untold = new AtomicLong();

  public SlowDecisions(Duration allowed, Consumer<SlowDecision> told) {
    this.allowed = allowed;
    this.allowedNanos = allowed.toNanos();
    this.told = told;
  }

  /// Takes in a decision.
  ///
  /// @param now by `System::nanoTime`
  public void made(Decided decided, long took, long now) {
    if (took <= allowedNanos) {
      return;
    }
    long due = next.get();
    if ((due != Long.MIN_VALUE && now - due < 0) || !next.compareAndSet(due, now + PAUSE_NANOS)) {
      untold.incrementAndGet();
      return;
    }
    told.accept(
        new SlowDecision(
            decided.id().useCase(),
            decided.id().text(),
            Tracing.current().id(),
            Duration.ofNanos(took),
            allowed,
            untold.getAndSet(0)));
  }
}
