package dev.gnomon.monitoring;

import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import java.time.InstantSource;

/// One run of the monitor; lands next.
record Watching(
    UseCase useCase, Reference reference, Home home, Window window, InstantSource clock) {
  MonitorReport report() {
    return java.util.Optional.<MonitorReport>empty().orElseThrow();
  }
}
