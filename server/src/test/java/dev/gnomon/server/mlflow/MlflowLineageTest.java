package dev.gnomon.server.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.lineage.LineageLog;
import dev.gnomon.server.security.Security;
import dev.gnomon.tracking.Tracking;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs and registrations of MLflow's clients as events of OpenLineage.
class MlflowLineageTest {
  private static final String DATASETS =
      """
      {"run_id":"RUN","datasets":[
        {"dataset":{"name":"train","digest":"abc1","source_type":"s3","source":"{\\"uri\\":\\"s3://lake/churn/train.parquet\\"}"}},
        {"dataset":{"name":"held","digest":"abc2","source_type":"local","source":"{\\"uri\\":\\"/data/held.csv\\"}"}},
        {"dataset":{"name":"frame","digest":"abc3","source_type":"code","source":"{\\"tags\\":{}}"}},
        {"dataset":{"name":"safe","digest":"abc4","source_type":"sql","source":"{\\"url\\":\\"postgresql://ada:secret@db/x?password=secret\\"}"}}]}
      """;

  @TempDir private Path folder;
  private final List<String> warned = new CopyOnWriteArrayList<>();

  private List<JsonNode> told(Map<String, String> environment) throws Exception {
    Home home = new Home(folder.resolve("home"));
    try (Tracking tracking = Databases.SQLITE.open(folder);
        LineageLog log =
            LineageLog.open(
                home, environment, InstantSource.system(), UUID::randomUUID, warned::add);
        MlflowServer server =
            new MlflowServer(new MlflowRoutes(tracking, log).routes(), Security.of(home))) {
      ask(server, "experiments/create", "{\"name\":\"churn study\"}");
      String parent = begin(server, "");
      String run = begin(server, parent);
      ask(server, "runs/log-inputs", DATASETS.replace("RUN", run));
      ask(server, "runs/update", "{\"run_id\":\"%s\",\"run_name\":\"other\"}".formatted(run));
      ask(
          server,
          "runs/update",
          "{\"run_id\":\"%s\",\"status\":\"FINISHED\",\"end_time\":5}".formatted(run));
      ask(
          server,
          "runs/update",
          "{\"run_id\":\"%s\",\"status\":\"FAILED\",\"end_time\":6}".formatted(parent));
      ask(server, "registered-models/create", "{\"name\":\"m\"}");
      ask(
          server,
          "model-versions/create",
          "{\"name\":\"m\",\"source\":\"runs:/%s/model\",\"run_id\":\"%s\"}".formatted(run, run));
      assertThat(server.failures).isEmpty();
    }
    List<JsonNode> events = new ArrayList<>();
    try (Stream<Path> days = Files.list(home.lineage())) {
      for (Path day : days.toList()) {
        Files.readAllLines(day).forEach(line -> events.add(JsonMapper.shared().readTree(line)));
      }
    }
    return events;
  }

  private static JsonNode ask(MlflowServer server, String path, String body) throws Exception {
    MlflowServer.Answered answer = server.send("POST", "/api/2.0/mlflow/" + path, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return JsonMapper.shared().readTree(answer.body());
  }

  private static String begin(MlflowServer server, String parent) throws Exception {
    return ask(
            server,
            "runs/create",
            "{\"experiment_id\":\"1\",\"tags\":[{\"key\":\"mlflow.parentRunId\",\"value\":\"%s\"}]}"
                .formatted(parent))
        .at("/run/info/run_id")
        .stringValue();
  }

  @Test
  void tellsWhatRunsReadAndWhatWasRegisteredFromThem() throws Exception {
    List<JsonNode> events = told(Map.of());
    assertThat(events)
        .extracting(event ->
            event.path("eventType").stringValue() + " " + event.at("/job/name").stringValue())
        .containsExactly(
            "START churn study",
            "START churn study",
            "COMPLETE churn study",
            "FAIL churn study",
            "START m.register",
            "COMPLETE m.register");
    JsonNode run = events.get(2);
    assertThat(run.at("/run/runId")).isEqualTo(events.get(1).at("/run/runId"));
    assertThat(run.at("/run/facets/parent/run/runId")).isEqualTo(events.get(0).at("/run/runId"));
    assertThat(run.path("inputs").valueStream().map(one -> name(one)).toList())
        .containsExactlyInAnyOrder(
            "s3://lake churn/train.parquet abc1",
            "file /data/held.csv abc2",
            "gnomon frame abc3",
            "gnomon safe abc4");
    assertThat(events.toString()).doesNotContain("secret");
    JsonNode registered = events.get(5);
    assertThat(registered.at("/run/facets/parent/run/runId")).isEqualTo(run.at("/run/runId"));
    assertThat(name(registered.path("outputs").get(0))).isEqualTo("gnomon m.model 1");
    assertThat(registered.path("inputs").get(0).path("name").stringValue()).startsWith("runs:/");
    assertThat(warned).isEmpty();
  }

  private static String name(JsonNode dataset) {
    return "%s %s %s"
        .formatted(
            dataset.path("namespace").stringValue(),
            dataset.path("name").stringValue(),
            dataset.at("/facets/version/datasetVersion").stringValue(""));
  }

  /// One that takes the connection and says nothing would hold up whoever waits for it.
  @Test
  void answersWhileTheEndpointIsSilent() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort();
      assertThat(told(Map.of("OPENLINEAGE_URL", url))).hasSize(6);
    }
    assertThat(warned).singleElement().asString().contains("kept but not sent");
  }
}
