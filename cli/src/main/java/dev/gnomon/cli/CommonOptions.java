package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.StateAddress;
import dev.gnomon.tracking.Tracking;
import java.nio.file.Path;
import java.time.InstantSource;
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
      names = "--registry",
      paramLabel = "ADDRESS",
      description =
          "Where versions, ledger and runs are kept: a file of the home (default), or"
              + " jdbc:postgresql://host/database. Also GNOMON_REGISTRY.")
  private Optional<String> registry = Optional.empty();

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

  /// Versions and ledger of a home. Makes what is not there yet.
  Registry registry(Home home, InstantSource clock) {
    return Registry.open(home, registry, System.getenv(), clock);
  }

  /// Studies and runs of a home, where the registry is. Makes what is not there yet.
  Tracking tracking(Home home, InstantSource clock) {
    StateAddress at = address(home.tracking());
    return Tracking.open(at.kind(), at.settings(), clock);
  }

  /// Whether the registry is a file of the home.
  boolean registryInHome() {
    return address(Path.of("registry.db")).kind().equals("sqlite");
  }

  /// Where registry and tracking keep their rows, when `file` is the one of the home.
  StateAddress address(Path file) {
    return StateAddress.of(registry, file, System.getenv());
  }
}
