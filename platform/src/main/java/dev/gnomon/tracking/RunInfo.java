package dev.gnomon.tracking;

import org.jspecify.annotations.Nullable;

/// A run without its data.
///
/// @param user empty when not known
/// @param end null while it runs
public record RunInfo(
    String id,
    String studyId,
    String name,
    String user,
    RunStatus status,
    long start,
    @Nullable Long end,
    String artifactUri,
    boolean deleted) {}
