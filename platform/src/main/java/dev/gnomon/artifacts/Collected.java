package dev.gnomon.artifacts;

/// What a collection removed, or would remove.
///
/// @param contents that nothing pointed at
/// @param bytes of them
/// @param uploads that were never completed
/// @param drafts left by processes that ended while they wrote
/// @param kept contents that are needed, or too young
public record Collected(
    boolean dryRun, long contents, long bytes, long uploads, long drafts, long kept) {}
