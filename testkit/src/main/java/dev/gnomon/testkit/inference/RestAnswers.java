package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What a request says of its answer: outputs and their form, id, time.
abstract class RestAnswers extends RestChapter {
  RestAnswers(OpenInferenceRestContract server) {
    super(server);
  }

  private static List<String> names(JsonNode answer) {
    List<String> names = new ArrayList<>();
    answer.path("outputs").forEach(output -> names.add(output.path("name").stringValue()));
    return names;
  }

  @Test
  void outputsAreChosenAndOrdered() {
    String path = "/v2/models/several/infer";
    assertThat(names(http.post(path, several("", "")).json())).containsExactly("a", "b", "sum");
    InferenceHttp.Reply two =
        http.post(path, several("", ",\"outputs\":[{\"name\":\"sum\"},{\"name\":\"a\"}]"));
    assertThat(names(two.json())).containsExactly("sum", "a");
    assertThat(two.json().path("outputs").get(0).path("data").toString()).isEqualTo("[3.0,7.0]");
    refused(http.post(path, several("", ",\"outputs\":[{\"name\":\"none\"}]")), 400, "none", "sum");
    refused(
        http.post(path, several("", ",\"outputs\":[{\"name\":\"a\"},{\"name\":\"a\"}]")),
        400,
        "twice");
    refused(
        http.post(
            path,
            several("", ",\"outputs\":[{\"name\":\"a\",\"parameters\":{\"classification\":2}}]")),
        400,
        "classification");
  }

  @Test
  void eachOutputSaysItsFormAndTheRequestSaysItForTheRest() {
    String path = "/v2/models/several/infer";
    InferenceHttp.Reply reply =
        http.post(
            path,
            several(
                "\"parameters\":{\"binary_data_output\":true},",
                ",\"outputs\":[{\"name\":\"sum\"},{\"name\":\"a\",\"parameters\":{\"binary_data\":false}},{\"name\":\"b\"}]"));
    JsonNode outputs = reply.json().path("outputs");
    assertThat(outputs.get(0).path("parameters").path("binary_data_size").intValue()).isEqualTo(16);
    assertThat(outputs.get(1).path("data").toString()).isEqualTo("[1.0,2.0,3.0,4.0]");
    assertThat(outputs.get(2).path("parameters").path("binary_data_size").intValue()).isEqualTo(10);
    assertThat(reply.binary())
        .startsWith(
            InferenceSample.little(8, Double.doubleToLongBits(3), Double.doubleToLongBits(7)))
        .endsWith(new byte[] {1, 0, 0, 0, 'x', 1, 0, 0, 0, 'y'})
        .hasSize(26);
  }

  @Test
  void theIdComesBackAndSoDoModelAndVersion() {
    String path = "/v2/models/several/infer";
    JsonNode with = http.post(path, several("\"id\":\"é-42\",", "")).json();
    assertThat(with.path("id").stringValue()).isEqualTo("é-42");
    assertThat(with.path("model_name").stringValue()).isEqualTo("several");
    assertThat(with.path("model_version").stringValue()).isEqualTo("2");
    JsonNode without = http.post(path, several("", "")).json();
    assertThat(without.path("id").isMissingNode() || without.path("id").isString()).isTrue();
    assertThat(
            http.post("/v2/models/several/versions/1/infer", several("", ""))
                .json()
                .path("model_version")
                .stringValue())
        .isEqualTo("1");
    refused(http.post(path, several("\"id\":7,", "")), 400, "id");
  }

  @Test
  void aTimeoutThatPassesIsTold() {
    InferenceHttp.Reply reply =
        http.post(
            "/v2/models/waiting/infer",
            one().replaceFirst("\\{", "{\"parameters\":{\"timeout\":50000},"));
    refused(reply, 504);
    refused(
        http.post(
            "/v2/models/waiting/infer",
            one().replaceFirst("\\{", "{\"parameters\":{\"timeout\":\"soon\"},")),
        400,
        "timeout");
  }
}
