package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.TrackingError.Code;
import dev.gnomon.tracking.View;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// What every store of tracking must do with studies and runs, seen through
/// [dev.gnomon.tracking.Tracking]. A test class extends it and opens an empty store.
public abstract class TrackingContract extends OpenTracking {
  // Studies

  @Test
  void studyZeroIsAlwaysThere() {
    Study first = tracking.study("0");
    assertThat(first.name()).isEqualTo("Default");
    assertThat(first.artifactLocation()).isEqualTo("mlflow-artifacts:/0");
    assertThat(tracking.createRun("0", "", null, null, List.of()).info().studyId()).isEqualTo("0");
  }

  @Test
  void aStudyIsWhatItWasMadeOf() {
    Study study = tracking.createStudy("churn é 漢字 🙂", null, List.of(new Tag("team", "growth")));
    assertThat(study.id()).isEqualTo("1");
    assertThat(study.artifactLocation()).isEqualTo("mlflow-artifacts:/1");
    assertThat(study.created()).isEqualTo(NOON);
    assertThat(study.tags()).containsExactly(entry("team", "growth"));
    assertThat(tracking.study("1")).isEqualTo(study);
    assertThat(tracking.studyByName("churn é 漢字 🙂")).isEqualTo(study);
    assertThat(tracking.createStudy("b", "s3://bucket/b/", List.of()).artifactLocation())
        .isEqualTo("s3://bucket/b");
  }

  @Test
  void studiesAreRefusedInTheWordsClientsKnow() {
    tracking.createStudy("churn", null, List.of());
    refused(
        Code.RESOURCE_ALREADY_EXISTS,
        "Experiment(name=churn) already exists.",
        () -> tracking.createStudy("churn", null, List.of()));
    invalid(
        "Missing value for required parameter 'name'."
            + " See the API docs for more information about request parameters.",
        () -> tracking.createStudy("", null, List.of()));
    invalid(
        "for parameter 'name' supplied",
        () -> tracking.createStudy("x".repeat(501), null, List.of()));
    for (String id : List.of("7", "x", "-1", "01", "9".repeat(40), "1' OR '1'='1")) {
      missing("No Experiment with id=" + id + " exists", () -> tracking.study(id));
      missing(
          "No Experiment with id=" + id + " exists",
          () -> tracking.createRun(id, "", null, null, List.of()));
    }
    missing("Could not find experiment with name 'none'", () -> tracking.studyByName("none"));
    for (String location :
        List.of(
            "/etc",
            "file:///etc",
            "FILE:/etc",
            "relative",
            "C:\\x",
            "c:/x",
            "s3://b/../c",
            "s3://b/%2e%2e/c",
            "s3://b/%252e%252e/c",
            "s3://b\\c",
            "s3://b?x",
            "s3://b#x",
            "s3://b/%00",
            "s3://b/%23")) {
      invalid(
          "for parameter 'artifact_location' supplied",
          () -> tracking.createStudy("unsafe", location, List.of()));
    }
  }

  @Test
  void deletingAStudyTakesItsRunsAndRestoringGivesThemBack() {
    String id = tracking.createStudy("churn", null, List.of()).id();
    String run = tracking.createRun(id, "", null, null, List.of()).info().id();
    clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 3; i++) {
      tracking.deleteStudy(id);
    }
    assertThat(tracking.study(id).deleted()).isTrue();
    assertThat(tracking.study(id).updated()).isEqualTo(NOON + 1_000);
    assertThat(tracking.studyByName("churn").deleted()).isTrue();
    assertThat(tracking.run(run).info().deleted()).isTrue();
    invalid("The run " + run + " must be in", () -> tracking.log(run, tags(new Tag("a", "b"))));
    invalid("Cannot rename a non-active experiment.", () -> tracking.renameStudy(id, "other"));
    invalid(
        "must be in the 'active' state", () -> tracking.createRun(id, "", null, null, List.of()));
    refused(
        Code.RESOURCE_ALREADY_EXISTS,
        "Experiment(name=churn) already exists.",
        () -> tracking.createStudy("churn", null, List.of()));
    tracking.restoreStudy(id);
    assertThat(tracking.run(run).info().deleted()).isFalse();
  }

  @Test
  void studiesAreRenamedAndTagged() {
    String id = tracking.createStudy("churn", null, List.of()).id();
    tracking.createStudy("taken", null, List.of());
    for (int i = 0; i < 3; i++) {
      tracking.renameStudy(id, "churn 2");
      tracking.setStudyTag(id, new Tag("team", "growth"));
    }
    refused(
        Code.RESOURCE_ALREADY_EXISTS, "already exists", () -> tracking.renameStudy(id, "taken"));
    assertThat(tracking.study(id).name()).isEqualTo("churn 2");
    assertThat(tracking.study(id).tags()).containsExactly(entry("team", "growth"));
    tracking.deleteStudyTag(id, "team");
    missing("No tag with name: team", () -> tracking.deleteStudyTag(id, "team"));
  }

  @Test
  void pagesOfOneVisitEachStudyOnce() {
    for (int i = 0; i < 4; i++) {
      tracking.createStudy("s" + i, null, List.of());
    }
    tracking.deleteStudy("2");
    assertThat(pages(token -> tracking.searchStudies(all(1, token))))
        .extracting(Study::id)
        .containsExactlyInAnyOrder("0", "1", "3", "4");
    assertThat(
            tracking.searchStudies(new Search("", List.of(), View.DELETED_ONLY, 10, null)).items())
        .extracting(Study::id)
        .containsExactly("2");
  }

  // Runs

  @Test
  void aRunIsWhatItWasMadeOf() {
    Run run = tracking.createRun("0", "ada", "first", NOON - 5, List.of(new Tag("a b/c:d", "")));
    String id = run.info().id();
    assertThat(id).matches("[0-9a-f]{32}");
    assertThat(run.info())
        .isEqualTo(
            new RunInfo(
                id,
                "0",
                "first",
                "ada",
                RunStatus.RUNNING,
                NOON - 5,
                null,
                "mlflow-artifacts:/0/" + id + "/artifacts",
                false));
    assertThat(run.tags()).containsExactly(entry("a b/c:d", ""), entry("mlflow.runName", "first"));
    assertThat(tracking.run(id)).isEqualTo(run);
    RunInfo ended = tracking.updateRun(id, RunStatus.FINISHED, NOON, null);
    assertThat(ended.end()).isEqualTo(NOON);
    assertThat(tracking.run(id).info()).isEqualTo(ended);
  }

  @Test
  void theNameAndItsTagAreKeptInStep() {
    Tag tag = new Tag("mlflow.runName", "by tag");
    Run byTag = tracking.createRun("0", "", null, null, List.of(tag));
    assertThat(byTag.info().name()).isEqualTo("by tag");
    invalid(
        "Both 'run_name' argument and 'mlflow.runName' tag are specified",
        () -> tracking.createRun("0", "", "other", null, List.of(tag)));
    assertThat(tracking.createRun("0", "", "by tag", null, List.of(tag)).info().name())
        .isEqualTo("by tag");
    Run invented = tracking.createRun("0", "", "", null, List.of());
    assertThat(invented.info().name()).isNotBlank();
    assertThat(invented.tags()).containsEntry("mlflow.runName", invented.info().name());
    String id = byTag.info().id();
    assertThat(tracking.updateRun(id, null, null, "new").name()).isEqualTo("new");
    assertThat(tracking.run(id).tags()).containsEntry("mlflow.runName", "new");
    tracking.log(id, tags(new Tag("mlflow.runName", "newer")));
    assertThat(tracking.run(id).info().name()).isEqualTo("newer");
  }

  @Test
  void whatIsWrittenThriceIsThereOnce() {
    String id = newRun();
    Batch batch =
        new Batch(
            List.of(new Metric("auc", 0.8, 5, 1), new Metric("auc", 0.9, 6, 2)),
            List.of(new Tag("depth", "6")),
            List.of(new Tag("t", "x"), new Tag("t", "y")));
    for (int i = 0; i < 3; i++) {
      tracking.log(id, batch);
    }
    Run run = tracking.run(id);
    assertThat(run.metrics()).containsExactly(new Metric("auc", 0.9, 6, 2));
    assertThat(run.params()).containsExactly(entry("depth", "6"));
    assertThat(run.tags()).containsEntry("t", "y");
    assertThat(tracking.history(id, "auc", 10, null).items())
        .containsExactly(new Metric("auc", 0.8, 5, 1), new Metric("auc", 0.9, 6, 2));
    for (int i = 0; i < 3; i++) {
      tracking.deleteRun(id);
    }
    assertThat(tracking.run(id).info().deleted()).isTrue();
    for (int i = 0; i < 3; i++) {
      tracking.restoreRun(id);
    }
    assertThat(tracking.run(id)).isEqualTo(run);
  }

  @Test
  void paramsAreWrittenOnce() {
    String id = newRun();
    tracking.log(id, params(new Tag("depth", "6")));
    invalid(
        "Changing param values is not allowed. Param with key='depth' was already logged with"
            + " value='6'",
        () -> tracking.log(id, params(new Tag("new", "1"), new Tag("depth", "7"))));
    assertThat(tracking.run(id).params()).as("nothing of it").containsExactly(entry("depth", "6"));
    invalid(
        "Duplicate parameter keys have been submitted: ['a']",
        () -> tracking.log(id, params(new Tag("a", "1"), new Tag("a", "1"))));
    tracking.log(id, params(new Tag("empty", "")));
    assertThat(tracking.run(id).params()).containsEntry("empty", "");
  }

  @Test
  void theGreatestByStepThenTimeThenValueIsTheLatest() {
    String id = newRun();
    tracking.log(id, metrics(new Metric("m", 1, 10, 5), new Metric("m", 9, 99, 4)));
    tracking.log(id, metrics(new Metric("m", 3, 10, 5), new Metric("m", 2, 10, 5)));
    assertThat(tracking.run(id).metrics()).containsExactly(new Metric("m", 3, 10, 5));
    tracking.log(id, metrics(new Metric("m", Double.NaN, 10, 5)));
    assertThat(tracking.run(id).metrics()).containsExactly(new Metric("m", Double.NaN, 10, 5));
    tracking.log(id, metrics(new Metric("m", 4, 10, 5)));
    assertThat(tracking.run(id).metrics())
        .as("a NaN is greater than any number")
        .containsExactly(new Metric("m", Double.NaN, 10, 5));
    assertThat(tracking.history(id, "m", 10, null).items())
        .extracting(Metric::value)
        .containsExactly(1.0, 2.0, 3.0, 4.0, Double.NaN, 9.0);
  }

  @Test
  void numbersAtTheEdgesComeBack() {
    String id = newRun();
    tracking.log(
        id,
        metrics(
            new Metric("max", Double.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE),
            new Metric("min", Double.MIN_VALUE, 0, Long.MIN_VALUE),
            new Metric("nan", Double.NaN, 0, 0),
            new Metric("up", Double.POSITIVE_INFINITY, 0, 0),
            new Metric("down", Double.NEGATIVE_INFINITY, 0, 0),
            new Metric("zero", -0.0, 0, 0)));
    assertThat(tracking.run(id).metrics())
        .containsExactly(
            new Metric("down", -Double.MAX_VALUE, 0, 0),
            new Metric("max", Double.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE),
            new Metric("min", Double.MIN_VALUE, 0, Long.MIN_VALUE),
            new Metric("nan", Double.NaN, 0, 0),
            new Metric("up", Double.MAX_VALUE, 0, 0),
            new Metric("zero", 0.0, 0, 0));
    assertThat(tracking.createRun("0", "", null, Long.MAX_VALUE, List.of()).info().start())
        .isEqualTo(Long.MAX_VALUE);
    assertThat(tracking.updateRun(id, null, Long.MIN_VALUE, null).end()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void pagesOfOneVisitEachPointOnceInOrder() {
    String id = newRun();
    List<Metric> points =
        List.of(
            new Metric("m", 1, 1, 7),
            new Metric("m", 1, 2, 3),
            new Metric("m", 2, 2, 3),
            new Metric("m", Double.NaN, 2, 3),
            new Metric("m", 0, 3, Long.MIN_VALUE));
    tracking.log(id, new Batch(points.reversed(), List.of(), List.of()));
    tracking.log(id, metrics(new Metric("other", 1, 1, 1)));
    assertThat(pages(token -> tracking.history(id, "m", 1, token))).isEqualTo(points);
    assertThat(pages(token -> tracking.history(id, "m", 2, token))).isEqualTo(points);
    assertThat(tracking.history(id, "none", 5, null).items()).isEmpty();
    String token = tracking.history(id, "m", 1, null).next();
    invalid("page_token", () -> tracking.history(id, "other", 1, token));
    invalid("page_token", () -> tracking.history(id, "m", 1, "rubbish"));
    invalid("max_results", () -> tracking.history(id, "m", 0, null));
  }

  @Test
  void runsAreRefusedInTheWordsClientsKnow() {
    String id = newRun();
    for (String unknown : List.of("f".repeat(32), "x y", "'", "é", "x".repeat(300))) {
      missing("Run with id=" + unknown + " not found", () -> tracking.run(unknown));
      missing(
          "Run with id=" + unknown + " not found",
          () -> tracking.log(unknown, metrics(new Metric("m", 1, 1, 1))));
    }
    invalid("Missing value for required parameter 'run_id'.", () -> tracking.run(""));
    missing("No tag with name: none", () -> tracking.deleteTag(id, "none"));
    invalid(
        "Invalid value -1 for parameter 'metrics[1].timestamp' supplied",
        () -> tracking.log(id, metrics(new Metric("m", 1, 1, 1), new Metric("m", 1, -1, 1))));
    for (String key :
        List.of(
            ".",
            "/a",
            "../a",
            "a/../b",
            "a//b",
            "a/",
            "a\nb",
            "a;b",
            "a'b",
            "x".repeat(251),
            "a/.")) {
      invalid(
          "for parameter 'params[0].key' supplied",
          () -> tracking.log(id, params(new Tag(key, "1"))));
    }
    for (String key : List.of("a.b", "é漢", "x".repeat(250), "a-b_c d/e:f")) {
      tracking.log(id, params(new Tag(key, "1")));
    }
    tracking.log(id, params(new Tag("long", "🙂".repeat(6_000))));
    assertThat(tracking.run(id).params()).containsEntry("long", "🙂".repeat(6_000));
    invalid(
        "for parameter 'params[0].value' supplied",
        () -> tracking.log(id, params(new Tag("longer", "x".repeat(6_001)))));
    invalid(
        "for parameter 'tags[0].value' supplied",
        () -> tracking.log(id, tags(new Tag("longer", "x".repeat(8_001)))));
    invalid("NUL", () -> tracking.log(id, tags(new Tag("nul", "a\0b"))));
    invalid("surrogate", () -> tracking.log(id, tags(new Tag("half", "a\ud800b"))));
    tracking.deleteRun(id);
    invalid("The run " + id + " must be in", () -> tracking.updateRun(id, null, 1L, null));
  }

  @Test
  void aBatchHasLimits() {
    String id = newRun();
    List<Metric> many = new ArrayList<>();
    List<Tag> texts = new ArrayList<>();
    for (int i = 0; i <= 1_000; i++) {
      many.add(new Metric("m", i, i, i));
      texts.add(new Tag("k" + i, "v"));
    }
    invalid(
        "A batch logging request can contain at most 1000 metrics. Got 1001 metrics.",
        () -> tracking.log(id, new Batch(many, List.of(), List.of())));
    invalid(
        "A batch logging request can contain at most 100 params. Got 101 params.",
        () -> tracking.log(id, new Batch(List.of(), texts.subList(0, 101), List.of())));
    invalid(
        "A batch logging request can contain at most 100 tags. Got 101 tags.",
        () -> tracking.log(id, new Batch(List.of(), List.of(), texts.subList(0, 101))));
    invalid(
        "A batch logging request can contain at most 1000 metrics, params, and tags.",
        () -> tracking.log(id, new Batch(many.subList(0, 950), texts.subList(0, 51), List.of())));
    tracking.log(id, new Batch(many.subList(0, 900), texts.subList(0, 50), texts.subList(50, 100)));
    assertThat(tracking.run(id).metrics()).containsExactly(new Metric("m", 899, 899, 899));
    assertThat(tracking.run(id).params()).hasSize(50);
  }

  @Test
  void pagesOfOneVisitEachRunOnce() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(tracking.createRun("0", "", "r", NOON + i, List.of()).info().id());
      tracking.log(ids.get(i), metrics(new Metric("m", i % 2, 1, 1)));
    }
    tracking.deleteRun(ids.removeFirst());
    assertThat(pages(token -> tracking.searchRuns(List.of("0"), all(1, token))))
        .extracting(run -> run.info().id())
        .as("newest first")
        .containsExactlyElementsOf(ids.reversed());
    assertThat(pages(token -> tracking.searchRuns(List.of("0"), all(1, token, "metrics.m"))))
        .extracting(run -> run.info().id())
        .containsExactly(ids.get(3), ids.get(1), ids.get(2), ids.get(0));
    assertThat(tracking.searchRuns(List.of("7"), all(1, null)).items()).isEmpty();
    invalid("max_results", () -> tracking.searchRuns(List.of("0"), all(50_001, null)));
  }

  @Test
  void sixteenWritersLoseNothingAndDoubleNothing() throws Exception {
    String shared = newRun();
    int rounds = 10;
    int points = 20;
    List<String> own = new ArrayList<>();
    List<Callable<Integer>> writers = new ArrayList<>();
    for (int w = 0; w < 16; w++) {
      int writer = w;
      String mine = newRun();
      own.add(mine);
      writers.add(() -> {
        for (int round = 0; round < rounds; round++) {
          List<Metric> batch = new ArrayList<>();
          for (int p = 0; p < points; p++) {
            batch.add(new Metric("w" + writer, p, round, round));
            batch.add(new Metric("all", writer, p, round));
          }
          Batch both = new Batch(batch, List.of(new Tag("p", "same")), List.of());
          tracking.log(shared, both);
          tracking.log(mine, both);
          tracking.log(shared, both); // as a client that got no answer
        }
        return writer;
      });
    }
    try (var threads = Executors.newFixedThreadPool(16)) {
      for (Future<Integer> writer : threads.invokeAll(writers)) {
        writer.get();
      }
    }
    assertThat(tracking.history(shared, "all", 100_000, null).items())
        .hasSize(16 * rounds * points);
    assertThat(tracking.run(shared).metrics()).hasSize(17);
    for (int w = 0; w < 16; w++) {
      assertThat(tracking.history(shared, "w" + w, 100_000, null).items()).hasSize(rounds * points);
      assertThat(tracking.run(own.get(w)).metrics())
          .contains(new Metric("w" + w, points - 1, rounds - 1, rounds - 1));
    }
  }

  @Test
  void ofConcurrentCreationsOneIsFirst() throws Exception {
    List<Callable<String>> creators = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      creators.add(() -> {
        try {
          return tracking.createStudy("churn", null, List.of()).id();
        } catch (TrackingError e) {
          return e.code().name();
        }
      });
    }
    List<String> answers = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(16)) {
      for (Future<String> creator : threads.invokeAll(creators)) {
        answers.add(creator.get());
      }
    }
    assertThat(answers)
        .containsOnlyOnce(tracking.studyByName("churn").id())
        .filteredOn("RESOURCE_ALREADY_EXISTS"::equals)
        .hasSize(15);
  }
}
