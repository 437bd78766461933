package dev.gnomon.server.inference;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// What a model has done since the start, as Triton counts it.
final class ModelStatistics {
  /// Milliseconds since the epoch; 0 before the first.
  final AtomicLong lastInference = new AtomicLong();

  /// Rows answered.
  final LongAdder inferences = new LongAdder();

  final LongAdder successes = new LongAdder();
  final LongAdder successNanos = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder failureNanos = new LongAdder();

  void succeeded(long rows, long nanos, long nowMillis) {
    lastInference.accumulateAndGet(nowMillis, Math::max);
    inferences.add(rows);
    successes.increment();
    successNanos.add(nanos);
  }

  void failed(long nanos) {
    failures.increment();
    failureNanos.add(nanos);
  }
}
