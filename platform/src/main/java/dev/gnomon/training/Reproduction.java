package dev.gnomon.training;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Manifest;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.FileDifference;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.training.report.HtmlReport;
import dev.gnomon.training.runs.DataFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A registered version trained once more from what its bundle says of itself: its definition, its
/// data as of its own time, its seeds, and the champion it was compared with.
///
/// Same definition, data, seed and as-of give the same bundle hash on the same platform. Where a
/// search had a budget in seconds or began with the trials of an earlier one, nothing is promised,
/// and `notes` say so.
///
/// @param again the hash of the bundle that came out
/// @param files every content file of both bundles
/// @param scoreDifference the greatest difference of two scores of a test row, where the models'
///   files differ
/// @param notes what to keep in mind
public record Reproduction(
    String useCase,
    int version,
    String bundle,
    String again,
    List<FileDifference> files,
    OptionalDouble scoreDifference,
    List<String> notes) {
  private static final Set<String> OF_ANY_TRAINING = Set.of("as-of", "test-rows");

  public Reproduction {
    files = List.copyOf(files);
    notes = List.copyOf(notes);
  }

  public boolean same() {
    return bundle.equals(again);
  }

  /// What was registered.
  ///
  /// @param directory of its bundle
  public record Registered(ModelVersion version, Path directory, Manifest manifest) {
    /// @throws Refusal if its bundle is gone, or its model was fitted elsewhere
    public static Registered of(ModelVersion version, Registry registry, BundleStore bundles)
        throws IOException {
      String place = "version %d of '%s'".formatted(version.version(), version.useCase());
      if (registry.isRemoved(version.useCase(), version.version())) {
        throw new Refusal(
            place,
            "its bundle was removed, and with it the definition it was trained by",
            "a version whose bundle is there");
      }
      Path directory = bundles.open(version.bundleHash());
      Manifest manifest = Bundle.load(directory).manifest();
      boolean ours =
          manifest.lineage().keySet().stream()
              .allMatch(key -> OF_ANY_TRAINING.contains(key) || key.startsWith(Manifest.VIEW));
      if (!ours) {
        throw new Refusal(
            place,
            "its model was fitted elsewhere and brought here",
            "a version that was trained by gnomon train; gnomon models import measures this one"
                + " again");
      }
      return new Registered(version, directory, manifest);
    }

    /// What to build the training set as of; empty where outcomes are a column.
    public Optional<Instant> asOf() {
      String asOf = manifest.lineage().getOrDefault("as-of", "none");
      return asOf.equals("none") ? Optional.empty() : Optional.of(Instant.parse(asOf));
    }
  }

  /// @param useCase the recorded definition, with the paths of the data as they are now
  /// @param set built from it as of the recorded time
  /// @throws Refusal if the data are no longer those it was trained on, saying what is known of why
  public static Reproduction of(
      Registered recorded,
      UseCase useCase,
      TrainingSet set,
      List<Trainer> trainers,
      Home home,
      Registry registry,
      InstantSource clock,
      Progress progress)
      throws IOException {
    ModelVersion version = recorded.version();
    requireSameSet(recorded, useCase, set, registry);
    BundleStore bundles = new BundleStore(home.bundles());
    Path scratch = AtomicFiles.temporarySibling(home.root().resolve("reproduced"));
    Files.createDirectories(scratch);
    try {
      Training.Options options =
          new Training.Options(
              Training.THREADS,
              clock,
              alias -> before(registry, version, alias).map(Reproduction::testMetrics),
              Optional.empty());
      Trained learned = Training.run(useCase, set, trainers, options, progress);
      // A version is registered only when this gate passes, and then it always says the same:
      // judged without any verification it passes too.
      Home empty = new Home(Files.createDirectory(scratch.resolve("no-verification")));
      Trained trained =
          VerifiedGate.judge(useCase, set.plan().hash(), empty)
              .map(gate -> learned.with(learned.evaluation().with(gate)))
              .orElse(learned);
      progress.stage("comparing the bundles", 0);
      Path staged = Files.createDirectory(scratch.resolve("bundle"));
      Bundle bundle = TrainRun.bundle(useCase, set, trained);
      bundle.write(staged);
      Files.writeString(staged.resolve("report.html"), HtmlReport.render(trained.evaluation()));
      List<FileDifference> files = bundles.compare(version.bundleHash(), staged);
      boolean sameModel =
          files.stream().filter(f -> f.path().startsWith("model/")).allMatch(FileDifference::same);
      return new Reproduction(
          version.useCase(),
          version.version(),
          version.bundleHash(),
          bundles.hash(staged),
          files,
          sameModel
              ? OptionalDouble.empty()
              : OptionalDouble.of(
                  greatest(Bundle.load(recorded.directory()), bundle, set, trained.split().test())),
          notes(recorded, useCase));
    } finally {
      AtomicFiles.deleteTree(scratch);
    }
  }

  private static Optional<ModelVersion> before(
      Registry registry, ModelVersion version, String alias) {
    return registry.aliasAt(version.useCase(), alias, version.createdAt().minusNanos(1_000));
  }

  /// As the summary keeps them, so that the bundle of the version compared with may be gone.
  private static Map<String, Double> testMetrics(ModelVersion version) {
    Map<String, Double> metrics = new TreeMap<>();
    JsonMapper.shared()
        .readTree(version.summaryJson())
        .path("metrics")
        .forEachEntry((name, value) -> metrics.put(name, value.doubleValue()));
    return metrics;
  }

  private static double greatest(Bundle first, Bundle second, TrainingSet set, int[] rows) {
    double[] a = first.scoring().scores(set.rows(), rows);
    double[] b = second.scoring().scores(set.rows(), rows);
    double most = 0;
    for (int i = 0; i < rows.length; i++) {
      most = Math.max(most, Math.abs(a[i] - b[i]));
    }
    return most;
  }

  private static List<String> notes(Registered recorded, UseCase useCase) {
    List<String> notes = new ArrayList<>();
    TrainingSection.Search search = useCase.training().search();
    if (search.method() != TrainingSection.Search.Method.NONE && search.seconds().isPresent()) {
      notes.add(
          "The search had a budget in seconds: how many trials fit into it differs from run to run,"
              + " so that the same bundle is not promised.");
    }
    if (search.method() != TrainingSection.Search.Method.NONE && search.warmStart()) {
      notes.add(
          "The search began with the best trials of the one before, which are not repeated here:"
              + " the same bundle is not promised.");
    }
    String by = recorded.manifest().libraries().getOrDefault("gnomon", "?");
    if (!by.equals(TrainRun.VERSION)) {
      notes.add("It was trained by gnomon %s, this is %s.".formatted(by, TrainRun.VERSION));
    }
    return notes;
  }

  private static void requireSameSet(
      Registered recorded, UseCase useCase, TrainingSet set, Registry registry) {
    String expected = recorded.manifest().trainingSet();
    if (set.hash().equals(expected)) {
      return;
    }
    ModelVersion version = recorded.version();
    String place = "version %d of '%s'".formatted(version.version(), version.useCase());
    List<Problem> problems = new ArrayList<>();
    problems.add(
        new Problem(
            place,
            "its training set can't be built again: its hash is %s, not %s"
                .formatted(shown(set.hash()), shown(expected)),
            "the data it was trained on"));
    if (!set.plan().hash().equals(recorded.manifest().featurePlan())) {
      problems.add(
          new Problem(
              place,
              "its features are computed otherwise now (columns or types of the data changed, or"
                  + " another version of gnomon)",
              "data with the columns of then"));
    }
    files(version, useCase, problems);
    for (LedgerEntry entry : registry.entries(ControlChange.Erased.KIND, version.useCase())) {
      if (entry.at().isAfter(version.createdAt())) {
        problems.add(
            new Problem(
                place,
                "a person was erased since, at " + entry.at(),
                "nothing: what was erased stays erased"));
      }
    }
    throw new Refusal(problems);
  }

  private static void files(ModelVersion version, UseCase useCase, List<Problem> problems) {
    Map<String, DataFile> now = new TreeMap<>();
    DataFile.of(useCase).forEach(file -> now.put(file.path(), file));
    JsonNode then =
        JsonMapper.shared().readTree(version.summaryJson()).path("lineage").path("files");
    for (JsonNode file : then) {
      String path = file.path("path").asString("");
      DataFile found = now.remove(path);
      String sum = file.path("sha256").asString("");
      if (found == null) {
        problems.add(new Problem(path, "it is gone", "the file of then"));
      } else if (found.size() != file.path("bytes").asLong(-1)
          || !found.sha256().orElse(sum).equals(sum)) {
        problems.add(
            new Problem(
                path,
                "it was changed: %,d bytes then, %,d now"
                    .formatted(file.path("bytes").asLong(-1), found.size()),
                sum.isEmpty() ? "the file of then" : "the file with SHA-256 " + sum));
      }
    }
    if (!then.isEmpty()) {
      now.keySet()
          .forEach(path ->
              problems.add(new Problem(path, "it was not there then", "the files of then")));
    }
  }

  private static String shown(String hash) {
    return hash.length() > 12 ? hash.substring(0, 12) + "…" : hash;
  }

  /// For `--json`.
  public JsonNode json() {
    var json =
        CanonicalJson.object()
            .put("useCase", useCase)
            .put("version", version)
            .put("bundle", bundle)
            .put("again", again)
            .put("same", same());
    scoreDifference.ifPresent(value -> json.put("scoreDifference", value));
    var list = json.putArray("files");
    for (FileDifference file : files) {
      list.addObject()
          .put("path", file.path())
          .put("same", file.same())
          .put("bytes", file.firstBytes())
          .put("bytesAgain", file.secondBytes())
          .put("differing", file.differing())
          .put("firstAt", file.at());
    }
    var said = json.putArray("notes");
    notes.forEach(said::add);
    return json;
  }
}
