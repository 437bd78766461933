package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.training.runs.RunRecorder;
import java.time.InstantSource;

/// The runs of a home.
final class Runs {
  private Runs() {}

  /// Where trainings leave theirs.
  static RunRecorder recorder(Home home, InstantSource clock) {
    return RunRecorder.none();
  }
}
