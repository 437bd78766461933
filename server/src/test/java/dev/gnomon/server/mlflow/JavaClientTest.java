package dev.gnomon.server.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.gnomon.server.security.Role;
import dev.gnomon.tracking.Tracking;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.Service.CreateExperiment;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.ExperimentTag;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.ActiveRun;
import org.mlflow.tracking.ExperimentsPage;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;
import org.mlflow.tracking.MlflowContext;
import org.mlflow.tracking.ModelVersionsPage;
import org.mlflow.tracking.Page;
import org.mlflow.tracking.RunsPage;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/// The official Java client, unchanged: each of its methods that does not start Python.
class JavaClientTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Databases.class)
  void worksWithoutCredentials(Databases database) throws Exception {
    try (Tracking tracking = database.open(folder);
        MlflowServer server = new MlflowServer(tracking, folder);
        MlflowClient client = new MlflowClient(server.address())) {
      everything(client);
      assertThat(server.failures).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void worksWithATokenAsPassword(Databases database) throws Exception {
    String token = MlflowServer.token(folder, "trainer", Role.RELEASER, Set.of());
    try (Tracking tracking = database.open(folder);
        MlflowServer server = new MlflowServer(tracking, folder);
        MlflowClient client =
            new MlflowClient(new BasicMlflowHostCreds(server.address(), "ann", token))) {
      everything(client);
      try (MlflowClient stranger = new MlflowClient(server.address())) {
        assertThatThrownBy(() -> stranger.createRun()).hasMessageContaining("401");
      }
      try (MlflowClient bearer =
          new MlflowClient(new BasicMlflowHostCreds(server.address(), token))) {
        assertThat(bearer.getExperiment("0").getName()).isEqualTo("Default");
      }
      assertThat(server.failures).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void isToldWhatItsTokenMayNot(Databases database) throws Exception {
    String token = MlflowServer.token(folder, "reader", Role.VIEWER, Set.of());
    String writer = MlflowServer.token(folder, "writer", Role.EDITOR, Set.of());
    try (Tracking tracking = database.open(folder);
        MlflowServer server = new MlflowServer(tracking, folder);
        MlflowClient client =
            new MlflowClient(new BasicMlflowHostCreds(server.address(), "ann", token));
        MlflowClient editor =
            new MlflowClient(new BasicMlflowHostCreds(server.address(), "bob", writer))) {
      assertThat(client.searchExperiments().getItems()).hasSize(1);
      assertThatThrownBy(() -> client.createRun()).hasMessageContaining("403");
      assertThat(editor.createRun().getExperimentId()).isEqualTo("0");
      assertThatThrownBy(() ->
              editor.sendPost(
                  "registered-models/alias",
                  "{\"name\":\"m\",\"alias\":\"champion\",\"version\":\"1\"}"))
          .hasMessageContaining("403");
    }
  }

  private static void everything(MlflowClient client) {
    String study = experiments(client);
    runs(client, study);
    searches(client, study);
    contexts(client, study);
    registry(client, study);
  }

  private static String experiments(MlflowClient client) {
    String plain = client.createExperiment("plain");
    String study =
        client.createExperiment(
            CreateExperiment.newBuilder()
                .setName("a b/c")
                .setArtifactLocation("s3://bucket/path")
                .addTags(ExperimentTag.newBuilder().setKey("k").setValue("v"))
                .build());
    Experiment found = client.getExperiment(study);
    assertThat(found.getName()).isEqualTo("a b/c");
    assertThat(found.getArtifactLocation()).isEqualTo("s3://bucket/path");
    assertThat(found.getLifecycleStage()).isEqualTo("active");
    assertThat(found.getCreationTime()).isPositive();
    assertThat(found.getTagsList()).hasSize(1);
    assertThat(client.getExperimentByName("a b/c").map(Experiment::getExperimentId))
        .contains(study);
    assertThat(client.getExperimentByName("nobody")).isEqualTo(Optional.empty());
    client.setExperimentTag(study, "k", "w");
    assertThat(client.getExperiment(study).getTags(0).getValue()).isEqualTo("w");
    client.renameExperiment(plain, "renamed");
    assertThat(client.getExperiment(plain).getName()).isEqualTo("renamed");
    client.deleteExperiment(plain);
    assertThat(client.getExperiment(plain).getLifecycleStage()).isEqualTo("deleted");
    assertThat(names(client.searchExperiments())).containsExactlyInAnyOrder("Default", "a b/c");
    assertThat(names(client.searchExperiments("", ViewType.DELETED_ONLY, 10, List.of())))
        .containsExactly("renamed");
    client.restoreExperiment(plain);
    assertThat(names(client.searchExperiments("name LIKE 'ren%'"))).containsExactly("renamed");
    assertThat(
            all(client.searchExperiments("", ViewType.ACTIVE_ONLY, 1, List.of("name ASC"))).stream()
                .map(Experiment::getName))
        .containsExactly("Default", "a b/c", "renamed");
    ExperimentsPage first = client.searchExperiments("", ViewType.ALL, 2, List.of("name DESC"));
    assertThat(
            names(
                client.searchExperiments(
                    "",
                    ViewType.ALL,
                    2,
                    List.of("name DESC"),
                    first.getNextPageToken().orElseThrow())))
        .containsExactly("Default");
    assertThatThrownBy(() -> client.createExperiment("renamed"))
        .isInstanceOf(MlflowClientException.class)
        .hasMessageContaining("RESOURCE_ALREADY_EXISTS");
    assertThatThrownBy(() -> client.getExperiment("123456"))
        .hasMessageContaining("RESOURCE_DOES_NOT_EXIST");
    return study;
  }

  private static void runs(MlflowClient client, String study) {
    RunInfo byDefault = client.createRun();
    assertThat(byDefault.getExperimentId()).isEqualTo("0");
    assertThat(byDefault.getStatus()).isEqualTo(RunStatus.RUNNING);
    RunInfo plain = client.createRun(study);
    assertThat(plain.getUserId()).isEqualTo(System.getProperty("user.name"));
    String id =
        client
            .createRun(
                CreateRun.newBuilder()
                    .setExperimentId(study)
                    .setRunName("told")
                    .setStartTime(1_700_000_000_000L)
                    .addTags(RunTag.newBuilder().setKey("mlflow.parentRunId").setValue("x"))
                    .build())
            .getRunId();
    client.logParam(id, "depth", "6");
    client.logParam(id, "depth", "6");
    client.logMetric(id, "now", 1.5);
    client.logMetric(id, "m", Double.NaN, 5, 3);
    client.logMetric(id, "m", 0.25, 6, 4);
    client.logMetric(id, "huge", Double.POSITIVE_INFINITY, 1, 0);
    client.setTag(id, "colour", "red");
    client.setTag(id, "gone", "soon");
    client.deleteTag(id, "gone");
    client.logBatch(
        id,
        IntStream.range(0, 1_000)
            .mapToObj(step ->
                Metric.newBuilder()
                    .setKey("loss")
                    .setValue(1.0 / (step + 1))
                    .setTimestamp(1_000L + step)
                    .setStep(step)
                    .build())
            .toList(),
        List.of(),
        List.of());
    client.logBatch(
        id,
        List.of(),
        List.of(Param.newBuilder().setKey("eta").setValue("0.1").build()),
        List.of(RunTag.newBuilder().setKey("colour").setValue("blue").build()));
    Run run = client.getRun(id);
    assertThat(run.getInfo().getRunName()).isEqualTo("told");
    assertThat(run.getInfo().getRunUuid()).isEqualTo(id);
    assertThat(run.getInfo().getStartTime()).isEqualTo(1_700_000_000_000L);
    assertThat(run.getInfo().getArtifactUri()).isEqualTo("s3://bucket/path/" + id + "/artifacts");
    assertThat(run.getData().getParamsList())
        .extracting(Param::getKey, Param::getValue)
        .containsExactly(tuple("depth", "6"), tuple("eta", "0.1"));
    assertThat(run.getData().getMetricsList())
        .extracting(Metric::getKey)
        .containsExactly("huge", "loss", "m", "now");
    assertThat(run.getData().getMetrics(0).getValue()).isEqualTo(Double.MAX_VALUE);
    assertThat(run.getData().getMetrics(1).getStep()).isEqualTo(999);
    assertThat(run.getData().getTagsList())
        .extracting(RunTag::getKey)
        .containsExactly("colour", "mlflow.parentRunId", "mlflow.runName");
    assertThat(run.getData().getTags(0).getValue()).isEqualTo("blue");
    assertThat(client.getMetricHistory(id, "loss")).hasSize(1_000);
    assertThat(client.getMetricHistory(id, "m"))
        .extracting(Metric::getValue)
        .containsExactly(Double.NaN, 0.25);
    assertThatThrownBy(() -> client.logParam(id, "depth", "7"))
        .hasMessageContaining("Changing param values is not allowed");
    client.setTerminated(id);
    assertThat(client.getRun(id).getInfo().getStatus()).isEqualTo(RunStatus.FINISHED);
    client.setTerminated(plain.getRunId(), RunStatus.FAILED);
    client.setTerminated(byDefault.getRunId(), RunStatus.KILLED, 77);
    assertThat(client.getRun(plain.getRunId()).getInfo().getEndTime()).isPositive();
    assertThat(client.getRun(byDefault.getRunId()).getInfo().getEndTime()).isEqualTo(77);
    client.deleteRun(plain.getRunId());
    assertThat(client.getRun(plain.getRunId()).getInfo().getLifecycleStage()).isEqualTo("deleted");
    assertThat(client.listRunInfos(study)).extracting(RunInfo::getRunId).containsExactly(id);
    client.restoreRun(plain.getRunId());
    assertThat(client.listRunInfos(study)).hasSize(2);
    assertThatThrownBy(() -> client.getRun("0123456789abcdef0123456789abcdef"))
        .hasMessageContaining("RESOURCE_DOES_NOT_EXIST");
    assertThat(client.sendGet("runs/get?run_id=" + id)).contains(id);
  }

  @SuppressWarnings("deprecation") // its older calls too
  private static void searches(MlflowClient client, String study) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String id =
          client
              .createRun(
                  CreateRun.newBuilder()
                      .setExperimentId(study)
                      .setRunName("search " + i)
                      .setStartTime(i)
                      .build())
              .getRunId();
      client.logMetric(id, "auc", i / 10.0);
      client.logParam(id, "kind", i % 2 == 0 ? "even" : "odd");
      ids.add(id);
    }
    List<String> here = List.of(study);
    assertThat(client.searchRuns(here, "metrics.auc > 0.15"))
        .extracting(RunInfo::getRunId)
        .containsExactly(ids.get(4), ids.get(3), ids.get(2));
    client.deleteRun(ids.getFirst());
    assertThat(client.searchRuns(here, "params.kind = 'even'", ViewType.DELETED_ONLY))
        .extracting(RunInfo::getRunId)
        .containsExactly(ids.getFirst());
    RunsPage page = client.searchRuns(here, "metrics.auc >= 0", ViewType.ALL, 2);
    assertThat(page.getPageSize()).isEqualTo(2);
    assertThat(all(page).stream().map(run -> run.getInfo().getRunId()))
        .containsExactlyElementsOf(ids.reversed());
    assertThat(
            all(
                    client.searchRuns(
                        here,
                        "metrics.auc >= 0",
                        ViewType.ACTIVE_ONLY,
                        1,
                        List.of("metrics.auc ASC")))
                .stream()
                .map(run -> run.getInfo().getRunName()))
        .containsExactly("search 1", "search 2", "search 3", "search 4");
    RunsPage first =
        client.searchRuns(
            here, "metrics.auc >= 0", ViewType.ACTIVE_ONLY, 3, List.of("metrics.auc DESC"));
    assertThat(
            client
                .searchRuns(
                    here,
                    "metrics.auc >= 0",
                    ViewType.ACTIVE_ONLY,
                    3,
                    List.of("metrics.auc DESC"),
                    first.getNextPageToken().orElseThrow())
                .getItems())
        .extracting(run -> run.getInfo().getRunName())
        .containsExactly("search 1");
  }

  private static void contexts(MlflowClient client, String study) {
    MlflowContext context = new MlflowContext(client);
    assertThat(context.getClient()).isSameAs(client);
    context.setExperimentName("a b/c");
    assertThat(context.getExperimentId()).isEqualTo(study);
    context.setExperimentId(study);
    ActiveRun run = context.startRun("n");
    assertThat(client.getRun(run.getId()).getInfo().getRunName()).isEqualTo("n");
    assertThat(run.getArtifactUri()).endsWith("/artifacts");
    run.logParam("a", "b");
    run.logParams(Map.of("c", "d"));
    run.setTag("e", "f");
    run.setTags(Map.of("g", "h"));
    run.logMetric("m", 1.0);
    run.logMetric("m", 2.0, 1);
    run.logMetrics(Map.of("n", 3.0));
    run.logMetrics(Map.of("n", 4.0), 1);
    ActiveRun inner = context.startRun("inner", run.getId());
    inner.endRun(RunStatus.FAILED);
    run.endRun();
    context.withActiveRun(one -> one.logParam("x", "y"));
    context.withActiveRun("named", one -> one.logParam("x", "y"));
    ActiveRun unnamed = context.startRun();
    unnamed.endRun();
    Run found = client.getRun(run.getId());
    assertThat(found.getInfo().getStatus()).isEqualTo(RunStatus.FINISHED);
    assertThat(found.getData().getMetricsList())
        .extracting(Metric::getValue)
        .containsExactly(2.0, 4.0);
    assertThat(found.getData().getParamsCount()).isEqualTo(2);
    assertThat(
            client.getRun(inner.getId()).getData().getTagsList().stream()
                .filter(tag -> tag.getKey().equals("mlflow.parentRunId"))
                .map(RunTag::getValue))
        .containsExactly(run.getId());
  }

  private static void registry(MlflowClient client, String study) {
    String run = client.createRun(study).getRunId();
    client.sendPost("registered-models/create", "{\"name\":\"m\",\"description\":\"d\"}");
    for (int i = 1; i <= 4; i++) {
      client.sendPost(
          "model-versions/create",
          "{\"name\":\"m\",\"source\":\"runs:/%s/model\",\"run_id\":\"%s\"}".formatted(run, run));
    }
    client.sendPatch(
        "model-versions/update", "{\"name\":\"m\",\"version\":\"2\",\"description\":\"two\"}");
    for (String stage : List.of("1:Production", "2:Staging", "3:Staging")) {
      client.sendPost(
          "model-versions/transition-stage",
          "{\"name\":\"m\",\"version\":\"%s\",\"stage\":\"%s\",\"archive_existing_versions\":false}"
              .formatted(stage.substring(0, 1), stage.substring(2)));
    }
    client.sendPost(
        "registered-models/alias", "{\"name\":\"m\",\"alias\":\"champion\",\"version\":\"2\"}");
    assertThat(versions(client.getLatestVersions("m"))).containsExactly("1", "3", "4");
    assertThat(versions(client.getLatestVersions("m", List.of("Staging", "Production"))))
        .containsExactly("1", "3");
    ModelVersion second = client.getModelVersion("m", "2");
    assertThat(second.getDescription()).isEqualTo("two");
    assertThat(second.getCurrentStage()).isEqualTo("Staging");
    assertThat(second.getRunId()).isEqualTo(run);
    assertThat(second.getAliasesList()).containsExactly("champion");
    assertThat(client.getRegisteredModel("m").getDescription()).isEqualTo("d");
    assertThat(client.getRegisteredModel("m").getLatestVersionsCount()).isEqualTo(3);
    assertThat(client.getModelVersionDownloadUri("m", "1")).contains(run);
    assertThat(client.searchModelVersions().getItems()).hasSize(4);
    assertThat(client.searchModelVersions("name='m'").getItems()).hasSize(4);
    ModelVersionsPage page =
        client.searchModelVersions("name='m'", 3, List.of("version_number ASC"));
    assertThat(page.getItems()).extracting(ModelVersion::getVersion).containsExactly("1", "2", "3");
    assertThat(
            client
                .searchModelVersions(
                    "name='m'",
                    3,
                    List.of("version_number ASC"),
                    page.getNextPageToken().orElseThrow())
                .getItems())
        .extracting(ModelVersion::getVersion)
        .containsExactly("4");
    assertThat(all(client.searchModelVersions("name='m'", 1, List.of("version_number DESC"))))
        .extracting(ModelVersion::getVersion)
        .containsExactly("4", "3", "2", "1");
    assertThatThrownBy(() -> client.getModelVersion("m", "9"))
        .hasMessageContaining("RESOURCE_DOES_NOT_EXIST");
  }

  private static <T> List<T> all(Page<T> first) {
    List<T> out = new ArrayList<>();
    first.getItems().forEach(out::add);
    for (Page<T> rest = first; rest.hasNextPage(); ) {
      rest = rest.getNextPage();
      rest.getItems().forEach(out::add);
    }
    return out;
  }

  private static List<String> names(ExperimentsPage page) {
    return page.getItems().stream().map(Experiment::getName).toList();
  }

  private static List<String> versions(List<ModelVersion> versions) {
    return versions.stream()
        .map(ModelVersion::getVersion)
        .sorted(Comparator.naturalOrder())
        .toList();
  }
}
