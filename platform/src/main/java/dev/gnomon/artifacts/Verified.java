package dev.gnomon.artifacts;

import java.util.List;

/// What a look at every file found.
///
/// @param files paths that name a content
/// @param contents of them, each counted once
/// @param bytes of these contents
/// @param damaged one line each for files whose entry or content is not what was written
public record Verified(long files, long contents, long bytes, List<String> damaged) {
  public Verified {
    damaged = List.copyOf(damaged);
  }
}
