package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What server and models are, and how they do.
abstract class RestModels extends RestChapter {
  RestModels(OpenInferenceRestContract server) {
    super(server);
  }

  @Test
  void isLiveAndReadyWhenAllModelsAre() {
    assertThat(http.get("/v2/health/live").status()).isEqualTo(200);
    assertThat(http.get("/v2/health/ready").status()).isBetween(400, 599);
    assertThat(http.post("/v2/repository/models/unready/unload", "").status()).isEqualTo(200);
    try {
      assertThat(http.get("/v2/health/ready").status()).isEqualTo(200);
    } finally {
      assertThat(http.post("/v2/repository/models/unready/load", "{}").status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2", "/v2/"})
  void saysWhatTheServerIs(String path) {
    InferenceHttp.Reply reply = http.get(path);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.json().path("name").isString()).isTrue();
    assertThat(reply.json().path("version").isString()).isTrue();
    assertThat(reply.json().path("extensions").toString())
        .contains("binary_tensor_data", "model_repository");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/models/several",
        "/v2/models/several/versions/2",
        "/v2/models/several/versions/1",
        "/v2/models/s%65veral"
      })
  void saysWhatAModelIs(String path) {
    JsonNode json = http.get(path).json();
    assertThat(json.path("name").stringValue()).isEqualTo("several");
    assertThat(json.path("versions").toString()).isEqualTo("[\"1\",\"2\"]");
    assertThat(json.path("platform").stringValue()).isNotBlank();
    assertThat(json.path("inputs").get(0).path("name").stringValue()).isEqualTo("a");
    assertThat(json.path("inputs").get(0).path("datatype").stringValue()).isEqualTo("FP64");
    assertThat(json.path("inputs").get(0).path("shape").toString()).isEqualTo("[-1,2]");
    assertThat(json.path("outputs").size()).isEqualTo(3);
    assertThat(json.path("outputs").get(2).path("name").stringValue()).isEqualTo("sum");
  }

  @Test
  void knowsReadyUnreadyAndUnknownModels() {
    InferenceHttp.Reply ready = http.get("/v2/models/several/ready");
    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.json().path("name").stringValue()).isEqualTo("several");
    assertThat(http.get("/v2/models/several/versions/1/ready").status()).isEqualTo(200);
    assertThat(http.get("/v2/models/unready/ready").status()).isEqualTo(400);
    for (String path : List.of("", "/ready", "/stats")) {
      refused(http.get("/v2/models/nobody" + path), 404, "nobody");
      refused(http.get("/v2/models/several/versions/77" + path), 404, "77");
    }
    refused(http.post("/v2/models/nobody/infer", fp64("[1,1]", "[1]")), 404, "nobody");
    refused(http.post("/v2/models/several/versions/x/infer", fp64("[1,1]", "[1]")), 404, "x");
    refused(http.post("/v2/models/unready/infer", fp64("[1,1]", "[1]")), 503, "unready");
  }

  @Test
  void aFailingModelTellsNothingOfItsInsides() {
    InferenceHttp.Reply reply = http.post("/v2/models/failing/infer", fp64("[1,1]", "[1]"));
    refused(reply, 500);
    assertThat(reply.error()).doesNotContain("secret");
  }

  @Test
  void statisticsCount() {
    JsonNode before = http.get("/v2/models/identity-int16/stats").json().path("model_stats").get(0);
    InferenceSample sample =
        InferenceSample.all().stream()
            .filter(one -> one.datatype().equals("INT16"))
            .findFirst()
            .orElseThrow();
    assertThat(http.post(path(sample), infer(sample, sample.flat())).status()).isEqualTo(200);
    assertThat(
            http.post(path(sample), infer(sample, sample.flat()).replace("\"in\"", "\"no\""))
                .status())
        .isEqualTo(400);
    JsonNode after =
        http.get("/v2/models/identity-int16/versions/2/stats").json().path("model_stats").get(0);
    assertThat(after.path("name").stringValue()).isEqualTo("identity-int16");
    assertThat(grown(before, after, "inference_count")).isEqualTo(2);
    assertThat(grown(before, after, "execution_count")).isEqualTo(1);
    for (String part : List.of("success", "fail")) {
      assertThat(
              grown(
                  before.path("inference_stats").path(part),
                  after.path("inference_stats").path(part),
                  "count"))
          .isEqualTo(1);
    }
  }

  private static long grown(JsonNode before, JsonNode after, String field) {
    return after.path(field).longValue() - before.path(field).longValue();
  }

  @Test
  void otherMethodsAreRefusedInTheProtocolsForm() {
    refused(http.get("/v2/models/several/infer"), 405);
    refused(http.post("/v2/models/several", "{}"), 405);
  }
}
