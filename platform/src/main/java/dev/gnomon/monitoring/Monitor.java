package dev.gnomon.monitoring;

import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import java.io.IOException;
import java.time.InstantSource;

/// Looks at the decisions of a use case.
public final class Monitor {
  private Monitor() {}

  /// Reads the logs of a home once, also while a server writes them. Memory grows with the outcomes
  /// (16 bytes each) and, where money is counted per key and period, with the keys (about 100
  /// bytes), never with the decisions.
  ///
  /// @param clock tells which outcomes are due
  public static MonitorReport run(
      UseCase useCase, Reference reference, Home home, Window window, InstantSource clock)
      throws IOException {
    return new Watching(useCase, reference, home, window, clock).report();
  }
}
