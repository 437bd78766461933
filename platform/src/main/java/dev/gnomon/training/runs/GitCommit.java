package dev.gnomon.training.runs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// The commit that a folder is checked out at, read from the files of git. Whether files differ
/// from that commit is not known.
final class GitCommit {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}([0-9a-f]{24})?");

  private GitCommit() {}

  /// Empty where there is no repository, or none that can be read.
  static Optional<String> of(Path folder) {
    try {
      for (Path at = folder.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
        Path git = at.resolve(".git");
        if (Files.isDirectory(git)) {
          return head(git, git);
        }
        if (Files.isRegularFile(git)) { // a linked working tree or a submodule
          Path own = at.resolve(text(git).replaceFirst("^gitdir:\\s*", "")).normalize();
          Path common = own.resolve("commondir");
          return head(own, Files.exists(common) ? own.resolve(text(common)).normalize() : own);
        }
      }
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // as good as none
    }
    return Optional.empty();
  }

  private static Optional<String> head(Path own, Path common) throws IOException {
    String head = text(own.resolve("HEAD"));
    if (!head.startsWith("ref:")) {
      return commit(head);
    }
    String ref = head.substring(4).strip();
    for (Path folder : new Path[] {own, common}) {
      if (Files.isRegularFile(folder.resolve(ref))) {
        return commit(text(folder.resolve(ref)));
      }
    }
    Path packed = common.resolve("packed-refs");
    if (!Files.exists(packed)) {
      return Optional.empty();
    }
    return Files.readAllLines(packed, StandardCharsets.UTF_8).stream()
        .filter(line -> line.endsWith(" " + ref))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .findFirst()
        .flatMap(GitCommit::commit);
  }

  private static Optional<String> commit(String text) {
    return HASH.matcher(text).matches() ? Optional.of(text) : Optional.empty();
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8).strip();
  }
}
