package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.FeatureVerification;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Replays the sources through the serving path and compares every bit with the training set.
@Command(
    name = "verify",
    description = "Replay the sources through the serving path; compare with the training set.",
    footer = {
      "gnomon features verify usecase.yaml",
      "gnomon features verify usecase.yaml --observations 10000 --json"
    })
final class FeaturesVerify implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("usecase.yaml");

  @Option(
      names = "--observations",
      paramLabel = "N",
      description = "About how many to compare, by whole keys (default: ${DEFAULT-VALUE}).")
  private long observations = 1_000_000;

  FeaturesVerify(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// What `--json` prints.
  ///
  /// @param first the first difference, or null
  record Result(long observations, long values, long differing, @Nullable String first) {}

  @Override
  public Integer call() {
    Home home = common.homeBeside(file);
    UseCase useCase = UseCaseReader.read(file);
    FileEngine engine = FileEngines.find();
    FeatureVerification.Result found;
    try (ProgressBar bar = terminal.progress()) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      SourceOpener opener = UsableSources.of(useCase, engine, home, progress, clock);
      TrainingSet set =
          TrainingSets.build(
              useCase, opener, UsableSources.options(home, OptionalLong.empty()), progress);
      found = FeatureVerification.verify(set, opener, observations, progress);
    }
    if (common.json()) {
      terminal.json(
          new Result(
              found.observations(), found.values(), found.differing(), found.first().orElse(null)));
    } else {
      terminal
          .out()
          .printf(
              "%,d values of %,d observations compared, %,d differ%n",
              found.values(), found.observations(), found.differing());
    }
    if (found.differing() > 0) {
      throw new Refusal(
          List.of(
              new Problem(
                  "features",
                  "served values differ from the training set: " + found.first().orElse(""),
                  "no difference; a version trained on this must not be served")));
    }
    return ExitCode.DONE;
  }
}
