package dev.gnomon.artifacts;

import java.time.Instant;

/// A file as it stands under its path.
///
/// @param sha256 of its content, in hexadecimal
/// @param stored when it took its path
public record ArtifactFile(ArtifactPath path, long size, String sha256, Instant stored) {}
