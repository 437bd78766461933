package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.FileDifference;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.Erasure;
import dev.gnomon.training.Reproduction;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Trains a registered version once more and says which bytes differ.
@Command(
    name = "reproduce",
    description = "Train a version again from what its bundle records, and compare the bundles.",
    footer = {"gnomon reproduce usecase.yaml 3", "gnomon reproduce usecase.yaml champion --json"})
final class Reproduce implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "The use-case file: paths of the data are relative to it.")
  private Path file = Path.of("usecase.yaml");

  @Parameters(index = "1", paramLabel = "VERSION", description = "A version or an alias.")
  private String version = "";

  Reproduce(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    Home home = common.homeBeside(file);
    UseCase stated = UseCaseReader.read(file);
    Reproduction made;
    boolean sameText;
    try (Registry registry = Versions.open(common, home, clock);
        ProgressBar bar = terminal.progress()) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      ModelVersion found = Versions.find(registry, stated.name() + "@" + version, home);
      Optional<Instant> erased =
          Erasure.notReproducibleSince(registry, found.useCase(), found.version());
      if (erased.isPresent()) {
        throw new Refusal(
            "%s version %d".formatted(found.useCase(), found.version()),
            "not reproducible since %s: a person that its training saw was erased"
                .formatted(erased.get()),
            "a version trained after that; gnomon ledger tells of the erasure");
      }
      Reproduction.Registered recorded =
          Reproduction.Registered.of(found, registry, new BundleStore(home.bundles()));
      sameText = recorded.manifest().definition().equals(stated.source());
      UseCase useCase = UseCaseReader.parse(recorded.manifest().definition(), file);
      TrainingSet set =
          TrainingSets.build(
              useCase,
              UsableSources.of(useCase, FileEngines.find(), home, progress, clock),
              UsableSources.options(
                  home,
                  recorded.asOf().isPresent()
                      ? OptionalLong.of(Times.micros(recorded.asOf().get()))
                      : OptionalLong.empty()),
              progress);
      made =
          Reproduction.of(
              recorded,
              useCase,
              set,
              ServiceLoader.load(Trainer.class).stream().map(ServiceLoader.Provider::get).toList(),
              home,
              registry,
              clock,
              progress);
    }
    if (common.json()) {
      terminal.json(made.json());
    } else {
      print(made, sameText);
    }
    return made.same() ? ExitCode.DONE : ExitCode.REFUSED;
  }

  private void print(Reproduction made, boolean sameText) {
    PrintStream out = terminal.out();
    String name = "%s version %d".formatted(made.useCase(), made.version());
    if (made.same()) {
      out.println(terminal.bold(name + ": the same bundle again"));
      out.printf("%s, %d files%n", made.bundle(), made.files().size());
    } else {
      out.println(terminal.bold(name + ": another bundle"));
      out.printf("registered: %s%nagain:      %s%n", made.bundle(), made.again());
      for (FileDifference f : made.files()) {
        if (f.firstBytes() < 0 || f.secondBytes() < 0) {
          out.printf(
              "  %-20s only in the %s%n",
              f.path(), f.firstBytes() < 0 ? "new one" : "registered one");
        } else if (!f.same()) {
          out.printf(
              "  %-20s %,d of %,d bytes differ, the first at %,d%n",
              f.path(), f.differing(), Math.max(f.firstBytes(), f.secondBytes()), f.at());
        }
      }
      out.printf(
          "  %d of %d files are the same%n",
          made.files().stream().filter(FileDifference::same).count(), made.files().size());
      if (made.scoreDifference().isPresent()) {
        out.printf(
            "  scores of test rows differ by %.3g at most%n", made.scoreDifference().getAsDouble());
      } else {
        out.println("  the models are the same, byte for byte");
      }
    }
    made.notes().forEach(out::println);
    if (!sameText) {
      out.println("The file was changed since: the definition in the bundle was trained.");
    }
  }
}
