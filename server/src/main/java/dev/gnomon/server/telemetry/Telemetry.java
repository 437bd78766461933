package dev.gnomon.server.telemetry;

import java.util.function.Consumer;

/// What a server tells about single requests.
///
/// @param tracing closed with the server
/// @param slow told of decisions that took too long
public record Telemetry(Tracing tracing, Consumer<SlowDecision> slow) {
  /// Tells nothing.
  public static final Telemetry NONE = new Telemetry(Tracing.OFF, slow -> {});
}
