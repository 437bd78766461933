package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.registry.Registry;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A training through the command line, and what its runs, its card and its reproduction say.
class TrackedTrainingTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final Search ALL =
      new Search("", List.of("attributes.start_time ASC"), View.ACTIVE_ONLY, 1_000, null);

  @TempDir Path folder = Path.of("");

  @BeforeEach
  void table() throws IOException {
    rows(600);
    Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: leavers
        problem: {decision: Call, owner: team@example.com, costs: {currency: EUR, true-positive: 5, false-positive: 5, false-negative: 20}}
        frame: {task: binary, entity: person, target: {column: gone, positive: "yes"}}
        data: {table: people.csv, key: id}
        models: {candidates: [logistic, xgboost], calibration: none}
        training: {split: {by: random}, search: {method: random, trials: 4}}
        evaluation: {gates: [{metric: roc-auc, at-least: 0.6}]}
        """);
  }

  private void rows(int count) throws IOException {
    Random random = new Random(11);
    StringBuilder rows = new StringBuilder("id,age,visits,spend,gone\n");
    for (int i = 0; i < count; i++) {
      double age = 18 + random.nextInt(60);
      double visits = random.nextInt(20);
      double spend = 100 * random.nextDouble();
      boolean gone = random.nextDouble() < 1 / (1 + Math.exp(0.3 * visits - 0.03 * age - 0.5));
      rows.append(
          String.format(
              Locale.ROOT, "k%d,%s,%s,%.3f,%s%n", i, age, visits, spend, gone ? "yes" : "no"));
    }
    Files.writeString(folder.resolve("people.csv"), rows);
  }

  private Recorded run(int exitCode, String... arguments) {
    Recorded recorded = new Recorded(false);
    int code = Main.run(recorded.terminal, CLOCK, arguments);
    assertThat(code).as(recorded.out() + recorded.err()).isEqualTo(exitCode);
    return recorded;
  }

  private JsonNode json(String... arguments) {
    return JsonMapper.shared().readTree(run(0, arguments).out());
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private Tracking tracking() {
    Home home = new Home(folder.resolve(".gnomon"));
    return Tracking.open("sqlite", Map.of("path", home.tracking().toString()), CLOCK);
  }

  @Test
  void leavesRunsOfTheTrainingItsCandidatesAndTheirTrials() throws IOException {
    JsonNode trained = json("train", path("usecase.yaml"), "--json");
    String bundle = trained.get("bundle").stringValue();
    try (Tracking tracking = tracking()) {
      String study = tracking.studyByName("leavers").id();
      List<Run> runs = tracking.searchRuns(List.of(study), ALL).items();
      assertThat(runs).allSatisfy(r -> assertThat(r.info().status()).isEqualTo(RunStatus.FINISHED));
      Run training = only(runs, "training");
      assertThat(training.tags())
          .containsEntry("gnomon.version", "1")
          .containsEntry("gnomon.bundle", bundle)
          .containsEntry("gnomon.gates", "passed")
          .containsKeys("gnomon.java", "gnomon.cpu", "gnomon.os", "gnomon.training-set");
      assertThat(training.params()).containsEntry("seed", "1").containsEntry("search", "random");
      double auc = trained.at("/metrics/test/roc-auc").doubleValue();
      assertThat(metric(training, "test/roc-auc")).isEqualTo(auc);
      assertThat(metric(training, "test/roc-auc.lower")).isLessThan(auc);
      assertThat(metric(training, "test/roc-auc.upper")).isGreaterThan(auc);
      assertThat(metric(training, "system/wall-seconds")).isPositive();
      assertThat(training.datasets())
          .singleElement()
          .satisfies(input -> {
            assertThat(training.tags().get("gnomon.training-set"))
                .startsWith(input.dataset().digest());
            assertThat(input.dataset().schema()).contains("visits");
          });
      assertThat(training.outputs()).hasSize(1);

      List<Run> candidates = kind(runs, "candidate");
      assertThat(candidates)
          .extracting(r -> r.info().name())
          .containsExactly("logistic", "xgboost");
      assertThat(candidates)
          .allSatisfy(r -> assertThat(r.tags()).containsEntry(Runs.PARENT, training.info().id()));
      JsonNode second = trained.at("/candidates/1");
      assertThat(metric(candidates.get(1), "validation/roc-auc"))
          .isEqualTo(second.at("/metrics/roc-auc").doubleValue());
      List<Metric> curve =
          tracking.history(candidates.get(1).info().id(), "inner/logloss", 10_000, null).items();
      assertThat(curve).hasSizeGreaterThan(5);
      assertThat(curve).extracting(Metric::step).isSorted().startsWith(1L);
      assertThat(curve.getFirst().value()).isGreaterThan(curve.get(4).value());

      List<Run> trials = kind(runs, "trial");
      assertThat(trials).hasSize(4);
      List<String> ids = candidates.stream().map(r -> r.info().id()).toList();
      assertThat(trials)
          .allSatisfy(r -> {
            assertThat(ids).contains(r.tags().get(Runs.PARENT));
            assertThat(metric(r, "out-of-fold/log-loss")).isBetween(0.0, 1.0);
          });
      String first = trials.getFirst().info().id();
      assertThat(tracking.history(first, "out-of-fold/log-loss", 100, null).items())
          .hasSizeGreaterThan(2);

      try (Registry registry =
          Registry.open(
              "sqlite", Map.of("path", folder.resolve(".gnomon/registry.db").toString()), CLOCK)) {
        JsonNode lineage =
            JsonMapper.shared()
                .readTree(registry.version("leavers", 1).orElseThrow().summaryJson())
                .path("lineage");
        assertThat(lineage.path("run").asString("")).isEqualTo(training.info().id());
        assertThat(lineage.at("/files/0/path").asString("")).isEqualTo("people.csv");
        assertThat(lineage.at("/files/0/sha256").asString("")).hasSize(64);
      }
      commands(training.info().id());
    }
    sameBundleAgain(bundle);
    card();
    secondVersion();
  }

  private void commands(String training) {
    String home = path(".gnomon");
    assertThat(json("runs", "list", "leavers", "--home", home, "--json").get("runs")).hasSize(1);
    JsonNode boosted =
        json(
            "runs",
            "list",
            "--home",
            home,
            "--children",
            "--filter",
            "params.candidate = 'xgboost' and metrics.`validation/roc-auc` > 0.5",
            "--json");
    assertThat(boosted.get("runs")).hasSize(1);
    String table = run(0, "runs", "list", "--home", home).out();
    assertThat(table.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(table).contains(training.substring(0, 8), "FINISHED");
    JsonNode shown = json("runs", "show", training.substring(0, 12), "--home", home, "--json");
    assertThat(shown.get("below")).hasSize(6);
    String below = shown.at("/below/0/id").stringValue();
    String other = shown.at("/below/1/id").stringValue();
    assertThat(run(0, "runs", "compare", below, other, "--home", home).out()).contains("logistic");
    assertThat(json("runs", "export", below, "--home", home).at("/runs/0/history").size())
        .isPositive();
    run(2, "runs", "list", "--home", home, "--filter", "metrics.x >");
    run(2, "runs", "show", "zzzz", "--home", home);
    assertThat(json("runs", "delete", training, "--home", home, "--json").get("deleted"))
        .hasSize(7);
    assertThat(json("runs", "list", "--home", home, "--json").get("runs")).isEmpty();
    run(0, "runs", "delete", training, "--restore", "--home", home);
    assertThat(json("runs", "list", "--home", home, "--json").get("runs")).hasSize(1);
  }

  private void sameBundleAgain(String bundle) throws IOException {
    JsonNode again = json("reproduce", path("usecase.yaml"), "1", "--json");
    assertThat(again.get("same").booleanValue()).isTrue();
    assertThat(again.get("again").stringValue()).isEqualTo(bundle);
    String before = Files.readString(folder.resolve("people.csv"));
    Files.writeString(folder.resolve("people.csv"), before + "k9999,40,3,5.0,no\n");
    assertThat(run(1, "reproduce", path("usecase.yaml"), "champion").err())
        .contains("training set can't be built again", "people.csv", "it was changed");
    Files.writeString(folder.resolve("people.csv"), before);
  }

  private void card() throws IOException {
    String home = path(".gnomon");
    String card = run(0, "models", "card", "leavers", "1", "--home", home).out();
    assertThat(card)
        .contains("# leavers, version 1", "team@example.com", "roc-auc", "| visits | number |")
        .contains("people.csv", "1.0.0");
    run(
        0,
        "models",
        "card",
        "leavers",
        "1",
        "--edit",
        "limits",
        "--text",
        "Not for <b>firms</b>.\n\n- none yet",
        "--why",
        "review",
        "--home",
        home);
    String edited = run(0, "models", "card", "leavers", "--home", home).out();
    assertThat(edited).contains("Not for <b>firms</b>.", "*Written by ");
    run(0, "models", "card", "leavers", "1", "--html", path("card.html"), "--home", home);
    assertThat(Files.readString(folder.resolve("card.html")))
        .contains("Not for &lt;b&gt;firms&lt;/b&gt;.", "<li>none yet</li>")
        .doesNotContain("<script");
    run(2, "models", "card", "leavers", "1", "--edit", "overview", "--text", "x", "--home", home);
    JsonNode ledger = json("ledger", "--home", home, "--json");
    assertThat(ledger.toString()).contains("\"card\"", "1/limits");
  }

  private void secondVersion() throws IOException {
    String home = path(".gnomon");
    Path useCase = folder.resolve("usecase.yaml");
    Files.writeString(
        useCase, Files.readString(useCase).replace("false-negative: 20", "false-negative: 30"));
    json("train", path("usecase.yaml"), "--json");
    JsonNode listed = json("models", "list", "--home", home, "--json").get("versions");
    assertThat(listed.at("/0/semver").asString("")).isEqualTo("1.0.0");
    assertThat(listed.at("/1/semver").asString("")).isEqualTo("1.1.0");
    String compared = run(0, "models", "compare", "leavers", "1", "2", "--home", home).out();
    assertThat(compared).contains("the same inputs", "false-negative: 30", "DeLong");
    JsonNode kept =
        json(
            "models",
            "gc",
            "--keep-last",
            "1",
            "--older-than",
            "0d",
            "--dry-run",
            "--home",
            home,
            "--json");
    assertThat(kept.at("/versions/0/because/0").asString("")).isEqualTo("champion");
    run(0, "models", "promote", "leavers@2", "--why", "test", "--home", home);
    run(0, "models", "gc", "--keep-last", "1", "--older-than", "0d", "--home", home);
    // Version 1 is the way back of the champion: it stays.
    assertThat(run(0, "reproduce", path("usecase.yaml"), "1").out()).contains("the same bundle");
    // Somebody whom the training saw is erased.
    assertThat(run(0, "erase", path("usecase.yaml"), "--key", "k1").out())
        .contains("leavers version 1 is not reproducible since now");
    assertThat(run(1, "reproduce", path("usecase.yaml"), "1").err())
        .contains("not reproducible since", "was erased");
  }

  @Test
  void aTrainingWhoseRunsCantBeWrittenWarnsOnceAndGivesTheSame() throws IOException {
    Files.createDirectories(folder.resolve(".gnomon/tracking.db")); // no file can be there
    Recorded recorded = run(0, "train", path("usecase.yaml"));
    assertThat(recorded.err().lines().filter(line -> line.contains("not all, in tracking")))
        .hasSize(1);
    assertThat(recorded.out()).contains("ROC-AUC");
  }

  @Test
  void runsOfDeadProcessesAreMarkedKilledByTheNextTraining() throws IOException {
    String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    ProcessHandle own = ProcessHandle.current();
    long start = own.info().startInstant().orElseThrow().toEpochMilli();
    String dead;
    String alive;
    String elsewhere;
    Files.createDirectories(folder.resolve(".gnomon"));
    try (Tracking tracking = tracking()) {
      String study = tracking.createStudy("leavers", null, List.of()).id();
      // The number of this process, but started an hour earlier: another one had it.
      dead = left(tracking, study, host + "/" + own.pid() + "/" + (start - 3_600_000));
      alive = left(tracking, study, host + "/" + own.pid() + "/" + start);
      elsewhere = left(tracking, study, "another-host/1/1");
    }
    run(0, "train", path("usecase.yaml"));
    try (Tracking tracking = tracking()) {
      assertThat(tracking.run(dead).info().status()).isEqualTo(RunStatus.KILLED);
      assertThat(tracking.run(dead).info().end()).isNotNull();
      assertThat(tracking.run(alive).info().status()).isEqualTo(RunStatus.RUNNING);
      assertThat(tracking.run(elsewhere).info().status()).isEqualTo(RunStatus.RUNNING);
    }
  }

  private static String left(Tracking tracking, String study, String process) {
    return tracking
        .createRun(
            study,
            "t",
            "left",
            Instant.EPOCH.toEpochMilli(),
            List.of(new Tag("gnomon.process", process)))
        .info()
        .id();
  }

  private static double metric(Run run, String key) {
    return run.metrics().stream()
        .filter(m -> m.key().equals(key))
        .mapToDouble(Metric::value)
        .findFirst()
        .orElseThrow(() -> new AssertionError(key + " is not among " + run.metrics()));
  }

  private static List<Run> kind(List<Run> runs, String kind) {
    return runs.stream().filter(r -> kind.equals(r.tags().get("gnomon.kind"))).toList();
  }

  private static Run only(List<Run> runs, String kind) {
    assertThat(kind(runs, kind)).hasSize(1);
    return kind(runs, kind).getFirst();
  }
}
