package dev.gnomon.serving.spi;

import org.jspecify.annotations.Nullable;

/// One record of a stream.
///
/// @param value null for a tombstone; not to be changed afterwards
public record StreamRecord(int partition, long offset, byte @Nullable [] value) {}
