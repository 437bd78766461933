package dev.gnomon.features.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;

/// A hash over names, lengths and times of change of files.
public final class FilePrint {
  private final ContentHash hash = new ContentHash();

  /// @param pattern a path whose parts may hold `*` and `?`
  public void add(String source, Path pattern) {
    hash.text(source);
    hash.text(pattern.toString());
    for (Path file : matching(pattern)) {
      try {
        hash.text(file.toString());
        hash.number(Files.size(file));
        hash.number(Files.getLastModifiedTime(file).toMillis());
      } catch (IOException e) {
        hash.text("gone"); // reading it will say so
      }
    }
  }

  private static List<Path> matching(Path pattern) {
    Path root = pattern;
    while (root != null && wild(root)) {
      root = root.getParent();
    }
    if (root == null || !Files.exists(root)) {
      return List.of();
    }
    if (root.equals(pattern)) {
      return List.of(pattern);
    }
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    int depth = pattern.toString().contains("**") ? Integer.MAX_VALUE : pattern.getNameCount();
    try (Stream<Path> files = Files.walk(root, depth)) {
      return files.filter(matcher::matches).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean wild(Path path) {
    return path.toString().contains("*") || path.toString().contains("?");
  }

  public String hex() {
    return hash.hex();
  }
}
