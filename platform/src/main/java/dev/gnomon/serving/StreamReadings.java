package dev.gnomon.serving;

import dev.gnomon.serving.spi.EventStream;

/// What a stream says about itself at one moment, for metrics and health.
///
/// @param topic what it follows
/// @param rows taken since the start
/// @param rowsPerSecond over the last whole ten seconds in which any came
/// @param repeated rows whose id was known with the same content, since the start: they count once
/// @param conflicts rows whose id was known with other content, since the start: they count nowhere
/// @param setAside records that could not be taken in, all that the log holds
/// @param tombstones records without value, passed over since the start
/// @param missed records that were deleted by the stream's server before they were taken, since the
///   start
public record StreamReadings(
    String source,
    String topic,
    EventStream.Status status,
    long rows,
    double rowsPerSecond,
    long repeated,
    long conflicts,
    long setAside,
    long tombstones,
    long missed) {}
