package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Values come back as they went in, in JSON and in binary form.
abstract class RestTensors extends RestChapter {
  RestTensors(OpenInferenceRestContract server) {
    super(server);
  }

  @ParameterizedTest
  @MethodSource("jsonSamples")
  void flatJsonComesBackEqual(InferenceSample sample) {
    InferenceHttp.Reply reply = http.post(path(sample), infer(sample, sample.flat()));
    same(sample, output(reply));
    assertThat(reply.header(InferenceHttp.HEADER_LENGTH)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("jsonSamples")
  void nestedJsonComesBackFlat(InferenceSample sample) {
    same(sample, output(http.post(path(sample), infer(sample, sample.nested()))));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void binaryComesBackToTheLastBit(InferenceSample sample) {
    for (String ask :
        List.of(
            "\"parameters\":{\"binary_data_output\":true}",
            "\"outputs\":[{\"name\":\"out\",\"parameters\":{\"binary_data\":true}}]")) {
      InferenceHttp.Reply reply = http.binary(path(sample), binary(sample, ask), sample.raw());
      JsonNode output = output(reply);
      assertThat(output.path("datatype").stringValue()).isEqualTo(sample.datatype());
      assertThat(output.path("shape").toString()).isEqualTo("[2,3]");
      assertThat(output.has("data")).isFalse();
      assertThat(output.path("parameters").path("binary_data_size").intValue())
          .isEqualTo(sample.raw().length);
      assertThat(reply.binary()).isEqualTo(sample.raw());
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void binaryGoesInAndJsonComesOut(InferenceSample sample) {
    InferenceHttp.Reply reply =
        http.binary(path(sample), binary(sample, "\"parameters\":{}"), sample.raw());
    if (sample.json().isEmpty()) {
      refused(reply, 400, "binary_data");
    } else {
      same(sample, output(reply));
    }
  }

  @ParameterizedTest
  @MethodSource("jsonSamples")
  void jsonGoesInAndBinaryComesOut(InferenceSample sample) {
    String body =
        infer(sample, sample.flat())
            .replaceFirst("\\{", "{\"parameters\":{\"binary_data_output\":true},");
    InferenceHttp.Reply reply = http.post(path(sample), body);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.binary()).isEqualTo(sample.raw());
  }

  @Test
  void bf16HasNoJsonForm() {
    refused(
        http.post(
            "/v2/models/identity-bf16/infer",
            "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"BF16\",\"data\":[1]}]}"),
        400,
        "BF16");
  }

  @Test
  void bytesThatAreNoTextTravelAsBase64() {
    String body =
        """
        {"inputs":[{"name":"in","shape":[1,2],"datatype":"BYTES",
          "parameters":{"content_type":"base64"},"data":["/wA=","aGk="]}]}\
        """;
    JsonNode output = output(http.post("/v2/models/identity-bytes/infer", body));
    assertThat(output.path("parameters").path("content_type").stringValue()).isEqualTo("base64");
    assertThat(output.path("data").toString()).isEqualTo("[\"/wA=\",\"aGk=\"]");
    refused(
        http.post("/v2/models/identity-bytes/infer", body.replace("/wA=", "!!")), 400, "base64");
  }

  @Test
  void dataMayComeBeforeWhatDescribesIt() {
    String body =
        "{\"inputs\":[{\"data\":[[1.5,2],[3,4]],\"datatype\":\"FP64\",\"x\":{\"y\":[]},\"shape\":[2,2],\"name\":\"in\"}]}";
    assertThat(output(http.post(FP64, body)).path("data").toString())
        .isEqualTo("[1.5,2.0,3.0,4.0]");
  }

  @Test
  void emptyBatchesAreAnswered() {
    JsonNode output = output(http.post(FP64, fp64("[0,4]", "[]")));
    assertThat(output.path("shape").toString()).isEqualTo("[0,4]");
    assertThat(output.path("data").toString()).isEqualTo("[]");
    assertThat(output(http.post(FP64, fp64("[2,0]", "[[],[]]"))).path("data").size()).isZero();
    InferenceHttp.Reply raw =
        http.binary(
            FP64,
            "{\"inputs\":[{\"name\":\"in\",\"shape\":[0,4],\"datatype\":\"FP64\",\"parameters\":{\"binary_data_size\":0}}],\"parameters\":{\"binary_data_output\":true}}");
    assertThat(raw.status()).isEqualTo(200);
    assertThat(raw.binary()).isEmpty();
    refused(http.post(FP64, fp64("[0,4]", "[1]")), 400, "0");
  }

  @Test
  void jsonAndBinaryInputsMayBeMixed() {
    String json =
        """
        {"inputs":[{"name":"a","shape":[1,2],"datatype":"FP64","data":[1,2]},
         {"name":"b","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":6}}]}\
        """;
    InferenceHttp.Reply reply =
        http.binary("/v2/models/several/infer", json, new byte[] {2, 0, 0, 0, 'h', 'i'});
    assertThat(reply.json().path("outputs").get(1).path("data").toString()).isEqualTo("[\"hi\"]");
  }

  @Test
  void wordsForMissingAndInfiniteAreReadAndNeverWritten() {
    JsonNode output = output(http.post(FP64, fp64("[1,3]", "[NaN,1,null]")));
    assertThat(output.path("data").toString()).isEqualTo("[null,1.0,null]");
    refused(http.post(FP64, fp64("[1,2]", "[Infinity,-Infinity]")), 400, "binary_data");
    InferenceHttp.Reply raw =
        http.post(
            FP64,
            fp64("[1,3]", "[NaN,Infinity,-Infinity]")
                .replaceFirst("\\{", "{\"parameters\":{\"binary_data_output\":true},"));
    assertThat(raw.binary())
        .isEqualTo(
            InferenceSample.little(
                8,
                Double.doubleToLongBits(Double.NaN),
                Double.doubleToLongBits(Double.POSITIVE_INFINITY),
                Double.doubleToLongBits(Double.NEGATIVE_INFINITY)));
  }

  @Test
  void everyBitOfANanSurvivesTheBinaryForm() {
    byte[] odd = InferenceSample.little(8, 0x7ff4dead_beef0001L, 0xfff8000000000042L);
    InferenceHttp.Reply reply =
        http.binary(
            FP64,
            "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,2],\"datatype\":\"FP64\",\"parameters\":{\"binary_data_size\":16}}],\"parameters\":{\"binary_data_output\":true}}",
            odd);
    assertThat(reply.binary()).isEqualTo(odd);
  }
}
