package dev.gnomon.registry;

import java.time.Instant;

/// A registered bundle. Never changes.
///
/// @param version from 1, without gaps, per use case
/// @param bundleHash of the bundle in the [BundleStore]
/// @param passed whether it passed every gate of its evaluation
/// @param summaryJson metrics and gates as one JSON object, for lists and pages; what decides lies
///   in the bundle
public record ModelVersion(
    String useCase,
    int version,
    String bundleHash,
    Instant createdAt,
    boolean passed,
    String summaryJson) {}
