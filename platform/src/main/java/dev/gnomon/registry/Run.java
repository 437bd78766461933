package dev.gnomon.registry;

import java.time.Instant;
import java.util.Optional;

/// One training of one candidate.
///
/// @param study the group of runs it belongs to
/// @param finishedAt empty while it runs
/// @param status `running`, `finished`, `failed` or `killed`
/// @param paramsJson one JSON object
/// @param metricsJson one JSON object
public record Run(
    String id,
    String study,
    String name,
    Instant startedAt,
    Optional<Instant> finishedAt,
    String status,
    String paramsJson,
    String metricsJson) {}
