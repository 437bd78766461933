package dev.gnomon.server.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.tracking.Tracking;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes that clients send again, since they do not know whether the first one arrived; limits of
/// one request; pages.
class RepeatTest {
  private static final String API = "/api/2.0/mlflow/";

  @TempDir private Path folder;

  /// A write, and where what it did is read.
  private record Write(String method, String path, String body, String read) {}

  private static List<Write> writes(String run, String model) {
    String of = "{\"run_id\":\"" + run + "\",";
    String get = "runs/get?run_id=" + run;
    String history = "metrics/get-history?run_id=" + run + "&metric_key=m";
    String one = "registered-models/get?name=m";
    String version = "model-versions/get?name=m&version=1";
    String study = "experiments/get?experiment_id=0";
    String logged = "logged-models/" + model;
    return List.of(
        new Write(
            "POST",
            "experiments/set-experiment-tag",
            "{\"experiment_id\":\"0\",\"key\":\"k\",\"value\":\"v\"}",
            study),
        new Write(
            "POST", "runs/log-metric", of + "\"key\":\"m\",\"value\":1,\"timestamp\":5}", history),
        new Write(
            "POST",
            "runs/log-metric",
            of + "\"key\":\"m\",\"value\":\"NaN\",\"timestamp\":\"6\",\"step\":\"1\"}",
            history),
        new Write("POST", "runs/log-parameter", of + "\"key\":\"p\",\"value\":\"1\"}", get),
        new Write("POST", "runs/set-tag", of + "\"key\":\"t\",\"value\":\"1\"}", get),
        new Write(
            "POST",
            "runs/log-batch",
            of
                + "\"metrics\":[{\"key\":\"m\",\"value\":2,\"timestamp\":7},"
                + "{\"key\":\"m\",\"value\":2,\"timestamp\":7}],"
                + "\"params\":[{\"key\":\"q\",\"value\":\"1\"}],"
                + "\"tags\":[{\"key\":\"t\",\"value\":\"2\"}]}",
            history),
        new Write(
            "POST",
            "runs/log-inputs",
            of
                + "\"datasets\":[{\"dataset\":{\"name\":\"d\",\"digest\":\"1\","
                + "\"source_type\":\"local\",\"source\":\"s\"}}],\"models\":[{\"model_id\":\""
                + model
                + "\"}]}",
            get),
        new Write(
            "POST",
            "runs/outputs",
            of + "\"models\":[{\"model_id\":\"" + model + "\",\"step\":1}]}",
            get),
        new Write("POST", "runs/update", of + "\"status\":\"FINISHED\",\"end_time\":\"9\"}", get),
        new Write("POST", "runs/update", of + "\"run_name\":\"other\"}", get),
        new Write("POST", "runs/delete", of + "\"x\":1}", get),
        new Write("POST", "runs/restore", of + "\"x\":1}", get),
        new Write(
            "POST",
            "registered-models/set-tag",
            "{\"name\":\"m\",\"key\":\"k\",\"value\":\"v\"}",
            one),
        new Write("DELETE", "registered-models/delete-tag", "{\"name\":\"m\",\"key\":\"k\"}", one),
        new Write(
            "POST",
            "registered-models/alias",
            "{\"name\":\"m\",\"alias\":\"champion\",\"version\":\"1\"}",
            one),
        new Write(
            "DELETE", "registered-models/alias", "{\"name\":\"m\",\"alias\":\"champion\"}", one),
        new Write(
            "PATCH", "registered-models/update", "{\"name\":\"m\",\"description\":\"d\"}", one),
        new Write(
            "PATCH",
            "model-versions/update",
            "{\"name\":\"m\",\"version\":\"1\",\"description\":\"d\"}",
            version),
        new Write(
            "POST",
            "model-versions/transition-stage",
            "{\"name\":\"m\",\"version\":\"1\",\"stage\":\"Staging\","
                + "\"archive_existing_versions\":true}",
            version),
        new Write(
            "POST",
            "model-versions/set-tag",
            "{\"name\":\"m\",\"version\":\"1\",\"key\":\"k\",\"value\":\"v\"}",
            version),
        new Write(
            "POST",
            "logged-models/" + model + "/params",
            "{\"params\":[{\"key\":\"p\",\"value\":\"1\"}]}",
            logged),
        new Write(
            "PATCH",
            "logged-models/" + model + "/tags",
            "{\"tags\":[{\"key\":\"t\",\"value\":\"1\"}]}",
            logged),
        new Write(
            "PATCH", "logged-models/" + model, "{\"status\":\"LOGGED_MODEL_READY\"}", logged));
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void aRepeatedWriteChangesNothing(Databases database) throws Exception {
    try (Tracking tracking = database.open(folder);
        MlflowServer server = new MlflowServer(tracking, folder)) {
      String run = ask(server, "POST", "runs/create", "{}").at("/run/info/run_id").stringValue();
      String model =
          ask(server, "POST", "logged-models", "{\"experiment_id\":\"0\",\"name\":\"l\"}")
              .at("/model/info/model_id")
              .stringValue();
      ask(server, "POST", "registered-models/create", "{\"name\":\"m\"}");
      ask(
          server,
          "POST",
          "model-versions/create",
          "{\"name\":\"m\",\"source\":\"runs:/" + run + "/model\"}");
      for (Write write : writes(run, model)) {
        ask(server, write.method(), write.path(), write.body());
        JsonNode once = undated(ask(server, "GET", write.read(), ""));
        ask(server, write.method(), write.path(), write.body());
        ask(server, write.method(), write.path(), write.body());
        assertThat(undated(ask(server, "GET", write.read(), "")))
            .as(write.toString())
            .isEqualTo(once);
      }
      assertThat(
              ask(server, "GET", "metrics/get-history?metric_key=m&run_id=" + run, "")
                  .get("metrics"))
          .hasSize(3);
      assertThat(server.failures).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void aPageOfOneShowsEverythingOnce(Databases database) throws Exception {
    try (Tracking tracking = database.open(folder);
        MlflowServer server = new MlflowServer(tracking, folder)) {
      String run = "";
      for (int i = 0; i < 4; i++) {
        ask(server, "POST", "experiments/create", "{\"name\":\"e" + i + "\"}");
        run = ask(server, "POST", "runs/create", "{}").at("/run/info/run_id").stringValue();
        ask(server, "POST", "registered-models/create", "{\"name\":\"m" + i + "\"}");
        ask(
            server,
            "POST",
            "model-versions/create",
            "{\"name\":\"m0\",\"source\":\"runs:/" + run + "/m\"}");
        ask(server, "POST", "logged-models", "{\"experiment_id\":\"0\",\"name\":\"l" + i + "\"}");
      }
      for (int i = 0; i < 4; i++) {
        ask(
            server,
            "POST",
            "runs/log-metric",
            "{\"run_id\":\"%s\",\"key\":\"m\",\"value\":0,\"timestamp\":1,\"step\":%d}"
                .formatted(run, i));
      }
      assertThat(pages(server, "experiments/search", "experiments", "/experiment_id", 5))
          .doesNotHaveDuplicates();
      assertThat(pages(server, "registered-models/search", "registered_models", "/name", 4))
          .containsExactly("\"m0\"", "\"m1\"", "\"m2\"", "\"m3\"");
      assertThat(pages(server, "model-versions/search", "model_versions", "/version", 4))
          .doesNotHaveDuplicates();
      assertThat(
              pages(
                  server, "metrics/get-history?metric_key=m&run_id=" + run, "metrics", "/step", 4))
          .containsExactly("0", "1", "2", "3");
      assertThat(posted(server, "runs/search", "runs", "/info/run_id"))
          .hasSize(4)
          .doesNotHaveDuplicates();
      assertThat(posted(server, "logged-models/search", "models", "/info/model_id"))
          .hasSize(4)
          .doesNotHaveDuplicates();
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void aBatchHasLimits(Databases database) throws Exception {
    try (Tracking tracking = database.open(folder);
        MlflowServer server = new MlflowServer(tracking, folder)) {
      String run = ask(server, "POST", "runs/create", "{}").at("/run/info/run_id").stringValue();
      String metric = "{\"key\":\"m%d\",\"value\":1,\"timestamp\":1}";
      String pair = "{\"key\":\"k%d\",\"value\":\"v\"}";
      assertThat(batch(server, run, "metrics", metric, 1_000)).isEqualTo("200");
      assertThat(batch(server, run, "params", pair, 100)).isEqualTo("200");
      assertThat(batch(server, run, "tags", pair, 100)).isEqualTo("200");
      assertThat(batch(server, run, "metrics", metric, 1_001))
          .contains("400")
          .contains("A batch logging request can contain at most 1000 metrics. Got 1001 metrics.");
      assertThat(batch(server, run, "params", pair, 101))
          .contains("A batch logging request can contain at most 100 params. Got 101 params.");
      assertThat(batch(server, run, "tags", pair, 101))
          .contains("A batch logging request can contain at most 100 tags. Got 101 tags.");
      assertThat(
              server
                  .send(
                      "POST",
                      API + "runs/log-batch",
                      "{\"run_id\":\"%s\"%s}".formatted(run, " ".repeat(1_000_000)))
                  .body())
          .contains("INVALID_PARAMETER_VALUE")
          .contains("1000000 bytes");
      assertThat(server.failures).isEmpty();
    }
  }

  private static String batch(MlflowServer server, String run, String kind, String one, int count)
      throws Exception {
    String list =
        IntStream.range(0, count).mapToObj(one::formatted).collect(Collectors.joining(","));
    MlflowServer.Answered answer =
        server.send(
            "POST",
            API + "runs/log-batch",
            "{\"run_id\":\"%s\",\"%s\":[%s]}".formatted(run, kind, list));
    return answer.status() == 200 ? "200" : answer.status() + answer.body();
  }

  /// Values at a place of all items, one page after the other.
  private static List<String> pages(
      MlflowServer server, String path, String list, String at, int expected) throws Exception {
    Stream.Builder<String> out = Stream.builder();
    String next = "";
    int pages = 0;
    do {
      JsonNode page =
          ask(server, "GET", path + (path.contains("?") ? "&" : "?") + "max_results=1" + next, "");
      page.path(list).forEach(item -> out.add(item.at(at).toString()));
      next =
          page.has("next_page_token")
              ? "&page_token=" + encoded(page.get("next_page_token").stringValue())
              : "";
      pages++;
      assertThat(pages).isLessThanOrEqualTo(expected);
    } while (!next.isEmpty());
    List<String> all = out.build().toList();
    assertThat(all).hasSize(expected);
    return all;
  }

  private static String encoded(String text) {
    return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
  }

  private static List<String> posted(MlflowServer server, String path, String list, String at)
      throws Exception {
    Stream.Builder<String> out = Stream.builder();
    ObjectNode body = JsonMapper.shared().createObjectNode().put("max_results", 1);
    body.putArray("experiment_ids").add("0");
    for (int i = 0; i < 10; i++) {
      JsonNode page = ask(server, "POST", path, body.toString());
      page.path(list).forEach(item -> out.add(item.at(at).toString()));
      if (!page.has("next_page_token")) {
        return out.build().toList();
      }
      body.put("page_token", page.get("next_page_token").stringValue());
    }
    throw new AssertionError("pages without end: " + path);
  }

  private static JsonNode ask(MlflowServer server, String method, String path, String body)
      throws Exception {
    MlflowServer.Answered answer = server.send(method, API + path, body);
    assertThat(answer.status()).as(method + " " + path + " " + answer.body()).isEqualTo(200);
    return JsonMapper.shared().readTree(answer.body());
  }

  /// Without the times of changes.
  private static JsonNode undated(JsonNode node) {
    for (String times :
        List.of("last_update_time", "last_updated_timestamp", "last_updated_timestamp_ms")) {
      node.findParents(times).forEach(parent -> ((ObjectNode) parent).remove(times));
    }
    return node;
  }
}
