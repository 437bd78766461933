package dev.gnomon.server;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// How far one event loop is behind, and so which requests to refuse: the ones whose clients have
/// already waited too long are told at once, instead of making all later ones wait too.
///
/// An event loop takes what has arrived on its sockets as one batch and answers it request by
/// request; what arrives meanwhile is the next batch. A request has therefore waited since its
/// batch began, and on average half of the batch before. Only used by its event loop.
///
/// Refusing costs a third of deciding, most of it in the network stack, so that a client that goes
/// on asking at three times the capacity would still leave nothing for decisions. A refused
/// connection is therefore not read again for [#PAUSE]; meanwhile its requests wait where they cost
/// nothing, in the client.
final class Backlog {
  /// The wait from which on requests are refused.
  static final Duration MOST = Duration.ofMillis(15);

  /// How long a refused connection is not read.
  static final Duration PAUSE = Duration.ofMillis(250);

  /// So many of a batch are answered whatever happened before: a process that was kept from running
  /// must not refuse the few dozen clients that ask it. They add a few milliseconds at most.
  static final int LEAST = 64;

  private static final long REST_NANOS = 1_000_000;

  /// Runs something on the event loop once the present batch is done.
  interface AfterBatch {
    void run(Runnable what);
  }

  private final AfterBatch after;
  private final LongSupplier clock;
  private final LongAdder refused;
  private boolean inBatch;
  private int taken;
  private long began;
  private long ended;
  private long last;
  private long before;

  /// @param clock nanoseconds, as given to [#late]
  /// @param refused counts over all event loops
  Backlog(AfterBatch after, LongSupplier clock, LongAdder refused) {
    this.after = after;
    this.clock = clock;
    this.refused = refused;
  }

  /// Whether a request that is taken up now comes too late to be decided.
  ///
  /// @param now of the clock
  boolean late(long now) {
    if (!inBatch) {
      inBatch = true;
      taken = 0;
      // After a rest nobody has waited for the batch before.
      before = now - ended < REST_NANOS ? last : 0;
      began = now;
      after.run(() -> {
        inBatch = false;
        ended = clock.getAsLong();
        last = ended - began;
      });
    }
    if (now - began + before / 2 <= MOST.toNanos() || taken < LEAST) {
      taken++;
      return false;
    }
    refused.increment();
    return true;
  }
}
