package dev.gnomon.serving;

import dev.gnomon.serving.spi.EventStream;

/// What a stream of requests says about itself at one moment, for metrics and health.
///
/// @param requests the topic with the requests
/// @param decisions the topic of the answers
/// @param decided answered with a decision since the start
/// @param errors answered with what is wrong with them, since the start
/// @param perSecond answered over the last whole ten seconds in which any came
/// @param missed requests that were deleted by the stream's server before they were read, since the
///   start
public record RequestReadings(
    String useCase,
    String requests,
    String decisions,
    EventStream.Status status,
    long decided,
    long errors,
    double perSecond,
    long missed) {}
