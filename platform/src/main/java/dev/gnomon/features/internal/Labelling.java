package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.Frame.Target;
import java.time.Duration;
import java.util.Optional;

/// Which events make a label.
final class Labelling {
  private Labelling() {}

  /// An event target, whichever way it counts.
  record EventTarget(String source, long horizon, Optional<Duration> lateness, boolean inverted) {}

  static Optional<EventTarget> eventTarget(Target target) {
    return switch (target) {
      case Target.EventWithin within ->
          Optional.of(
              new EventTarget(
                  within.source(),
                  ProgramCompiler.micros(within.within()),
                  within.lateness(),
                  false));
      case Target.NoEventWithin within ->
          Optional.of(
              new EventTarget(
                  within.source(),
                  ProgramCompiler.micros(within.within()),
                  within.lateness(),
                  true));
      case Target.InColumn column -> Optional.empty();
    };
  }
}
