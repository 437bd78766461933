package dev.gnomon.training.runs;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.tracking.Tracking;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Where trainings leave their runs.
///
/// ```java
/// RunRecorder recorder = RunRecorder.opening(() -> Tracking.open("sqlite", settings, clock), clock);
/// try (Recording recording = recorder.begin(useCase, set, "train", progress::note)) { … }
/// ```
///
/// A study per use case, under its name; in it a run per training, below it one per candidate,
/// below these one per trial (`mlflow.parentRunId`). Everything is written on a thread of its own;
/// a store that is not there costs a training one warning.
public final class RunRecorder {
  private final Starting writer;
  private final InstantSource clock;

  private interface Starting {
    RunWriter start(Consumer<String> warn);
  }

  private RunRecorder(Starting writer, InstantSource clock) {
    this.writer = writer;
    this.clock = clock;
  }

  /// Leaves nothing.
  public static RunRecorder none() {
    return new RunRecorder(_ -> RunWriter.off(), InstantSource.fixed(Instant.EPOCH));
  }

  /// Opens tracking for each training, and closes it afterwards.
  public static RunRecorder opening(Supplier<Tracking> open, InstantSource clock) {
    return new RunRecorder(warn -> RunWriter.start(open, Tracking::close, warn), clock);
  }

  /// Writes into what somebody else opened and closes.
  public static RunRecorder into(Tracking tracking, InstantSource clock) {
    return new RunRecorder(warn -> RunWriter.start(() -> tracking, _ -> {}, warn), clock);
  }

  /// A training begins. Runs that processes of this host left behind when they died are marked
  /// KILLED.
  ///
  /// @param how `train` or `import`
  /// @param warn told once if the runs can't be written
  public Recording begin(UseCase useCase, TrainingSet set, String how, Consumer<String> warn) {
    return new Recording(writer.start(warn), clock, useCase, set, how);
  }
}
