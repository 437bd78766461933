package dev.gnomon.engines.kafka;

import dev.gnomon.serving.spi.EventStream.State;
import dev.gnomon.serving.spi.EventStream.Status;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// How a stream goes, told to an operator when it changes, and the pauses after failures: ever
/// longer, up to five seconds.
///
/// For the one thread that reads, but for [#status], [#isOpen] and [#close].
final class StreamState {
  private static final long LONGEST_PAUSE_MILLIS = 5_000;

  private final Consumer<String> told;
  private final String again;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Status status = new Status(State.STARTING, Map.of(), Optional.empty());
  private long pauseMillis;

  /// @param again what is told when it goes on after a failure
  StreamState(Consumer<String> told, String again) {
    this.told = told;
    this.again = again;
  }

  Status status() {
    return status;
  }

  boolean isOpen() {
    return closing.getCount() > 0;
  }

  void close() {
    closing.countDown();
  }

  void running(Map<Integer, Long> lag) {
    pauseMillis = 0;
    if (status.state() == State.DEGRADED) {
      told.accept(again);
    }
    status = new Status(State.RUNNING, lag, Optional.empty());
  }

  /// As before, with this lag.
  void lag(Map<Integer, Long> lag) {
    status = new Status(status.state(), lag, status.error());
  }

  void degraded(String problem) {
    if (status.state() != State.DEGRADED) {
      told.accept(problem + "; trying again");
    }
    status = new Status(State.DEGRADED, status.lag(), Optional.of(problem));
  }

  void refused(String problem) {
    told.accept(problem);
    status = new Status(State.REFUSED, status.lag(), Optional.of(problem));
  }

  /// Says what failed, and waits a while unless it is closed.
  void failed(Exception failure) {
    if (!isOpen()) {
      return;
    }
    Throwable root = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    String message = String.valueOf(root.getMessage()).strip();
    degraded(
        failure instanceof IOException
            ? message
            : root.getClass().getSimpleName() + ": " + message);
    pauseMillis = Math.clamp(pauseMillis * 2, 100, LONGEST_PAUSE_MILLIS);
    try {
      var _ = closing.await(pauseMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing.countDown();
    }
  }
}
