package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.ChunkedBackfill;
import dev.gnomon.features.Materialization;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.features.ValueChanges;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// Writes the features of every key as of a time; made again it says what late or corrected data
/// changed, and which training sets can't be built again.
@Command(
    name = "materialize",
    description = "Write the features of every key as of a time; again: what changed since.",
    footer = {
      "gnomon features materialize usecase.yaml --out current",
      "gnomon features materialize usecase.yaml --out current --as-of 2024-11-01 --json",
      "gnomon features materialize usecase.yaml --out current --as-of 2024-11-01 --sets chunks"
    })
final class FeaturesMaterialize implements Callable<Integer> {
  private static final String UNCHANGED =
      "unchanged: rows that came since were not known then, and known-at is kept";

  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("usecase.yaml");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder of the Parquet files and their manifests, one for each as-of.")
  private Path out = Path.of("");

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      description = "The time of the values: a date or a time in UTC (default: now).")
  private Optional<String> asOf = Optional.empty();

  @Option(
      names = "--sets",
      paramLabel = "DIR",
      description = "A folder that `gnomon features backfill` wrote, to be judged; repeatable.")
  private List<Path> sets = new ArrayList<>();

  @Option(
      names = "--versions",
      paramLabel = "N",
      description =
          "Of so many newest model versions the training set is built again, if any value changed"
              + " or --sets is given (default: ${DEFAULT-VALUE}).")
  private int versions = 3;

  FeaturesMaterialize(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// What `--json` prints.
  ///
  /// @param before the content hash at the same as-of before this run, or null
  /// @param changes what is served otherwise; null at first, and after another definition
  /// @param trainingSets those that were judged
  record Result(
      String file,
      String asOf,
      long rows,
      String view,
      String hash,
      @Nullable String before,
      @Nullable ValueChanges changes,
      List<Judged> trainingSets) {}

  /// @param set a folder of chunks, or model versions
  /// @param reproducible whether today's files give the same rows; null when that can't be said
  /// @param why in words
  /// @param chunks the files that would be others, and what they depend on that changed
  record Judged(
      String set, @Nullable Boolean reproducible, String why, Map<String, List<String>> chunks) {}

  @Override
  public Integer call() {
    if (versions < 0) {
      throw new BadInput("--versions", Integer.toString(versions), "0 or more");
    }
    Home home = common.homeBeside(file);
    UseCase useCase = UseCaseReader.read(file);
    FileEngine engine = FileEngines.find();
    OptionalLong stated = AsOf.micros(asOf);
    long at = stated.isPresent() ? stated.getAsLong() : Times.micros(clock.instant());
    Result result;
    try (ProgressBar bar = terminal.progress()) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      SourceOpener sources = UsableSources.of(useCase, engine, home, progress, clock);
      Materialization.Result done =
          Materialization.run(
              useCase,
              sources,
              engine,
              out.toAbsolutePath(),
              at,
              UsableSources.options(home, OptionalLong.empty()),
              progress);
      List<Judged> judged = new ArrayList<>();
      for (Path folder : sets) {
        judged.add(chunks(useCase, sources, engine, folder, home, progress));
      }
      boolean changed = done.changes().map(changes -> !changes.none()).orElse(false);
      if (changed || !sets.isEmpty()) {
        judged.addAll(versions(useCase, engine, home, progress));
      }
      result =
          new Result(
              out.resolve(done.now().file()).toString(),
              Times.instant(at).toString(),
              done.now().rows(),
              done.now().definition(),
              done.now().hash(),
              done.before().map(Materialization::hash).orElse(null),
              done.changes().orElse(null),
              judged);
    }
    if (common.json()) {
      terminal.json(result);
    } else {
      print(result);
    }
    return ExitCode.DONE;
  }

  private static Judged chunks(
      UseCase useCase,
      SourceOpener sources,
      FileEngine engine,
      Path folder,
      Home home,
      Progress progress) {
    try {
      SortedMap<String, List<String>> changed =
          ChunkedBackfill.changed(
              useCase,
              sources,
              engine,
              folder.toAbsolutePath(),
              UsableSources.options(home, OptionalLong.empty()),
              progress);
      return new Judged(
          folder.toString(),
          changed.isEmpty(),
          changed.isEmpty()
              ? UNCHANGED
              : "not reproducible from today's files: rows it depends on were corrected, came or"
                  + " went",
          changed);
    } catch (Refusal e) {
      return new Judged(folder.toString(), null, "it was computed by another definition", Map.of());
    }
  }

  /// Builds the training sets of the newest versions again, by the definition each was trained
  /// with; those of one set together.
  private List<Judged> versions(UseCase useCase, FileEngine engine, Home home, Progress progress) {
    if (!Files.exists(home.registry())) { // opening the registry would make one
      return List.of();
    }
    Map<Trained, List<String>> trained = new LinkedHashMap<>();
    try (Registry registry = common.registry(home, clock)) {
      BundleStore bundles = new BundleStore(home.bundles());
      List<ModelVersion> all = registry.versions(useCase.name());
      all.stream()
          .sorted((a, b) -> Integer.compare(b.version(), a.version()))
          .limit(versions)
          .forEach(version ->
              trained
                  .computeIfAbsent(Trained.of(bundles, version), t -> new ArrayList<>())
                  .add("version " + version.version()));
    }
    List<Judged> judged = new ArrayList<>();
    trained.forEach((set, names) ->
        judged.add(set.judge(String.join(", ", names), file, engine, home, progress, clock)));
    return judged;
  }

  /// What a bundle says of the training set behind it.
  private record Trained(String definition, String hash, String asOf) {
    static Trained of(BundleStore bundles, ModelVersion version) {
      try {
        Path bundle = bundles.open(version.bundleHash());
        JsonNode manifest = CanonicalJson.read(bundle.resolve("bundle.json"));
        return new Trained(
            Files.readString(bundle.resolve("usecase.yaml")),
            manifest.path("trainingSet").asString(),
            manifest.path("lineage").path("as-of").asString());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Judged impossible(String name, List<Problem> problems) {
      return new Judged(
          name,
          false,
          "not reproducible from today's files: " + problems.getFirst().line(),
          Map.of());
    }

    Judged judge(
        String name,
        Path file,
        FileEngine engine,
        Home home,
        Progress progress,
        InstantSource clock) {
      OptionalLong then =
          asOf.equals("none") ? OptionalLong.empty() : AsOf.micros(Optional.of(asOf));
      String now;
      try {
        UseCase useCase = UseCaseReader.parse(definition, file);
        now =
            TrainingSets.hash(
                useCase,
                UsableSources.of(useCase, engine, home, progress, clock),
                UsableSources.options(home, then),
                progress);
      } catch (BadInput e) {
        return impossible(name, e.problems());
      } catch (Refusal e) {
        return impossible(name, e.reasons());
      }
      boolean same = now.equals(hash);
      return new Judged(
          name,
          same,
          same
              ? UNCHANGED
              : "not reproducible from today's files: training set %s, today %s"
                  .formatted(hash.substring(0, 12), now.substring(0, 12)),
          Map.of());
    }
  }

  private void print(Result result) {
    PrintStream print = terminal.out();
    print.printf("%s: %,d keys as of %s%n", result.file(), result.rows(), result.asOf());
    print.printf("  content %s%n", result.hash());
    ValueChanges changes = result.changes();
    if (result.before() != null && changes == null) {
      print.println("  before: another definition, which is not compared");
    } else if (changes != null && changes.none()) {
      print.println("  the same values as before");
    } else if (changes != null) {
      print.printf(
          "  affected served values: %,d keys changed, %,d new, %,d gone%n",
          changes.keysChanged(), changes.keysAdded(), changes.keysGone());
      for (ValueChanges.FeatureChange feature : changes.features()) {
        print.printf("  %s: %,d values%n", feature.name(), feature.values());
        for (ValueChanges.Example one : feature.examples()) {
          print.printf(
              "    %s: %s -> %s%n",
              one.key(),
              one.before() == null ? "missing" : one.before(),
              one.after() == null ? "missing" : one.after());
        }
      }
    }
    for (Judged set : result.trainingSets()) {
      print.printf("  training set of %s: %s%n", set.set(), set.why());
      set.chunks()
          .forEach((chunk, why) -> print.printf("    %s: %s%n", chunk, String.join("; ", why)));
    }
  }
}
