package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Stage;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking.RunMetric;
import dev.gnomon.tracking.TrackingError.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What every store of tracking must do with registered models, logged models, and the inputs and
/// outputs of runs. A test class extends it and opens an empty store.
public abstract class TrackedModelsContract extends OpenTracking {
  private static final String SOURCE = "mlflow-artifacts:/0/x/artifacts/model";

  private RegisteredVersion newVersion(String model) {
    return tracking.createVersion(model, SOURCE, "ada", null, null, null, "", List.of());
  }

  private void newModel(String name) {
    tracking.createModel(name, "ada", "", List.of());
  }

  @Test
  void aModelIsWhatItWasMadeOf() {
    RegisteredModel model =
        tracking.createModel("churn é 🙂", "ada", "why", List.of(new Tag("any key; at all", "1")));
    assertThat(model)
        .isEqualTo(
            new RegisteredModel(
                "churn é 🙂",
                NOON,
                NOON,
                "ada",
                "why",
                List.of(),
                Map.of("any key; at all", "1"),
                Map.of()));
    assertThat(tracking.model("churn é 🙂")).isEqualTo(model);
    clock.advance(Duration.ofSeconds(1));
    assertThat(tracking.describeModel("churn é 🙂", "because").updated()).isEqualTo(NOON + 1_000);
    assertThat(tracking.renameModel("churn é 🙂", "churn").description()).isEqualTo("because");
    missing("Registered Model with name=churn é 🙂 not found", () -> tracking.model("churn é 🙂"));
  }

  @Test
  void modelsAreRefusedInTheWordsClientsKnow() {
    newModel("churn");
    newModel("other");
    refused(
        Code.RESOURCE_ALREADY_EXISTS,
        "Registered Model (name=churn) already exists.",
        () -> newModel("churn"));
    refused(
        Code.RESOURCE_ALREADY_EXISTS,
        "already exists",
        () -> tracking.renameModel("other", "churn"));
    for (String name : List.of("a/b", "a:b", " ")) {
      invalid("Invalid name: '" + name + "'", () -> newModel(name));
    }
    invalid("Missing value for required parameter 'name'.", () -> newModel(""));
    missing("Registered Model with name=none not found", () -> newVersion("none"));
    missing("Model Version (name=churn, version=3) not found", () -> tracking.version("churn", 3));
    missing("Model Version (name=none, version=1) not found", () -> tracking.version("none", 1));
    for (String source :
        List.of(
            "/etc/passwd",
            "file:///etc",
            "../x",
            "mlflow-artifacts:/../x",
            "s3://b/%2E%2E/x",
            "runs:/x/%252e%252e/y",
            "s3://b/x#y",
            "s3://b/x?y",
            "C:\\x",
            "s3://b\\x")) {
      invalid(
          "Invalid model version source",
          () -> tracking.createVersion("churn", source, "", null, null, null, "", List.of()));
    }
  }

  @Test
  void numbersOfVersionsAreNeverUsedAgain() {
    newModel("churn");
    assertThat(newVersion("churn").version()).isEqualTo(1);
    assertThat(newVersion("churn").version()).isEqualTo(2);
    tracking.setAlias("churn", "best", 2, "ada");
    clock.advance(Duration.ofSeconds(1));
    tracking.deleteVersion("churn", 2);
    assertThat(tracking.model("churn").updated()).isEqualTo(NOON + 1_000);
    assertThat(tracking.model("churn").aliases()).isEmpty();
    missing("Model Version (name=churn, version=2) not found", () -> tracking.version("churn", 2));
    missing(
        "Model Version (name=churn, version=2) not found",
        () -> tracking.deleteVersion("churn", 2));
    assertThat(newVersion("churn").version()).isEqualTo(3);
    tracking.deleteModel("churn");
    missing("Registered Model with name=churn not found", () -> tracking.model("churn"));
    missing("Model Version (name=churn, version=3) not found", () -> tracking.version("churn", 3));
  }

  @Test
  void aVersionIsWhatItWasMadeOf() {
    newModel("churn");
    String run = newRun();
    RegisteredVersion version =
        tracking.createVersion(
            "churn", SOURCE, "ada", run, "http://x", null, "why", List.of(new Tag("a", "b")));
    assertThat(version)
        .isEqualTo(
            new RegisteredVersion(
                "churn",
                1,
                NOON,
                NOON,
                "ada",
                Stage.NONE,
                "why",
                SOURCE,
                run,
                "http://x",
                "READY",
                "",
                Map.of("a", "b"),
                List.of(),
                null));
    assertThat(tracking.version("churn", 1)).isEqualTo(version);
    assertThat(tracking.downloadUri("churn", 1)).isEqualTo(SOURCE);
    clock.advance(Duration.ofSeconds(1));
    assertThat(tracking.describeVersion("churn", 1, "better").updated()).isEqualTo(NOON + 1_000);
    assertThat(tracking.model("churn").updated()).as("not by a description").isEqualTo(NOON);
    for (int i = 0; i < 3; i++) {
      tracking.setVersionTag("churn", 1, new Tag("a", "c"));
      tracking.deleteVersionTag("churn", 1, "none");
      tracking.setModelTag("churn", new Tag("team", "growth"));
      tracking.deleteModelTag("churn", "none");
    }
    assertThat(tracking.version("churn", 1).tags()).containsExactly(entry("a", "c"));
    assertThat(tracking.model("churn").tags()).containsExactly(entry("team", "growth"));
  }

  @Test
  void aCopyHasTheFilesOfItsOriginal() {
    newModel("churn");
    newModel("copy");
    newVersion("churn");
    tracking.createVersion("copy", "models:/churn/1", "", null, null, null, "", List.of());
    tracking.createVersion("copy", "models:/copy/1", "", null, null, null, "", List.of());
    tracking.deleteVersion("churn", 1);
    assertThat(tracking.downloadUri("copy", 2)).isEqualTo(SOURCE);
    missing(
        "Model Version (name=churn, version=1) not found",
        () ->
            tracking.createVersion("copy", "models:/churn/1", "", null, null, null, "", List.of()));
  }

  @Test
  void aliasesMove() {
    newModel("churn");
    newVersion("churn");
    newVersion("churn");
    for (int i = 0; i < 3; i++) {
      tracking.setAlias("churn", "champion", 1, "ada");
      tracking.setAlias("churn", "Best-1_x", 1, "ada");
    }
    assertThat(tracking.aliased("churn", "champion").aliases())
        .containsExactly("Best-1_x", "champion");
    tracking.setAlias("churn", "champion", 2, "ada");
    assertThat(tracking.aliased("churn", "champion").version()).isEqualTo(2);
    assertThat(tracking.model("churn").aliases())
        .containsExactly(entry("Best-1_x", 1), entry("champion", 2));
    for (int i = 0; i < 3; i++) {
      tracking.deleteAlias("churn", "champion", "ada");
    }
    invalid(
        "Registered model alias champion not found.", () -> tracking.aliased("churn", "champion"));
    for (String alias : List.of("latest", "LATEST", "v1", "V23", "a b", "é", "x".repeat(256))) {
      invalid("alias", () -> tracking.setAlias("churn", alias, 1, "ada"));
    }
    missing(
        "Model Version (name=churn, version=9) not found",
        () -> tracking.setAlias("churn", "champion", 9, "ada"));
  }

  @Test
  void stagesMoveAndArchive() {
    newModel("churn");
    for (int i = 0; i < 3; i++) {
      newVersion("churn");
    }
    tracking.moveTo("churn", 1, "production", false, "ada");
    tracking.moveTo("churn", 2, "Production", false, "ada");
    assertThat(tracking.latest("churn", List.of()))
        .extracting(RegisteredVersion::version, RegisteredVersion::stage)
        .containsExactly(tuple(3, Stage.NONE), tuple(2, Stage.PRODUCTION));
    assertThat(tracking.latest("churn", List.of("PRODUCTION", "Staging")))
        .extracting(RegisteredVersion::version)
        .containsExactly(2);
    clock.advance(Duration.ofSeconds(1));
    for (int i = 0; i < 3; i++) {
      assertThat(tracking.moveTo("churn", 3, "PRODUCTION", true, "ada").stage())
          .isEqualTo(Stage.PRODUCTION);
    }
    assertThat(tracking.version("churn", 1).stage()).isEqualTo(Stage.ARCHIVED);
    assertThat(tracking.version("churn", 2).stage()).isEqualTo(Stage.ARCHIVED);
    assertThat(tracking.model("churn").updated()).isEqualTo(NOON + 1_000);
    invalid(
        "Invalid Model Version stage: Live. Value must be one of None, Staging, Production,"
            + " Archived.",
        () -> tracking.moveTo("churn", 1, "Live", false, "ada"));
    invalid(
        "cannot archive existing model versions because 'None' is not an Active stage",
        () -> tracking.moveTo("churn", 1, "None", true, "ada"));
  }

  @Test
  void pagesOfOneVisitEachModelAndVersionOnce() {
    for (String name : List.of("b", "a", "c")) {
      newModel(name);
      newVersion(name);
      newVersion(name);
    }
    assertThat(pages(token -> tracking.searchModels(all(1, token))))
        .extracting(RegisteredModel::name)
        .containsExactly("a", "b", "c");
    assertThat(pages(token -> tracking.searchVersions(all(1, token))))
        .extracting(RegisteredVersion::model, RegisteredVersion::version)
        .containsExactly(
            tuple("a", 2),
            tuple("a", 1),
            tuple("b", 2),
            tuple("b", 1),
            tuple("c", 2),
            tuple("c", 1));
    invalid("max_results", () -> tracking.searchModels(all(1_001, null)));
  }

  // Inputs and outputs of runs

  private static Dataset dataset(String name) {
    return new Dataset(name, "abc", "s3", "s3://b/x", null, "{}");
  }

  @Test
  void inputsAndOutputsAreThereOnce() {
    String run = newRun();
    LoggedModel model = tracking.createLoggedModel("0", "m", null, run, List.of(), List.of());
    var input = new Dataset.Input(dataset("train"), Map.of("mlflow.data.context", "training"));
    for (int i = 0; i < 3; i++) {
      tracking.logInputs(run, List.of(input), List.of(model.id()));
      tracking.logOutputs(run, List.of(new Run.Output(model.id(), 7)));
    }
    Run read = tracking.run(run);
    assertThat(read.datasets()).containsExactly(input);
    assertThat(read.models()).containsExactly(model.id());
    assertThat(read.outputs()).containsExactly(new Run.Output(model.id(), 7));
    assertThat(tracking.datasets(List.of("0")))
        .containsExactly(new Dataset.Summary("0", "train", "abc", "training"));
    assertThat(tracking.datasets(List.of())).isEmpty();
    missing(
        "Logged model with ID 'm-1' not found.",
        () -> tracking.logInputs(run, List.of(), List.of("m-1")));
    var nameless = new Dataset("", "d", "s", "s", null, null);
    invalid(
        "Missing value for required parameter 'datasets[0].dataset.name'.",
        () -> tracking.logInputs(run, List.of(new Dataset.Input(nameless, Map.of())), List.of()));
  }

  @Test
  void describedModelsAreListedInATag() {
    String run = newRun();
    String json =
        "{\"artifact_path\":\"m%d\",\"flavors\":{},\"utc_time_created\":\"\",\"run_id\":\"r\"}";
    for (int i = 0; i < 3; i++) {
      tracking.logModel(run, json.formatted(1));
      tracking.logModel(run, json.formatted(2));
    }
    assertThat(tracking.run(run).tags())
        .containsEntry(
            "mlflow.log-model.history", "[" + json.formatted(1) + "," + json.formatted(2) + "]");
    invalid(
        "Model json is missing mandatory fields: ['artifact_path', 'flavors',",
        () -> tracking.logModel(run, "{}"));
    invalid("Malformed model info.", () -> tracking.logModel(run, "{"));
  }

  @Test
  void historiesOfSeveralRunsAreSpreadOverTheSteps() {
    String a = newRun();
    String b = newRun();
    List<Metric> points = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      points.add(new Metric("m", i, i, i));
    }
    tracking.log(a, metrics(points.toArray(Metric[]::new)));
    tracking.log(b, metrics(new Metric("m", 1, 0, 0), new Metric("other", 1, 0, 0)));
    List<RunMetric> some = tracking.histories(List.of(b, a), "m", null, null, 5);
    assertThat(some.getFirst()).isEqualTo(new RunMetric(b, new Metric("m", 1, 0, 0)));
    assertThat(some.subList(1, some.size()))
        .extracting(point -> point.metric().step())
        .containsExactly(0L, 24L, 49L, 74L, 99L);
    assertThat(tracking.histories(List.of(a), "m", 10L, 12L, 5)).hasSize(3);
    missing("not found", () -> tracking.histories(List.of("none"), "m", null, null, 5));
    invalid("end_step", () -> tracking.histories(List.of(a), "m", 2L, 1L, 5));
  }

  @Test
  void outlinesKeepPeaksAndGaps() {
    String a = newRun();
    String b = newRun();
    List<Metric> points = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      double value = i == 77 ? 1_000 : i == 311 ? -1_000 : i == 402 ? Double.NaN : i % 3;
      points.add(new Metric("m", value, 5_000 - i, i));
    }
    tracking.log(a, metrics(points.toArray(Metric[]::new)));
    tracking.log(b, metrics(new Metric("m", 1, 0, 0), new Metric("other", 1, 0, 0)));
    for (boolean byTime : new boolean[] {false, true}) {
      List<RunMetric> found = tracking.outlines(List.of(b, a), "m", 10, byTime);
      assertThat(found.getFirst()).isEqualTo(new RunMetric(b, new Metric("m", 1, 0, 0)));
      List<Metric> kept = found.stream().skip(1).map(RunMetric::metric).toList();
      assertThat(kept).hasSizeBetween(20, 50);
      assertThat(kept).contains(points.get(0), points.get(77), points.get(311), points.get(499));
      assertThat(kept).filteredOn(point -> Double.isNaN(point.value())).hasSize(1);
      assertThat(kept).extracting(Metric::step).isSorted();
    }
    assertThat(tracking.outlines(List.of(a), "m", 125, false)).hasSize(500);
    assertThat(tracking.outlines(List.of(a), "none", 10, false)).isEmpty();
    missing("not found", () -> tracking.outlines(List.of("none"), "m", 10, false));
  }

  // Logged models

  @Test
  void aLoggedModelGoesItsWay() {
    String run = newRun();
    LoggedModel model =
        tracking.createLoggedModel(
            "0", "m", "agent", run, List.of(new Tag("p", "1")), List.of(new Tag("t", "1")));
    String id = model.id();
    assertThat(id).matches("m-[0-9a-f]{32}");
    assertThat(model.status()).isEqualTo("LOGGED_MODEL_PENDING");
    assertThat(model.artifactUri()).isEqualTo("mlflow-artifacts:/0/models/" + id + "/artifacts");
    assertThat(tracking.loggedModel(id, false)).isEqualTo(model);
    for (int i = 0; i < 3; i++) {
      tracking.logLoggedModelParams(id, List.of(new Tag("p", "1"), new Tag("q", "2")));
      tracking.setLoggedModelTags(id, List.of(new Tag("t", "2")));
      tracking.finishLoggedModel(id, "LOGGED_MODEL_READY");
      tracking.log(run, metrics(new Metric("auc", 0.9, 5, 1, id, "test", "d1")));
      tracking.log(run, metrics(new Metric("auc", 0.9, 5, 1, id, "train", "d2")));
    }
    invalid(
        "Changing param values is not allowed.",
        () -> tracking.logLoggedModelParams(id, List.of(new Tag("p", "2"))));
    invalid("for parameter 'status'", () -> tracking.finishLoggedModel(id, "DONE"));
    newModel("churn");
    tracking.createVersion("churn", "models:/" + id, "", run, null, id, "", List.of());
    assertThat(tracking.downloadUri("churn", 1)).isEqualTo(model.artifactUri());
    LoggedModel read = tracking.loggedModel(id, false);
    assertThat(read.status()).isEqualTo("LOGGED_MODEL_READY");
    assertThat(read.params()).containsExactly(entry("p", "1"), entry("q", "2"));
    assertThat(read.tags()).containsExactly(entry("t", "2"));
    assertThat(read.metrics())
        .as("one per data set, where the history of the run has one")
        .containsExactly(
            new Metric("auc", 0.9, 5, 1, id, "test", "d1"),
            new Metric("auc", 0.9, 5, 1, id, "train", "d2"));
    assertThat(tracking.history(run, "auc", 9, null).items()).hasSize(1);
    assertThat(read.registrations()).containsExactly(new LoggedModel.Registration("churn", 1));
    tracking.deleteLoggedModelTag(id, "t");
    missing("No tag with key 't'", () -> tracking.deleteLoggedModelTag(id, "t"));
    tracking.deleteLoggedModel(id);
    missing("Logged model with ID '" + id + "' not found.", () -> tracking.loggedModel(id, false));
    assertThat(tracking.loggedModel(id, true).name()).isEqualTo("m");
  }

  @Test
  void pagesOfOneVisitEachLoggedModelOnce() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ids.add(tracking.createLoggedModel("0", "m" + i, null, null, List.of(), List.of()).id());
      clock.advance(Duration.ofSeconds(1));
    }
    tracking.deleteLoggedModel(ids.removeFirst());
    assertThat(
            pages(token ->
                tracking.searchLoggedModels(List.of("0"), "", List.of(), 1, List.of(), token)))
        .extracting(LoggedModel::id)
        .containsExactlyElementsOf(ids.reversed());
  }
}
