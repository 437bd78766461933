package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.RecordJson;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.models.Bundle;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Times;
import dev.gnomon.training.Comparison;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Measures two registered versions on the test rows they share.
@Command(
    name = "compare",
    description = "Compare two versions on the same test rows: differences, intervals, tests.",
    footer = {"gnomon compare usecase.yaml 3 4", "gnomon compare churn champion 4 --json"})
final class Compare implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      index = "0",
      paramLabel = "NAME|FILE",
      description = "A use case by its name or its file.")
  private String useCase = "";

  @Parameters(index = "1", paramLabel = "A", description = "A version or an alias.")
  private String first = "";

  @Parameters(index = "2", paramLabel = "B", description = "Another one.")
  private String second = "";

  Compare(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    boolean isFile = useCase.endsWith(".yaml") || useCase.endsWith(".yml");
    Home home = isFile ? common.homeBeside(Path.of(useCase)) : common.home();
    // Paths of the data are relative to the file, which stands beside the home unless told.
    Path file =
        isFile
            ? Path.of(useCase).toAbsolutePath()
            : home.root().toAbsolutePath().resolveSibling("usecase.yaml");
    String name = isFile ? UseCaseReader.read(file).name() : useCase;
    ModelVersion a;
    ModelVersion b;
    try (Registry registry = common.registry(home, clock)) {
      a = find(registry, name, first, home);
      b = find(registry, name, second, home);
    }
    if (a.version() == b.version()) {
      throw new BadInput(
          "'%s' and '%s'".formatted(first, second),
          "both are version " + a.version(),
          "two versions");
    }
    Comparison comparison;
    try (ProgressBar bar = terminal.progress()) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      comparison = measure(a, b, file, home, clock, progress);
    }
    if (common.json()) {
      terminal.json(RecordJson.node(comparison));
    } else {
      print(comparison, terminal);
    }
    return ExitCode.DONE;
  }

  /// Both on the test rows they share.
  ///
  /// @param file the use-case file: paths of the data are relative to it
  static Comparison measure(
      ModelVersion a, ModelVersion b, Path file, Home home, InstantSource clock, Progress progress)
      throws IOException {
    Comparison.Side sideA = side(a, file, home, clock, progress, Optional.empty());
    Comparison.Side sideB = side(b, file, home, clock, progress, Optional.of(sideA));
    progress.stage("comparing", 0);
    return Comparison.of(sideA, sideB);
  }

  /// The version with the training set that its own definition asks for, as of its own time.
  private static Comparison.Side side(
      ModelVersion version,
      Path file,
      Home home,
      InstantSource clock,
      Progress progress,
      Optional<Comparison.Side> other)
      throws IOException {
    Bundle bundle = Bundle.load(new BundleStore(home.bundles()).open(version.bundleHash()));
    String name = "version " + version.version();
    if (other.isPresent()
        && other.get().bundle().manifest().trainingSet().equals(bundle.manifest().trainingSet())
        && other.get().bundle().manifest().definition().equals(bundle.manifest().definition())) {
      return new Comparison.Side(name, other.get().useCase(), other.get().set(), bundle);
    }
    UseCase stated = UseCaseReader.parse(bundle.manifest().definition(), file);
    String asOf = bundle.manifest().lineage().getOrDefault("as-of", "none");
    OptionalLong until =
        asOf.equals("none")
            ? OptionalLong.empty()
            : OptionalLong.of(Times.micros(Instant.parse(asOf)));
    TrainingSet set =
        TrainingSets.build(
            stated,
            UsableSources.of(stated, FileEngines.find(), home, progress, clock),
            UsableSources.options(home, until),
            progress);
    return new Comparison.Side(name, stated, set, bundle);
  }

  private static ModelVersion find(Registry registry, String name, String which, Home home) {
    if (registry.versions(name).isEmpty()) {
      throw new BadInput(
          "'" + name + "'",
          "no version in " + home.root(),
          "a use case that was trained there; known: " + String.join(", ", registry.useCases()));
    }
    Optional<ModelVersion> found =
        which.matches("[0-9]{1,9}")
            ? registry.version(name, Integer.parseInt(which))
            : registry.alias(name, which);
    return found.orElseThrow(() ->
        new BadInput(
            "'" + which + "'",
            "'%s' has no such version or alias".formatted(name),
            "1 to %d%s"
                .formatted(
                    registry.versions(name).size(),
                    registry.aliases(name).keySet().stream()
                        .map(alias -> ", " + alias)
                        .reduce("", String::concat))));
  }

  static void print(Comparison c, Terminal terminal) {
    PrintStream out = terminal.out();
    out.println(terminal.bold(c.verdict()));
    out.printf("%s on %,d test rows of %,d entities%n%n", c.useCase(), c.rows(), c.entities());
    out.printf("  %-24s %12s %12s   %s%n", "", c.first(), c.second(), "difference (95 %)");
    for (Comparison.Measured m : c.metrics()) {
      out.printf(
          "  %-24s %12s %12s   %s (%s to %s)  %s%n",
          m.metric(),
          figure(m.first()),
          figure(m.second()),
          figure(m.difference().estimate()),
          figure(m.difference().lower()),
          figure(m.difference().upper()),
          m.reading());
    }
    out.println();
    out.printf(
        "  DeLong, paired: z %s, p %s%n",
        figure(c.deLong().statistic()), figure(c.deLong().pValue()));
    out.printf(
        "  McNemar: only %s right on %,d rows, only %s on %,d; p %s%n",
        c.first(),
        c.mcNemar().onlyFirstRight(),
        c.second(),
        c.mcNemar().onlySecondRight(),
        figure(c.mcNemar().pValue()));
    c.notes().forEach(note -> out.println("  " + note));
  }

  private static String figure(double value) {
    return Double.isFinite(value) ? String.format(java.util.Locale.ROOT, "%.4g", value) : "-";
  }
}
