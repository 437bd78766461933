package dev.gnomon.tracking;

import java.util.List;
import java.util.Map;

/// A name under which versions are registered.
///
/// @param latest the newest version of each stage
/// @param aliases by name, each with the version it points at
public record RegisteredModel(
    String name,
    long created,
    long updated,
    String user,
    String description,
    List<RegisteredVersion> latest,
    Map<String, String> tags,
    Map<String, Integer> aliases) {}
