package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import tools.jackson.databind.JsonNode;

/// What the chapters of the contract ask with.
abstract class RestChapter {
  static final String FP64 = "/v2/models/identity-fp64/infer";

  final OpenInferenceRestContract server;
  InferenceHttp http;

  RestChapter(OpenInferenceRestContract server) {
    this.server = server;
  }

  @BeforeEach
  void connect() {
    http = new InferenceHttp(server.base());
  }

  @AfterEach
  void disconnect() {
    http.close();
  }

  static List<InferenceSample> samples() {
    return InferenceSample.all();
  }

  static List<InferenceSample> jsonSamples() {
    return InferenceSample.all().stream().filter(sample -> !sample.json().isEmpty()).toList();
  }

  static String infer(InferenceSample sample, String data) {
    return "{\"inputs\":[{\"name\":\"in\",\"shape\":[2,3],\"datatype\":\"%s\",\"data\":%s}]}"
        .formatted(sample.datatype(), data);
  }

  static String path(InferenceSample sample) {
    return "/v2/models/" + sample.model() + "/infer";
  }

  static String fp64(String shape, String data) {
    return "{\"inputs\":[{\"name\":\"in\",\"shape\":%s,\"datatype\":\"FP64\",\"data\":%s}]}"
        .formatted(shape, data);
  }

  static void refused(InferenceHttp.Reply reply, int status, String... words) {
    assertThat(reply.status())
        .as(new String(reply.body(), StandardCharsets.UTF_8))
        .isEqualTo(status);
    assertThat(reply.header("Content-Type").orElse("")).startsWith("application/json");
    assertThat(reply.error()).isNotBlank();
    for (String word : words) {
      assertThat(reply.error()).contains(word);
    }
  }

  static JsonNode output(InferenceHttp.Reply reply) {
    assertThat(reply.status()).as(new String(reply.body(), StandardCharsets.UTF_8)).isEqualTo(200);
    return reply.json().path("outputs").get(0);
  }

  static void same(InferenceSample sample, JsonNode output) {
    assertThat(output.path("name").stringValue()).isEqualTo("out");
    assertThat(output.path("datatype").stringValue()).isEqualTo(sample.datatype());
    assertThat(output.path("shape").toString()).isEqualTo("[2,3]");
    assertThat(output.path("data").size()).isEqualTo(6);
    for (int i = 0; i < 6; i++) {
      String expected = sample.json().get(i);
      JsonNode found = output.path("data").get(i);
      switch (sample.datatype()) {
        case "FP16", "FP32" ->
            assertThat(Float.parseFloat(found.toString())).isEqualTo(Float.parseFloat(expected));
        case "FP64" ->
            assertThat(Double.parseDouble(found.toString()))
                .isEqualTo(Double.parseDouble(expected));
        case "BYTES" ->
            assertThat(found.stringValue())
                .isEqualTo(
                    tools.jackson.databind.json.JsonMapper.shared()
                        .readTree(expected)
                        .stringValue());
        default -> assertThat(found.toString()).isEqualTo(expected);
      }
    }
  }

  static String binary(InferenceSample sample, String more) {
    return "{\"inputs\":[{\"name\":\"in\",\"shape\":[2,3],\"datatype\":\"%s\",\"parameters\":{\"binary_data_size\":%d}}],%s}"
        .formatted(sample.datatype(), sample.raw().length, more);
  }

  static String several(String before, String after) {
    return """
    {%s"inputs":[{"name":"a","shape":[2,2],"datatype":"FP64","data":[1,2,3,4]},
     {"name":"b","shape":[2],"datatype":"BYTES","data":["x","y"]}]%s}\
    """
        .formatted(before, after);
  }

  static String one() {
    return fp64("[1]", "[1]");
  }
}
