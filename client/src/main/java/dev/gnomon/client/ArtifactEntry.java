package dev.gnomon.client;

/// What stands in a directory of artifacts.
///
/// @param name the last of its path
/// @param size bytes; -1 of a directory
public record ArtifactEntry(String name, boolean directory, long size) {}
