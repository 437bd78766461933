package dev.gnomon.training.runs;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import dev.gnomon.stats.Interval;
import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.View;
import dev.gnomon.training.Evaluation;
import dev.gnomon.training.Footprint;
import dev.gnomon.training.Trained;
import dev.gnomon.training.TrainingWatch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One training as tracking sees it, while it goes on.
///
/// Tags: `gnomon.kind` (`training`, `candidate` or `trial`), the hashes of the training set, of the
/// feature plan and of each view, the environment, the commit, and in the end version, bundle and
/// gates. Metrics: `test/…` and `validation/…`, with `.lower` and `.upper` for the ends of the 95 %
/// interval; `out-of-fold/…` of trials, a step per fold; `system/…`.
public final class Recording implements TrainingWatch, AutoCloseable {
  /// Which process a run belongs to.
  static final String PROCESS = "gnomon.process";

  static final String KIND = "gnomon.kind";
  private static final Duration FOR_ITS_NAME = Duration.ofSeconds(2);
  private static final Duration AT_A_KILL = Duration.ofSeconds(8);
  private static final Duration FOR_HASHES = Duration.ofSeconds(20);
  private static final int DIGEST = 36;
  private static final int MOST_SOURCE = 60_000;

  private final RunWriter writer;
  private final InstantSource clock;
  private final UseCase useCase;
  private final TrainingSet set;
  private final OneRun run;
  private final Machine machine;
  private final CompletableFuture<List<DataFile>> files;
  private final Optional<String> commit;
  private final List<CandidateRun> candidates = new CopyOnWriteArrayList<>();
  private final Thread killed = new Thread(this::killed, "runs were killed");
  private volatile String study = "";
  private boolean ended;

  Recording(RunWriter writer, InstantSource clock, UseCase useCase, TrainingSet set, String how) {
    this.writer = writer;
    this.clock = clock;
    this.useCase = useCase;
    this.set = set;
    Path folder = useCase.file().toAbsolutePath().getParent();
    this.commit = folder == null ? Optional.empty() : GitCommit.of(folder);
    this.files = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("hashes of data")
        .daemon()
        .start(() -> {
          try {
            files.complete(DataFile.of(useCase));
          } catch (RuntimeException e) {
            files.complete(List.of());
          }
        });
    Machine.resetPeak();
    this.machine = Machine.now();
    Map<String, String> tags = tags("training");
    tags.putAll(Machine.tags());
    set.plan().views().forEach(view -> tags.put("gnomon.view/" + view.name(), view.hash()));
    tags.put("gnomon.how", how);
    this.run =
        OneRun.create(writer, this::study, null, how + " " + useCase.name(), clock.millis(), tags);
    run.log(List.of(), params(), Map.of());
    try {
      Runtime.getRuntime().addShutdownHook(killed);
    } catch (IllegalStateException e) {
      // The process ends already.
    }
  }

  private Map<String, String> tags(String kind) {
    Map<String, String> tags = new TreeMap<>();
    tags.put(KIND, kind);
    tags.put(PROCESS, OwnProcess.current().text());
    tags.put("gnomon.use-case", useCase.name());
    tags.put("gnomon.training-set", set.hash());
    tags.put("gnomon.feature-plan", set.plan().hash());
    tags.put("mlflow.source.type", "LOCAL");
    tags.put("mlflow.source.name", String.valueOf(useCase.file().getFileName()));
    commit.ifPresent(hash -> tags.put("mlflow.source.git.commit", hash));
    return tags;
  }

  private Map<String, String> params() {
    TrainingSection training = useCase.training();
    Map<String, String> params = new TreeMap<>();
    params.put("seed", Long.toString(training.seed()));
    params.put(
        "as-of", set.horizonMicros() == 0 ? "none" : Times.instant(set.asOfMicros()).toString());
    params.put("rows", Integer.toString(set.size()));
    params.put("inputs", Integer.toString(set.plan().inputs()));
    params.put("split", word(training.split().by()));
    params.put("split.validation", Double.toString(training.split().validation()));
    params.put("split.test", Double.toString(training.split().test()));
    params.put("imbalance", word(training.imbalance().method()));
    params.put("search", word(training.search().method()));
    params.put("search.trials", Integer.toString(training.search().trials()));
    params.put("search.objective", training.search().objective());
    params.put("search.trials-by", training.search().trialsBy());
    params.put("calibration", word(useCase.models().calibration()));
    params.put(
        "candidates",
        useCase.models().candidates().stream()
            .map(candidate -> candidate.trainer())
            .collect(Collectors.joining(", ")));
    return params;
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  /// The study of the use case, made when there is none; runs of dead processes in it are ended.
  private String study(Tracking tracking) {
    if (study.isEmpty()) {
      Study found = found(tracking);
      if (found.deleted()) {
        tracking.restoreStudy(found.id());
      }
      study = found.id();
      endDead(tracking);
      logInput(tracking);
    }
    return study;
  }

  private Study found(Tracking tracking) {
    try {
      return tracking.studyByName(useCase.name());
    } catch (TrackingError none) {
      try {
        return tracking.createStudy(
            useCase.name(), null, List.of(new Tag("gnomon.use-case", useCase.name())));
      } catch (TrackingError meanwhile) {
        return tracking.studyByName(useCase.name());
      }
    }
  }

  private void endDead(Tracking tracking) {
    Search running =
        new Search("attributes.status = 'RUNNING'", List.of(), View.ACTIVE_ONLY, 1_000, null);
    for (Run left : tracking.searchRuns(List.of(study), running).items()) {
      String process = left.tags().getOrDefault(PROCESS, "");
      if (OwnProcess.parse(process).filter(OwnProcess::isGone).isPresent()) {
        tracking.updateRun(left.info().id(), RunStatus.KILLED, clock.millis(), null);
      }
    }
  }

  private void logInput(Tracking tracking) {
    run.then((_, id) -> {
      ObjectNode source = CanonicalJson.object().put("use-case", useCase.name());
      source.put("training-set", set.hash());
      String text = CanonicalJson.text(source);
      ObjectNode schema = CanonicalJson.object();
      ArrayNode columns = schema.putArray("mlflow_colspec");
      FeaturePlan plan = set.plan();
      for (Field field : plan.row().fields().subList(0, plan.inputs())) {
        columns
            .addObject()
            .put("name", field.name())
            .put("type", field.type() == Type.NUMBER ? "double" : "string")
            .put("required", false);
      }
      String columnText = CanonicalJson.text(schema);
      tracking.logInputs(
          id,
          List.of(
              new Dataset.Input(
                  new Dataset(
                      useCase.name(),
                      set.hash().substring(0, Math.min(DIGEST, set.hash().length())),
                      "gnomon",
                      text.length() > MOST_SOURCE ? "{}" : text,
                      columnText.length() > 1_000_000 ? null : columnText,
                      CanonicalJson.text(
                          CanonicalJson.object()
                              .put("num_rows", set.size())
                              .put("num_elements", (long) set.size() * plan.inputs()))),
                  Map.of("mlflow.data.context", "training"))),
          List.of());
    });
  }

  /// The id of the run of this training; empty where tracking is not there.
  public Optional<String> runId() {
    if (run.id().isEmpty()) {
      writer.flush(FOR_ITS_NAME);
    }
    return run.id();
  }

  /// What the version comes from, for the row of the registry: its run, commit, data and views.
  public ObjectNode lineage() {
    ObjectNode lineage = CanonicalJson.object();
    runId().ifPresent(id -> lineage.put("run", id));
    commit.ifPresent(hash -> lineage.put("commit", hash));
    lineage.put("trainingSet", set.hash()).put("featurePlan", set.plan().hash());
    ObjectNode views = lineage.putObject("views");
    set.plan().views().forEach(view -> views.put(view.name(), view.hash()));
    ArrayNode list = lineage.putArray("files");
    for (DataFile file : hashed()) {
      ObjectNode one =
          list.addObject()
              .put("source", file.source())
              .put("path", file.path())
              .put("bytes", file.size());
      file.sha256().ifPresent(sum -> one.put("sha256", sum));
    }
    return lineage;
  }

  private List<DataFile> hashed() {
    try {
      return files.get(FOR_HASHES.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      return List.of(); // larger than it is worth waiting for
    }
  }

  @Override
  public synchronized OfCandidate candidate(
      int number, String trainer, Map<String, String> settings) {
    if (ended) {
      return OfCandidate.NONE; // the process ends
    }
    OneRun below =
        OneRun.create(writer, this::study, run, trainer, clock.millis(), tags("candidate"));
    below.log(
        List.of(),
        Map.of("candidate", trainer, "seed", Long.toString(useCase.training().seed())),
        Map.of("gnomon.candidate", Integer.toString(number)));
    CandidateRun candidate =
        new CandidateRun(
            below,
            (name, start) -> OneRun.create(writer, this::study, below, name, start, tags("trial")),
            clock);
    candidates.add(candidate);
    return candidate;
  }

  /// The training came to its end; whether its version is kept is said by [#registered].
  public void trained(Trained trained) {
    long now = clock.millis();
    Evaluation evaluation = trained.evaluation();
    List<Metric> metrics = new ArrayList<>();
    evaluation.test().forEach((name, value) -> interval("test/" + name, value, now, metrics));
    evaluation
        .validation()
        .forEach((name, value) -> interval("validation/" + name, value, now, metrics));
    int rows = trained.split().train().length;
    List<Metric> all = new ArrayList<>(metrics);
    all.addAll(machine.metrics(rows, now));
    run.log(
        all,
        Map.of(
            "rows.train", Integer.toString(rows),
            "rows.validation", Integer.toString(trained.split().validation().length),
            "rows.test", Integer.toString(trained.split().test().length)),
        Map.of(
            "gnomon.chosen", evaluation.chosen(),
            "gnomon.gates", evaluation.passed() ? "passed" : "failed",
            "mlflow.note.content", evaluation.headline()));
    for (int i = 0; i < candidates.size(); i++) {
      Evaluation.CandidateResult result = evaluation.candidates().get(i);
      Footprint footprint = trained.aside().footprints().get(i);
      List<Metric> own = new ArrayList<>();
      interval("validation/objective", result.interval(), now, own);
      interval("validation/behind-chosen", result.behind(), now, own);
      own.add(new Metric("system/row-p50-micros", footprint.p50Micros(), now, 0));
      own.add(new Metric("system/row-p99-micros", footprint.p99Micros(), now, 0));
      own.add(new Metric("system/model-bytes", footprint.bytes(), now, 0));
      if (result.chosen()) {
        own.addAll(metrics);
      }
      candidates
          .get(i)
          .run()
          .log(own, Map.of(), Map.of("gnomon.chosen", Boolean.toString(result.chosen())));
    }
  }

  private static void interval(String name, Interval value, long now, List<Metric> into) {
    String key = OneRun.key(name);
    into.add(new Metric(key, value.estimate(), now, 0));
    into.add(new Metric(key + ".lower", value.lower(), now, 0));
    into.add(new Metric(key + ".upper", value.upper(), now, 0));
  }

  /// The training gave a version.
  public void registered(int version, String bundle) {
    run.log(
        List.of(),
        Map.of(),
        Map.of("gnomon.version", Integer.toString(version), "gnomon.bundle", bundle));
    run.then((tracking, id) -> {
      LoggedModel model =
          tracking.createLoggedModel(
              study,
              useCase.name() + "-v" + version,
              "gnomon",
              id,
              List.of(),
              List.of(
                  new Tag("gnomon.version", Integer.toString(version)),
                  new Tag("gnomon.bundle", bundle)));
      tracking.finishLoggedModel(model.id(), "LOGGED_MODEL_READY");
      tracking.logOutputs(id, List.of(new Run.Output(model.id(), 0)));
    });
  }

  /// Ends the runs; without it they have failed.
  public void finished() {
    end(RunStatus.FINISHED);
  }

  /// What the training threw.
  public void failed(Throwable why) {
    String message = why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage();
    run.log(List.of(), Map.of(), Map.of("gnomon.failure", message));
    end(Thread.currentThread().isInterrupted() ? RunStatus.KILLED : RunStatus.FAILED);
  }

  private synchronized void end(RunStatus status) {
    if (ended) {
      return;
    }
    ended = true;
    long now = clock.millis();
    candidates.forEach(candidate -> candidate.end(status, now));
    run.end(status, now);
  }

  private void killed() {
    end(RunStatus.KILLED);
    writer.flush(AT_A_KILL);
  }

  @Override
  public void close() {
    end(RunStatus.FAILED);
    writer.close();
    try {
      Runtime.getRuntime().removeShutdownHook(killed);
    } catch (IllegalStateException e) {
      // The process ends already.
    }
  }
}
