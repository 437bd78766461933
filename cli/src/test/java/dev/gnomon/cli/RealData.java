package dev.gnomon.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.models.spi.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;

/// The examples of the repository with the real data they name, where these are at hand.
final class RealData {
  static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

  private RealData() {}

  /// The example's use case with its data folder replaced and something changed in its text.
  static UseCase example(String name, String data, String from, String to) throws IOException {
    return example(name, data, text -> text.replace(from, to));
  }

  static UseCase example(String name, String data, UnaryOperator<String> change)
      throws IOException {
    Path folder = folder();
    Path file = folder.resolve(data);
    assumeTrue(Files.exists(file), "skipped: no " + file + "; set GNOMON_DATA");
    Path root = root();
    String text =
        change.apply(
            Files.readString(root.resolve("examples").resolve(name).resolve("usecase.yaml"))
                .replace("../../../data", folder.toString()));
    return UseCaseReader.parse(
        text, root.resolve("examples").resolve(name).resolve("usecase.yaml"));
  }

  static TrainingSet trainingSet(UseCase useCase, Path home) {
    DataCheck.Outcome checked =
        DataCheck.run(useCase, FileEngines.find(), new Home(home), Progress.NONE, CLOCK);
    checked.report().requireUsable();
    return TrainingSets.build(
        useCase,
        SourceReaders.checked(checked, FileEngines.find(), useCase),
        TrainingSets.Options.inDirectory(home.resolve("spill")),
        Progress.NONE);
  }

  static List<Trainer> trainers() {
    return ServiceLoader.load(Trainer.class).stream().map(ServiceLoader.Provider::get).toList();
  }

  static Path folder() {
    String stated = System.getProperty("GNOMON_DATA", System.getenv("GNOMON_DATA"));
    return (stated == null ? root().resolve("../shared/data") : Path.of(stated))
        .toAbsolutePath()
        .normalize();
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("mvnw"))) {
      at = Objects.requireNonNull(at.getParent(), "no mvnw above the working directory");
    }
    return at;
  }
}
