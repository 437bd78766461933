package dev.gnomon.server;

import dev.gnomon.serving.Stages;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// `gnomon_decide_stage_seconds` of one use case: where the time of a decision goes.
///
/// One decision of sixteen is timed, so that reading the clock four times and filling four
/// histograms costs the average decision a few nanoseconds.
final class StageTimes {
  private static final int OF = 16;
  private static final Duration[] LEVELS = {
    Duration.ofNanos(500),
    Duration.ofNanos(1_000),
    Duration.ofNanos(2_000),
    Duration.ofNanos(5_000),
    Duration.ofNanos(10_000),
    Duration.ofNanos(20_000),
    Duration.ofNanos(50_000),
    Duration.ofNanos(100_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(2),
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(250)
  };

  private final Timer features;
  private final Timer score;
  private final Timer log;
  private final Timer answer;

  /// Threads count over each other; that only moves which decision is timed.
  private int calls;

  StageTimes(String useCase, MeterRegistry metrics) {
    features = timer(metrics, useCase, "features");
    score = timer(metrics, useCase, "score");
    log = timer(metrics, useCase, "log");
    answer = timer(metrics, useCase, "answer");
  }

  private static Timer timer(MeterRegistry metrics, String useCase, String stage) {
    return Timer.builder("gnomon.decide.stage")
        .description("Where the time of a decision goes; one decision of 16 is timed")
        .tag("usecase", useCase)
        .tag("stage", stage)
        .serviceLevelObjectives(LEVELS)
        .register(metrics);
  }

  /// Whether the decision that is to be made now is timed.
  boolean next() {
    return (calls++ & OF - 1) == 0;
  }

  /// Takes in the stages of a decision that was made.
  void made(Stages stages) {
    features.record(stages.readAt() - stages.begun(), TimeUnit.NANOSECONDS);
    score.record(stages.scoredAt() - stages.readAt(), TimeUnit.NANOSECONDS);
    log.record(stages.loggedAt() - stages.scoredAt(), TimeUnit.NANOSECONDS);
  }

  /// Takes in how long its answer took, from the log to the last byte.
  void answered(Stages stages, long now) {
    answer.record(now - stages.loggedAt(), TimeUnit.NANOSECONDS);
  }
}
