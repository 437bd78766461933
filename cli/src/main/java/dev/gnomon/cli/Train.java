package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.stats.Interval;
import dev.gnomon.training.Evaluation;
import dev.gnomon.training.Evaluation.GateResult;
import dev.gnomon.training.Footprint;
import dev.gnomon.training.Leaks;
import dev.gnomon.training.TrainRun;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Trains the candidates of a use case and registers the best, or says which gates it failed.
@Command(
    name = "train",
    description = "Train the candidates, evaluate the best, register it if it passes its gates.",
    footer = {"gnomon train usecase.yaml", "gnomon train usecase.yaml --as-of 2024-11-01 --json"})
final class Train implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("usecase.yaml");

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      description = "Up to when outcomes are known: a date or a time in UTC.")
  private Optional<String> asOf = Optional.empty();

  Train(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// What `--json` prints; the gates of [Gate], metrics by part and name.
  ///
  /// @param version null when a gate failed, as is `bundle`
  /// @param threshold null when costs are per row
  record Result(
      @Nullable Integer version,
      @Nullable String bundle,
      boolean passed,
      List<Gate> gates,
      Map<String, Map<String, @Nullable Double>> metrics,
      @Nullable Double threshold,
      List<Candidate> candidates,
      List<String> choice,
      Rows rows,
      double seconds,
      boolean champion,
      String report) {}

  record Gate(String name, boolean passed, @Nullable Double value, @Nullable Double bound) {}

  /// @param objective what the choice looked at, with its 95 % interval
  /// @param behind how far behind the chosen one, with its interval on the same resamples
  /// @param p50Micros of one row in this process, preprocessing included
  /// @param modelBytes as stored
  record Candidate(
      String name,
      String settings,
      boolean chosen,
      Map<String, @Nullable Double> metrics,
      Bounds objective,
      Bounds behind,
      @Nullable Bounds expectedCost,
      double p50Micros,
      double p99Micros,
      long modelBytes,
      double seconds) {}

  record Bounds(@Nullable Double estimate, @Nullable Double lower, @Nullable Double upper) {
    static Bounds of(Interval i) {
      return new Bounds(finite(i.estimate()), finite(i.lower()), finite(i.upper()));
    }
  }

  record Rows(int train, int validation, int test, int gaps) {}

  @Override
  public Integer call() {
    OptionalLong until = AsOf.micros(asOf);
    Home home = common.homeBeside(file);
    UseCase useCase = UseCaseReader.read(file);
    Leaks.refuseKnownAfter(useCase);
    TrainRun.Outcome outcome;
    try (CommandLineage lineage = new CommandLineage("train", useCase, home, clock, terminal);
        ProgressBar bar = terminal.progress();
        Registry registry = common.registry(home, clock)) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      outcome = lineage.during(() -> train(useCase, home, until, registry, lineage, progress));
    }
    show(outcome, common.json(), terminal);
    return outcome.passed() ? ExitCode.DONE : ExitCode.REFUSED;
  }

  private TrainRun.Outcome train(
      UseCase useCase,
      Home home,
      OptionalLong until,
      Registry registry,
      CommandLineage lineage,
      Progress progress) {
    FileEngine engine = FileEngines.find();
    lineage.building("train.training_set");
    TrainingSet set =
        TrainingSets.build(
            useCase,
            lineage.sources(engine, progress),
            UsableSources.options(home, until),
            progress);
    lineage.built(set, "train.model");
    TrainRun.Outcome outcome =
        TrainRun.run(
            useCase,
            set,
            ServiceLoader.load(Trainer.class).stream().map(ServiceLoader.Provider::get).toList(),
            new TrainRun.Into(
                home,
                registry,
                Runs.recorder(common.address(home.tracking()), clock),
                Person.name(),
                clock,
                progress));
    if (outcome.version().isPresent()) {
      ModelVersion version = outcome.version().get();
      lineage.trained(set, version.version(), version.bundleHash());
    } else {
      lineage.failed(
          "a gate failed: "
              + outcome.trained().evaluation().gates().stream()
                  .filter(gate -> !gate.passed())
                  .map(GateResult::text)
                  .collect(Collectors.joining("; ")));
    }
    return outcome;
  }

  /// Tells what came out, also of a model that was brought from elsewhere.
  static void show(TrainRun.Outcome outcome, boolean json, Terminal terminal) {
    if (json) {
      terminal.json(result(outcome));
    } else {
      print(outcome, terminal);
    }
  }

  private static Result result(TrainRun.Outcome outcome) {
    Evaluation e = outcome.trained().evaluation();
    Map<String, Map<String, @Nullable Double>> metrics = new LinkedHashMap<>();
    Map<String, @Nullable Double> test = new LinkedHashMap<>();
    e.test().forEach((name, value) -> test.put(name, finite(value.estimate())));
    Map<String, @Nullable Double> validation = new LinkedHashMap<>();
    e.validation().forEach((name, value) -> validation.put(name, finite(value.estimate())));
    metrics.put("test", test);
    metrics.put("validation", validation);
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < e.candidates().size(); i++) {
      Evaluation.CandidateResult c = e.candidates().get(i);
      Footprint footprint = outcome.trained().aside().footprints().get(i);
      Map<String, @Nullable Double> values = new LinkedHashMap<>();
      c.metrics().forEach((name, value) -> values.put(name, finite(value)));
      candidates.add(
          new Candidate(
              c.name(),
              c.settings(),
              c.chosen(),
              values,
              Bounds.of(c.interval()),
              Bounds.of(c.behind()),
              c.cost().isPresent() ? Bounds.of(c.cost().get()) : null,
              footprint.p50Micros(),
              footprint.p99Micros(),
              footprint.bytes(),
              footprint.seconds()));
    }
    Evaluation.Facts f = e.facts();
    return new Result(
        outcome.version().isPresent() ? outcome.version().get().version() : null,
        outcome.bundle().orElse(null),
        outcome.passed(),
        e.gates().stream()
            .map(g ->
                new Gate(g.name(), g.passed(), finite(g.value().estimate()), finite(g.bound())))
            .toList(),
        metrics,
        !e.isNumber() && e.served().threshold().isPresent()
            ? e.served().threshold().getAsDouble()
            : null,
        candidates,
        outcome.trained().aside().choice(),
        new Rows(f.train().rows(), f.validation().rows(), f.test().rows(), f.gaps()),
        outcome.seconds(),
        outcome.becameChampion(),
        outcome.report().toString());
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static void print(TrainRun.Outcome outcome, Terminal terminal) {
    Evaluation e = outcome.trained().evaluation();
    PrintStream out = terminal.out();
    String first = e.isNumber() ? "rmse" : "roc-auc";
    Interval found = Objects.requireNonNull(e.test().get(first));
    out.println(terminal.bold(e.headline()));
    out.printf(
        "%s: %s %s (%s to %s) on %,d test rows%n",
        e.chosen(),
        e.isNumber() ? "RMSE" : "ROC-AUC",
        short4(found.estimate()),
        short4(found.lower()),
        short4(found.upper()),
        e.facts().test().rows());
    outcome.trained().aside().choice().forEach(out::println);
    for (GateResult gate : e.gates()) {
      out.printf(
          "  %s  %s: %s (%s to %s)%n",
          gate.passed() ? "passed" : "FAILED",
          gate.text(),
          short4(gate.value().estimate()),
          short4(gate.value().lower()),
          short4(gate.value().upper()));
    }
    if (outcome.version().isPresent()) {
      out.printf(
          "version %d of %s%s%n",
          outcome.version().get().version(),
          e.useCase(),
          outcome.becameChampion() ? ", now its champion: there was none" : "");
    } else {
      out.println("not registered: a gate failed");
    }
    out.println("report: " + outcome.report());
  }

  private static String short4(double value) {
    return Double.isNaN(value) ? "-" : String.format(java.util.Locale.ROOT, "%.4g", value);
  }
}
