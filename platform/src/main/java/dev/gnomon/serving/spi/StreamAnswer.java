package dev.gnomon.serving.spi;

import org.jspecify.annotations.Nullable;

/// The answer to one request of a stream.
///
/// @param key what the decision is about; null when the request does not say
/// @param value JSON
/// @param error whether it says why nothing was decided
public record StreamAnswer(byte @Nullable [] key, byte[] value, boolean error) {}
