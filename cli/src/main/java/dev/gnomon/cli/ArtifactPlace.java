package dev.gnomon.cli;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.core.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Where files of runs and models are; a command takes it in with `@Mixin`.
final class ArtifactPlace {
  @Option(
      names = "--artifacts",
      paramLabel = "PLACE",
      description =
          "Where files of runs and models are kept: a folder (default: artifacts/ in the home), or"
              + " s3://bucket/prefix. Also GNOMON_ARTIFACTS.")
  private Optional<String> place = Optional.ofNullable(System.getenv("GNOMON_ARTIFACTS"));

  String of(Home home) {
    return place.orElse(home.artifacts().toString());
  }

  /// Opens them; a folder that is not there is made.
  Artifacts open(Home home, InstantSource clock) {
    return Artifacts.open(of(home), System.getenv(), clock);
  }

  /// Opens them unless they are to be in a folder that is not there.
  Optional<Artifacts> existing(Home home, InstantSource clock) {
    String at = of(home);
    return at.contains("://") || Files.isDirectory(Path.of(at))
        ? Optional.of(open(home, clock))
        : Optional.empty();
  }
}
