package dev.gnomon.artifacts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Part of what a directory holds, directories first.
///
/// @param next for the next part; null on the last
public record ArtifactList(List<Entry> entries, @Nullable String next) {

  /// @param name the last of its path
  /// @param size bytes; -1 of a directory
  public record Entry(String name, boolean directory, long size) {}
}
