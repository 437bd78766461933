package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.TrainingSets;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Writes the training set of a use case.
@Command(
    name = "training-set",
    description = "Write one row per observation: key, time, features as they were, label.",
    footer = {
      "gnomon features training-set usecase.yaml --out train.parquet",
      "gnomon features training-set usecase.yaml --out train.csv --as-of 2024-11-01 --json"
    })
final class FeaturesTrainingSet implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("usecase.yaml");

  @Option(
      names = "--out",
      paramLabel = "OUT",
      required = true,
      description = "The file to write: .parquet, .csv or .csv.gz.")
  private Path out = Path.of("");

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      description = "Up to when outcomes are known: a date or a time in UTC.")
  private Optional<String> asOf = Optional.empty();

  FeaturesTrainingSet(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// What `--json` prints.
  ///
  /// @param unlabelled why labels are missing, with counts
  /// @param hash of the content, the same for any machine, order of files and number of threads
  record Result(
      String out,
      long rows,
      long labelled,
      long positive,
      int features,
      Map<String, Long> unlabelled,
      String view,
      String hash) {}

  @Override
  public Integer call() {
    String name = out.toString();
    if (!name.endsWith(".parquet") && !name.endsWith(".csv") && !name.endsWith(".csv.gz")) {
      throw new BadInput(
          "--out", "'" + name + "'", "a name that ends with .parquet, .csv or .csv.gz");
    }
    Home home = common.homeBeside(file);
    UseCase useCase = UseCaseReader.read(file);
    FileEngine engine = FileEngines.find();
    Result result;
    try (CommandLineage lineage =
            new CommandLineage("training_set", useCase, home, clock, terminal);
        ProgressBar bar = terminal.progress()) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      TrainingSets.Written written =
          lineage.during(() ->
              TrainingSets.stream(
                  useCase,
                  lineage.sources(engine, progress),
                  UsableSources.options(home, AsOf.micros(asOf)),
                  engine,
                  out.toAbsolutePath(),
                  progress));
      lineage.wrote(out, written.plan(), written.hash(), written.rows());
      result = result(written);
    }
    if (common.json()) {
      terminal.json(result);
    } else {
      print(result);
    }
    return ExitCode.DONE;
  }

  private Result result(TrainingSets.Written set) {
    return new Result(
        out.toString(),
        set.rows(),
        set.labelled(),
        set.positive(),
        set.plan().inputs(),
        set.unlabelled(),
        set.plan().hash(),
        set.hash());
  }

  private void print(Result result) {
    PrintStream print = terminal.out();
    print.printf(
        "%s: %,d observations of %d features, %,d with a label, %,d of them positive%n",
        result.out(), result.rows(), result.features(), result.labelled(), result.positive());
    result
        .unlabelled()
        .forEach((reason, count) -> print.printf("  %,d without a label: %s%n", count, reason));
    print.printf("  content %s%n", result.hash());
  }
}
