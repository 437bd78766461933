package dev.gnomon.cli;

import dev.gnomon.core.Home;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What every command understands; a command takes it in with `@Mixin CommonOptions common`.
final class CommonOptions {
  private static final String FOLDER = ".gnomon";

  @Option(names = "--json", description = "Print the result as one JSON document.")
  private boolean json;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Folder of all state (default: .gnomon beside the file).")
  private Optional<Path> home = Optional.empty();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  private @Nullable Home resolved;

  boolean json() {
    return json;
  }

  /// The home of commands without a use-case file: `--home`, or `.gnomon` here.
  Home home() {
    if (resolved == null) {
      resolved = new Home(home.orElse(Path.of(FOLDER)));
    }
    return resolved;
  }

  /// The home of a use-case file: `--home`, or `.gnomon` beside the file. From then on [#home] is
  /// the same.
  Home homeBeside(Path useCaseFile) {
    resolved = new Home(home.orElse(useCaseFile.toAbsolutePath().resolveSibling(FOLDER)));
    return resolved;
  }
}
