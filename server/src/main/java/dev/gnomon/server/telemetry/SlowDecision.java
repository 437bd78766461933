package dev.gnomon.server.telemetry;

import java.time.Duration;

/// A decision that took longer than its use case allows.
///
/// @param traceId empty when it belongs to no trace
/// @param allowed `production.serving.deadline`
/// @param untold how many others there were since the last that was told
public record SlowDecision(
    String useCase,
    String predictionId,
    String traceId,
    Duration took,
    Duration allowed,
    long untold) {}
