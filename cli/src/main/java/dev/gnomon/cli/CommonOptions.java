package dev.gnomon.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What every command understands; a command takes it in with `@Mixin CommonOptions common`.
final class CommonOptions {
  /// The name of the folder that holds all state.
  static final String HOME = ".gnomon";

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

  private @Nullable Path resolved;

  boolean json() {
    return json;
  }

  /// The folder of all state for commands without a use-case file: `--home`, or `.gnomon` here.
  Path home() {
    if (resolved == null) {
      resolved = home.orElse(Path.of(HOME)).toAbsolutePath().normalize();
    }
    return resolved;
  }

  /// The folder of all state for a use-case file: `--home`, or `.gnomon` beside the file.
  Path homeBeside(Path useCaseFile) {
    resolved =
        home.orElse(useCaseFile.toAbsolutePath().resolveSibling(HOME)).toAbsolutePath().normalize();
    return resolved;
  }
}
