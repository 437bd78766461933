package dev.gnomon.training.runs;

import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A file that a training set was built from.
///
/// @param path relative to the folder of the use case where it lies below it, with slashes
/// @param sha256 empty when it was too large to be read again for this alone
public record DataFile(String source, String path, long size, Optional<String> sha256) {
  /// Files beyond are told apart by their sizes only.
  private static final long MOST_BYTES = 8L << 30;

  private static final int MOST_FILES = 500;

  /// All files of the sources as they are now, at most 500 of them.
  public static List<DataFile> of(UseCase useCase) {
    List<DataFile> files = new ArrayList<>();
    long[] left = {MOST_BYTES};
    List<SourceSpec> sources = new ArrayList<>(useCase.data().sources().values());
    if (useCase.frame().observe() instanceof Frame.Observe.Listed listed) {
      sources.add(listed.table());
    }
    for (SourceSpec source : sources) {
      for (Path pattern : source.format().paths()) {
        for (Path file : matching(pattern)) {
          if (files.size() < MOST_FILES) {
            files.add(read(source.name(), file, useCase.file().getParent(), left));
          }
        }
      }
    }
    return files;
  }

  private static DataFile read(
      String source, Path file, @org.jspecify.annotations.Nullable Path folder, long[] left) {
    String name =
        (folder != null && file.startsWith(folder) ? folder.relativize(file) : file)
            .toString()
            .replace('\\', '/');
    try {
      long size = Files.size(file);
      left[0] -= size;
      return new DataFile(
          source, name, size, left[0] < 0 ? Optional.empty() : Optional.of(sha256(file)));
    } catch (IOException e) {
      return new DataFile(source, name, -1, Optional.empty());
    }
  }

  private static List<Path> matching(Path pattern) {
    Path root = pattern;
    while (root != null && isWild(root)) {
      root = root.getParent();
    }
    if (root == null) {
      return List.of();
    }
    if (root.equals(pattern)) {
      return Files.isRegularFile(pattern) ? List.of(pattern) : List.of();
    }
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    int depth =
        pattern.toString().contains("**")
            ? Integer.MAX_VALUE
            : pattern.getNameCount() - root.getNameCount();
    try (Stream<Path> files = Files.walk(root, depth)) {
      return files
          .filter(file -> matcher.matches(file) && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean isWild(Path path) {
    return path.toString().contains("*") || path.toString().contains("?");
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
