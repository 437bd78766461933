package dev.gnomon.training;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Manifest;
import dev.gnomon.models.ReferenceStatistics;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.Made;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.SemanticVersion;
import dev.gnomon.schema.Times;
import dev.gnomon.stats.Interval;
import dev.gnomon.training.report.EvaluationJson;
import dev.gnomon.training.report.HtmlReport;
import dev.gnomon.training.runs.Recording;
import dev.gnomon.training.runs.RunRecorder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// From a training set to a registered version, or to the gates it failed.
///
/// A version that passes its gates is put into a bundle, stored, registered, and becomes `champion`
/// when there is none. One that fails is not registered: its report is written and nothing else
/// changes. The training, every candidate and every trial leave a run.
public final class TrainRun {
  /// The version of the platform as it stands in bundles; raised with every release.
  static final String VERSION = "0.1.0";

  private static final String CHAMPION = "champion";

  private TrainRun() {}

  /// @param version empty when a gate failed
  /// @param becameChampion whether it is the first version that passed
  /// @param report the HTML file
  /// @param bundle the hash of the stored bundle; empty when a gate failed
  public record Outcome(
      Trained trained,
      Optional<ModelVersion> version,
      Optional<String> bundle,
      boolean becameChampion,
      Path report,
      double seconds) {
    public boolean passed() {
      return trained.evaluation().passed();
    }
  }

  /// Where a training leaves what it makes.
  ///
  /// @param runs where it leaves its runs
  /// @param who runs it, for the ledger
  public record Into(
      Home home,
      Registry registry,
      RunRecorder runs,
      String who,
      InstantSource clock,
      Progress progress) {}

  /// @throws dev.gnomon.core.BadInput if there is nothing to learn from
  /// @throws dev.gnomon.core.Refusal for a leak, or constraints that can't be met
  public static Outcome run(UseCase useCase, TrainingSet set, List<Trainer> trainers, Into into) {
    return recorded(
        new Circumstances(useCase, set, into),
        "train",
        options -> Training.run(useCase, set, trainers, options, into.progress()));
  }

  /// The same for a model that was fitted elsewhere.
  ///
  /// @param by gives the model, told the rows of the training part
  /// @throws dev.gnomon.core.BadInput if there is nothing to measure on
  /// @throws dev.gnomon.core.Refusal for a leak, or constraints that can't be met
  public static Outcome given(
      UseCase useCase, TrainingSet set, Function<int[], Given> by, Into into) {
    return recorded(
        new Circumstances(useCase, set, into),
        "import",
        options -> Training.given(useCase, set, by, options, into.progress()));
  }

  private record Circumstances(UseCase useCase, TrainingSet set, Into into) {
    Registry registry() {
      return into.registry();
    }

    InstantSource clock() {
      return into.clock();
    }
  }

  private static Outcome recorded(
      Circumstances in, String how, Function<Training.Options, Trained> training) {
    Instant start = in.clock().instant();
    Into into = in.into();
    try (Recording recording =
        into.runs().begin(in.useCase(), in.set(), how, line -> into.progress().note(line))) {
      try {
        BundleStore bundles = new BundleStore(into.home().bundles());
        Trained learned =
            training.apply(
                new Training.Options(
                    Training.THREADS,
                    in.clock(),
                    alias ->
                        in.registry()
                            .alias(in.useCase().name(), alias)
                            .map(version -> testMetrics(bundles, version)),
                    Optional.of(into.home().searches(in.useCase().name())),
                    recording));
        Outcome outcome = outcome(in, learned, bundles, recording, start);
        recording.finished();
        return outcome;
      } catch (RuntimeException | Error e) {
        recording.failed(e);
        throw e;
      }
    }
  }

  private static Outcome outcome(
      Circumstances in, Trained learned, BundleStore bundles, Recording recording, Instant start) {
    UseCase useCase = in.useCase();
    Home home = in.into().home();
    String who = in.into().who();
    Trained trained =
        VerifiedGate.judge(useCase, in.set().plan().hash(), home)
            .map(gate -> learned.with(learned.evaluation().with(gate)))
            .orElse(learned);
    recording.trained(trained);
    try {
      if (!trained.evaluation().passed()) {
        Path report = report(home, useCase, trained, "failed");
        return new Outcome(
            trained, Optional.empty(), Optional.empty(), false, report, seconds(start, in.clock()));
      }
      in.into().progress().stage("writing the bundle", 0);
      String hash = store(useCase, in.set(), trained, home, bundles);
      ObjectNode summary = summary(trained.evaluation());
      summary.set("lineage", recording.lineage());
      summary.set(
          SemanticVersion.SHAPE, Shape.of(useCase, in.set(), trained.evaluation().chosen()));
      ModelVersion version =
          in.registry()
              .register(
                  useCase.name(),
                  hash,
                  true,
                  CanonicalJson.text(summary),
                  Optional.of(Made.of(bundles.open(hash))),
                  who);
      recording.registered(version.version(), hash);
      in.registry().promotions().rule(useCase.name(), useCase.production().approvalRequired(), who);
      boolean first =
          in.registry().alias(useCase.name(), CHAMPION).isEmpty()
              && !useCase.production().approvalRequired();
      if (first) {
        in.registry()
            .setAlias(
                useCase.name(), CHAMPION, version.version(), who, "the first version that passed");
      }
      Path report = report(home, useCase, trained, "v" + version.version());
      return new Outcome(
          trained,
          Optional.of(version),
          Optional.of(hash),
          first,
          report,
          seconds(start, in.clock()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The bundle of a trained candidate. Nothing in it depends on time, place or machine.
  public static Bundle bundle(UseCase useCase, TrainingSet set, Trained trained) {
    Map<String, Double> metrics = new TreeMap<>();
    trained.evaluation().test().forEach((name, value) -> metrics.put(name, value.estimate()));
    long seed = useCase.training().seed();
    Manifest manifest =
        new Manifest(
            useCase.name(),
            useCase.source(),
            set.rows().schema(),
            set.plan().inputs(),
            set.plan().hash(),
            set.hash(),
            Map.of("gnomon", VERSION),
            Map.of("training", seed),
            lineage(set, trained),
            metrics);
    return Bundle.of(
        manifest,
        trained.preprocessing(),
        trained.model(),
        trained.calibration(),
        trained.policy(),
        ReferenceStatistics.of(set.rows(), trained.split().train(), trained.probabilities()),
        EvaluationJson.tree(trained.evaluation()),
        seed);
  }

  private static Map<String, String> lineage(TrainingSet set, Trained trained) {
    Map<String, String> lineage = new TreeMap<>();
    lineage.put(
        "as-of", set.horizonMicros() == 0 ? "none" : Times.instant(set.asOfMicros()).toString());
    lineage.put("test-rows", trained.split().testHash());
    lineage.putAll(trained.origin());
    set.plan().views().forEach(view -> lineage.put(Manifest.VIEW + view.name(), view.hash()));
    return lineage;
  }

  private static String store(
      UseCase useCase, TrainingSet set, Trained trained, Home home, BundleStore bundles)
      throws IOException {
    Path staged = AtomicFiles.temporarySibling(home.root().resolve("staged-" + useCase.name()));
    Files.createDirectories(staged);
    try {
      bundle(useCase, set, trained).write(staged);
      Files.writeString(staged.resolve("report.html"), HtmlReport.render(trained.evaluation()));
      return bundles.store(staged);
    } finally {
      AtomicFiles.deleteTree(staged);
    }
  }

  private static Path report(Home home, UseCase useCase, Trained trained, String folder)
      throws IOException {
    Path directory = home.reports().resolve(useCase.name()).resolve(folder);
    AtomicFiles.writeString(
        directory.resolve("report.html"), HtmlReport.render(trained.evaluation(), trained.aside()));
    AtomicFiles.write(
        directory.resolve("evaluation.json"),
        CanonicalJson.bytes(EvaluationJson.tree(trained.evaluation())));
    return directory.resolve("report.html");
  }

  private static Map<String, Double> testMetrics(BundleStore bundles, ModelVersion version) {
    try {
      JsonNode test =
          CanonicalJson.read(bundles.open(version.bundleHash()).resolve("evaluation.json"))
              .path("test");
      Map<String, Double> metrics = new TreeMap<>();
      test.propertyNames()
          .forEach(name -> {
            JsonNode estimate = test.path(name).path("estimate");
            if (estimate.isNumber()) {
              metrics.put(name, estimate.doubleValue());
            }
          });
      return metrics;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode summary(Evaluation evaluation) {
    ObjectNode json = CanonicalJson.object().put("headline", evaluation.headline());
    json.put("chosen", evaluation.chosen());
    ObjectNode metrics = json.putObject("metrics");
    for (Map.Entry<String, Interval> metric : evaluation.test().entrySet()) {
      if (Double.isFinite(metric.getValue().estimate())) {
        metrics.put(metric.getKey(), metric.getValue().estimate());
      }
    }
    json.set("gates", EvaluationJson.node(evaluation.gates()));
    return json;
  }

  private static double seconds(Instant start, InstantSource clock) {
    return java.time.Duration.between(start, clock.instant()).toMillis() / 1000.0;
  }
}
