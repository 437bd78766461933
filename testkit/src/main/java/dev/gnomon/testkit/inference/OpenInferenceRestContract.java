package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The Open Inference Protocol v2 over HTTP with its extensions (binary tensors, repository,
/// statistics, compression), asked from outside.
///
/// The server under test serves these models, each with the versions 1 and 2, of which 2 answers
/// when none is asked for:
///
/// - `identity-<datatype>` for each datatype: input `in` of shape `[-1, -1]`, output `out` equal to
///   it
/// - `several`: inputs `a` (FP64 `[-1, 2]`) and `b` (BYTES `[-1]`), outputs `a`, `b`, and `sum`
///   (FP64 `[-1]`, over each row of `a`)
/// - `unready`: as `identity-fp64`, never ready
/// - `failing`: as `identity-fp64`, throws a RuntimeException that says `secret`
/// - `waiting`, `arrival`, `releasing`: input `in` of FP64 `[-1]`, output `out`. `waiting` answers
///   once `releasing` was asked (or its deadline has passed, or 20 seconds); `arrival` answers once
///   a call waits
public abstract class OpenInferenceRestContract {
  private static final String FP64 = "/v2/models/identity-fp64/infer";

  private InferenceHttp http;

  /// Where the server listens, without a path.
  protected abstract URI base();

  /// The largest body that is taken, in bytes.
  protected abstract int maxBytes();

  @BeforeEach
  void connect() {
    http = new InferenceHttp(base());
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

  private static String infer(InferenceSample sample, String data) {
    return "{\"inputs\":[{\"name\":\"in\",\"shape\":[2,3],\"datatype\":\"%s\",\"data\":%s}]}"
        .formatted(sample.datatype(), data);
  }

  private static String path(InferenceSample sample) {
    return "/v2/models/" + sample.model() + "/infer";
  }

  private static String fp64(String shape, String data) {
    return "{\"inputs\":[{\"name\":\"in\",\"shape\":%s,\"datatype\":\"FP64\",\"data\":%s}]}"
        .formatted(shape, data);
  }

  private static void refused(InferenceHttp.Reply reply, int status, String... words) {
    assertThat(reply.status())
        .as(new String(reply.body(), StandardCharsets.UTF_8))
        .isEqualTo(status);
    assertThat(reply.header("Content-Type").orElse("")).startsWith("application/json");
    assertThat(reply.error()).isNotBlank();
    for (String word : words) {
      assertThat(reply.error()).contains(word);
    }
  }

  private static JsonNode output(InferenceHttp.Reply reply) {
    assertThat(reply.status()).as(new String(reply.body(), StandardCharsets.UTF_8)).isEqualTo(200);
    return reply.json().path("outputs").get(0);
  }

  private static void same(InferenceSample sample, JsonNode output) {
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

  private static String binary(InferenceSample sample, String more) {
    return "{\"inputs\":[{\"name\":\"in\",\"shape\":[2,3],\"datatype\":\"%s\",\"parameters\":{\"binary_data_size\":%d}}],%s}"
        .formatted(sample.datatype(), sample.raw().length, more);
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

  private static String several(String before, String after) {
    return """
    {%s"inputs":[{"name":"a","shape":[2,2],"datatype":"FP64","data":[1,2,3,4]},
     {"name":"b","shape":[2],"datatype":"BYTES","data":["x","y"]}]%s}\
    """
        .formatted(before, after);
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "{",
        "{\"inputs\"",
        "{}",
        "{\"inputs\":{}}",
        "{\"inputs\":[]}",
        "{\"inputs\":[1]}",
        "{\"inputs\":[{}]}",
        "{\"inputs\":[{\"name\":\"in\"}]}",
        "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"FP64\"}]}",
        "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"data\":[1]}]}",
        "{\"inputs\":[{\"name\":\"in\",\"datatype\":\"FP64\",\"data\":[1]}]}",
        "{\"inputs\":[{\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":[1]}]}",
        "{\"inputs\":[{\"name\":7,\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":[1]}]}",
        "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":1}]}",
        "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":{}}]}",
        "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":[1]}]} x",
        "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":[1]}],\"inputs\":[]}",
        "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":[1]}],\"outputs\":7}",
        "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":[1]}],\"outputs\":[{}]}",
        "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":[1]}],\"parameters\":[]}",
        "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":[1]},{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"FP64\",\"data\":[1]}]}",
        "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"FP64\",\"parameters\":{\"shared_memory_region\":\"r\"},\"data\":[1]}]}"
      })
  void whatIsNoRequestIsRefused(String body) {
    refused(http.post(FP64, body), 400);
  }

  @Test
  void datatypesAreKnownByTheirExactNameAndMustBeTheModels() {
    for (String datatype : List.of("fp64", "FP8", "DOUBLE", "")) {
      refused(
          http.post(FP64, fp64("[1,1]", "[1]").replace("FP64", datatype)), 400, "datatype", "FP64");
    }
    refused(http.post(FP64, fp64("[1,1]", "[1]").replace("FP64", "FP32")), 400, "FP32", "FP64");
    refused(http.post(FP64, fp64("[1,1]", "[1]").replace("\"in\"", "\"out\"")), 400, "out", "in");
    refused(http.post("/v2/models/several/infer", fp64("[1,1]", "[1]")), 400);
    refused(
        http.post("/v2/models/several/infer", fp64("[1,2]", "[1,2]").replace("\"in\"", "\"a\"")),
        400,
        "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[2,2]|[1,2,3]",
        "[2,2]|[1,2,3,4,5]",
        "[2,2]|[[1,2],[3]]",
        "[2,2]|[[1,2],[3,4],[5,6]]",
        "[2,2]|[[1,2,3],[4]]",
        "[2,2]|[[1,2],3,4]",
        "[2,2]|[1,2,[3,4]]",
        "[2,2]|[[1,2],[3,[4]]]",
        "[2,2]|[[[1,2],[3,4]]]",
        "[1,4]|[[1,2],[3,4]]",
        "[4]|[1,2,3,4]",
        "[1,2,2]|[1,2,3,4]",
        "[]|[1]",
        "[-1,2]|[1,2]",
        "[1,-9223372036854775808]|[1]",
        "[4294967296,4294967296]|[1]",
        "[9223372036854775807,9223372036854775807]|[1]",
        "[9223372036854775807,2]|[1]",
        "[18446744073709551616,1]|[1]",
        "[2147483647,2147483647]|[]",
        "[100000,100000]|[1]",
        "[1.5,1]|[1]",
        "[\"1\",1]|[1]",
        "7|[1]",
        "[1,1]|[\"1\"]",
        "[1,1]|[true]",
        "[1,1]|[{}]",
        "[1,1]|[1e999]",
        "[1,1]|[1",
        "[1,1]|[NotANumber]"
      })
  void shapeAndDataMustAgree(String line) {
    String[] parts = line.split("\\|", 2);
    refused(http.post(FP64, fp64(parts[0], parts[1])), 400);
  }

  @Test
  void shapesWithManyDimensionsAreRefusedNotFollowed() {
    String deep = "[".repeat(2_000) + "]".repeat(2_000);
    refused(http.post(FP64, fp64("[1,1]", deep)), 400);
    refused(http.post(FP64, fp64("[" + "1,".repeat(500) + "1]", "[1]")), 400, "dimensions");
  }

  @Test
  void elementsAreRefusedRatherThanBent() {
    for (String line :
        List.of(
            "INT8|128",
            "INT8|-129",
            "UINT8|256",
            "UINT8|-1",
            "INT16|32768",
            "UINT16|-1",
            "INT32|2147483648",
            "UINT32|4294967296",
            "UINT32|-1",
            "INT64|9223372036854775808",
            "UINT64|18446744073709551616",
            "UINT64|-1",
            "INT32|1.5",
            "INT32|\"1\"",
            "INT64|true",
            "BOOL|2",
            "BOOL|\"true\"",
            "FP32|1e39",
            "FP16|70000",
            "BYTES|1",
            "BYTES|true",
            "BYTES|null",
            "INT32|null",
            "BOOL|null",
            "BYTES|\"\\ud800\"")) {
      String[] parts = line.split("\\|", 2);
      String body =
          "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"%s\",\"data\":[%s]}]}"
              .formatted(parts[0], parts[1]);
      refused(
          http.post(
              "/v2/models/identity-%s/infer".formatted(parts[0].toLowerCase(java.util.Locale.ROOT)),
              body),
          400,
          "data[0]");
    }
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

  private InferenceHttp.Reply binary(
      String model, String datatype, String shape, String size, byte[] tensor) {
    return http.binary(
        "/v2/models/" + model + "/infer",
        "{\"inputs\":[{\"name\":\"in\",\"shape\":%s,\"datatype\":\"%s\",\"parameters\":{\"binary_data_size\":%s}}]}"
            .formatted(shape, datatype, size),
        tensor);
  }

  @Test
  void sizesOfBinaryTensorsMustAddUp() {
    byte[] two = new byte[16];
    refused(binary("identity-fp64", "FP64", "[1,2]", "15", two), 400, "15");
    refused(binary("identity-fp64", "FP64", "[1,2]", "8", two), 400, "8");
    refused(binary("identity-fp64", "FP64", "[1,2]", "17", two), 400, "17");
    refused(binary("identity-fp64", "FP64", "[1,2]", "-1", two), 400, "-1");
    refused(binary("identity-fp64", "FP64", "[1,2]", "9999999999999", two), 400);
    refused(binary("identity-fp64", "FP64", "[1,2]", "\"16\"", two), 400, "16");
    refused(binary("identity-fp64", "FP64", "[1,3]", "16", two), 400);
    refused(binary("identity-fp64", "FP64", "[4294967296,4294967296]", "16", two), 400);
    refused(binary("identity-fp64", "FP64", "[-1,2]", "16", two), 400, "negative");
    // Truncated: the JSON promises more than came.
    refused(binary("identity-fp64", "FP64", "[1,2]", "16", new byte[9]), 400, "9");
    refused(
        http.binary(
            FP64,
            "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,2],\"datatype\":\"FP64\",\"data\":[1,2],\"parameters\":{\"binary_data_size\":16}}]}",
            two),
        400,
        "both");
    refused(http.binary(FP64, fp64("[1,1]", "[1]"), new byte[3]), 400, "3");
    refused(binary("identity-bool", "BOOL", "[1,2]", "2", new byte[] {1, 2}), 400, "BOOL");
  }

  @Test
  void lengthsInsideBytesMustStayInside() {
    byte[] beyond = {1, 0, 0, 0, 'a', (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 'b'};
    refused(binary("identity-bytes", "BYTES", "[1,2]", "10", beyond), 400, "4294967295");
    byte[] cut = {1, 0, 0, 0, 'a', 1, 0};
    refused(binary("identity-bytes", "BYTES", "[1,2]", "7", cut), 400);
    byte[] more = {1, 0, 0, 0, 'a', 1, 0, 0, 0, 'b'};
    refused(binary("identity-bytes", "BYTES", "[1,1]", "10", more), 400, "5");
    refused(binary("identity-bytes", "BYTES", "[1,3]", "10", more), 400);
    refused(binary("identity-bytes", "BYTES", "[1000000,1000000]", "10", more), 400);
  }

  @Test
  void theHeaderLengthMustFitTheBody() {
    byte[] body = fp64("[1,1]", "[1]").getBytes(StandardCharsets.UTF_8);
    for (String length :
        List.of(Integer.toString(body.length + 1), "-1", "x", "99999999999", "0", "5")) {
      refused(
          http.post(
              FP64,
              body,
              "Content-Type",
              "application/octet-stream",
              InferenceHttp.HEADER_LENGTH,
              length),
          400);
    }
    InferenceHttp.Reply whole =
        http.post(FP64, body, InferenceHttp.HEADER_LENGTH, Integer.toString(body.length));
    assertThat(whole.status()).isEqualTo(200);
  }

  @Test
  void formsOfOtherPagesAreRefusedAndEverythingElseIsTaken() {
    byte[] body = fp64("[1,1]", "[1]").getBytes(StandardCharsets.UTF_8);
    for (String type :
        List.of(
            "application/x-www-form-urlencoded",
            "text/plain;charset=UTF-8",
            "multipart/form-data; boundary=x")) {
      refused(http.post(FP64, body, "Content-Type", type), 415, "application/json");
      assertThat(
              http.post(
                      FP64,
                      body,
                      "Content-Type",
                      type,
                      InferenceHttp.HEADER_LENGTH,
                      Integer.toString(body.length))
                  .status())
          .isEqualTo(200);
    }
    assertThat(http.post(FP64, body).status()).isEqualTo(200);
    assertThat(http.post(FP64, body, "Content-Type", "application/octet-stream").status())
        .isEqualTo(200);
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] deflate(byte[] plain, boolean bare) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflate =
        new DeflaterOutputStream(out, new java.util.zip.Deflater(6, bare))) {
      deflate.write(plain);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  @Test
  void compressedBodiesAreRead() {
    byte[] plain = fp64("[1,2]", "[1,2]").getBytes(StandardCharsets.UTF_8);
    for (byte[] body : List.of(gzip(plain), deflate(plain, false), deflate(plain, true))) {
      String encoding = (body[0] & 0xff) == 0x1f ? "gzip" : "deflate";
      InferenceHttp.Reply reply = http.post(FP64, body, "Content-Encoding", encoding);
      assertThat(output(reply).path("data").toString()).isEqualTo("[1.0,2.0]");
    }
    // The length of the JSON part is that of the plain body.
    InferenceSample sample = InferenceSample.all().getFirst();
    String json = binary(sample, "\"parameters\":{}");
    InferenceHttp.Reply reply =
        http.post(
            path(sample),
            gzip(InferenceHttp.joined(json, sample.raw())),
            "Content-Encoding",
            "gzip",
            InferenceHttp.HEADER_LENGTH,
            Integer.toString(json.length()));
    same(sample, output(reply));
  }

  @Test
  void brokenOrOverlargeCompressionIsRefused() {
    byte[] body = gzip(fp64("[1,2]", "[1,2]").getBytes(StandardCharsets.UTF_8));
    refused(http.post(FP64, Arrays.copyOf(body, body.length - 5), "Content-Encoding", "gzip"), 400);
    refused(http.post(FP64, Arrays.copyOf(body, 12), "Content-Encoding", "gzip"), 400);
    byte[] wrong = body.clone();
    wrong[body.length - 6] ^= 1;
    refused(http.post(FP64, wrong, "Content-Encoding", "gzip"), 400, "checksum");
    refused(
        http.post(FP64, "{}".getBytes(StandardCharsets.UTF_8), "Content-Encoding", "gzip"), 400);
    refused(
        http.post(FP64, "{}".getBytes(StandardCharsets.UTF_8), "Content-Encoding", "deflate"), 400);
    refused(http.post(FP64, body, "Content-Encoding", "br"), 415, "gzip");
    refused(http.post(FP64, gzip(new byte[maxBytes() + 1]), "Content-Encoding", "gzip"), 413);
  }

  @Test
  void answersAreCompressedWhereAsked() throws IOException {
    String zeros = "0,".repeat(1_999) + "0";
    byte[] body = fp64("[1,2000]", "[" + zeros + "]").getBytes(StandardCharsets.UTF_8);
    InferenceHttp.Reply gzip = http.post(FP64, body, "Accept-Encoding", "deflate, gzip");
    assertThat(gzip.header("Content-Encoding")).contains("gzip");
    assertThat(gzip.body().length).isLessThan(1_000);
    byte[] plain = new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes();
    assertThat(new String(plain, StandardCharsets.UTF_8)).contains("\"model_name\"");
    InferenceHttp.Reply deflate = http.post(FP64, body, "Accept-Encoding", "deflate");
    assertThat(deflate.header("Content-Encoding")).contains("deflate");
    byte[] same =
        new java.util.zip.InflaterInputStream(new ByteArrayInputStream(deflate.body()))
            .readAllBytes();
    assertThat(same).isEqualTo(plain);
    assertThat(http.post(FP64, body, "Accept-Encoding", "gzip;q=0").header("Content-Encoding"))
        .isEmpty();
    assertThat(http.post(FP64, body).body()).isEqualTo(plain);
    InferenceHttp.Reply small =
        http.post(
            FP64,
            fp64("[1,1]", "[1]").getBytes(StandardCharsets.UTF_8),
            "Accept-Encoding",
            "gzip, deflate");
    assertThat(output(small).path("data").toString()).isEqualTo("[1.0]");
  }

  @Test
  void bodiesOverTheLimitAreRefused() {
    byte[] body = new byte[maxBytes() + 1];
    Arrays.fill(body, (byte) ' ');
    refused(http.post(FP64, body, "Content-Type", "application/json"), 413);
  }

  private static String one() {
    return fp64("[1]", "[1]");
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

  @Test
  void unloadingHidesAModelAndLoadingBringsItBack() {
    String model = "/v2/models/identity-int8";
    String body =
        "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,1],\"datatype\":\"INT8\",\"data\":[1]}]}";
    String control = "/v2/repository/models/identity-int8/";
    assertThat(
            http.post(control + "unload", "{\"parameters\":{\"unload_dependents\":false}}")
                .status())
        .isEqualTo(200);
    try {
      refused(http.get(model), 404, "identity-int8");
      refused(http.get(model + "/versions/2"), 404);
      refused(http.get(model + "/ready"), 404);
      refused(http.post(model + "/infer", body), 404);
      refused(http.post(control + "unload", ""), 404);
      assertThat(line("identity-int8", "{}").path("state").stringValue()).isEqualTo("UNAVAILABLE");
      assertThat(line("identity-int8", "{}").path("reason").stringValue()).isNotBlank();
      assertThat(line("identity-int8", "{\"ready\":true}").isMissingNode()).isTrue();
    } finally {
      assertThat(http.post(control + "load", "").status()).isEqualTo(200);
    }
    assertThat(http.post(control + "load", "{}").status()).isEqualTo(200);
    assertThat(http.post(model + "/infer", body).status()).isEqualTo(200);
    assertThat(line("identity-int8", "").path("state").stringValue()).isEqualTo("READY");
    refused(http.post("/v2/repository/models/nobody/load", ""), 404, "nobody");
    refused(http.post("/v2/repository/models/nobody/unload", ""), 404, "nobody");
  }

  private JsonNode line(String model, String ask) {
    InferenceHttp.Reply reply = http.post("/v2/repository/index", ask);
    assertThat(reply.status()).isEqualTo(200);
    JsonNode json = reply.json();
    assertThat(json.isArray()).isTrue();
    for (JsonNode line : json) {
      if (line.path("name").stringValue().equals(model)) {
        return line;
      }
    }
    return tools.jackson.databind.node.MissingNode.getInstance();
  }

  @Test
  void theIndexKnowsUnreadyModels() {
    assertThat(line("unready", "").path("state").stringValue()).isEqualTo("UNAVAILABLE");
    assertThat(line("unready", "{\"ready\":true}").isMissingNode()).isTrue();
    assertThat(line("several", "{\"ready\":true}").path("version").isString()).isTrue();
    refused(http.post("/v2/repository/index", "[]"), 400);
    refused(http.post("/v2/repository/index", "{\"ready\":1}"), 400);
    refused(http.post("/v2/repository/index", "{"), 400);
  }

  @Test
  void aModelUnloadedMeanwhileStillAnswersWhatIsInFlight() throws Exception {
    CompletableFuture<InferenceHttp.Reply> waiting =
        http.postLater("/v2/models/waiting/infer", one());
    assertThat(http.post("/v2/models/arrival/infer", one()).status()).isEqualTo(200);
    assertThat(http.post("/v2/repository/models/waiting/unload", "").status()).isEqualTo(200);
    try {
      refused(http.get("/v2/models/waiting"), 404);
      assertThat(waiting).isNotDone();
      assertThat(http.post("/v2/models/releasing/infer", one()).status()).isEqualTo(200);
      InferenceHttp.Reply reply = waiting.get(10, TimeUnit.SECONDS);
      assertThat(output(reply).path("data").toString()).isEqualTo("[1.0]");
    } finally {
      assertThat(http.post("/v2/repository/models/waiting/load", "").status()).isEqualTo(200);
    }
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

  /// Bytes of a good request changed, cut and doubled at random: an answer or an error of the
  /// protocol, never a failure of the server.
  @Test
  void brokenRequestsNeverBreakTheServer() {
    Random random = new Random(7);
    InferenceSample bytes = InferenceSample.all().getLast();
    String json = binary(bytes, "\"parameters\":{\"binary_data_output\":true}");
    byte[] good = InferenceHttp.joined(json, bytes.raw());
    byte[] flat = infer(bytes, bytes.nested()).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 400; i++) {
      boolean plain = random.nextBoolean();
      byte[] body = (plain ? flat : good).clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(3) == 0) {
        body = Arrays.copyOf(body, random.nextInt(body.length + 1));
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(body.length + 2) : json.length();
      InferenceHttp.Reply reply =
          plain
              ? http.post(path(bytes), body, "Content-Type", "application/json")
              : http.post(path(bytes), body, InferenceHttp.HEADER_LENGTH, Integer.toString(length));
      assertThat(reply.status()).isIn(200, 400);
      if (reply.status() == 400) {
        assertThat(reply.error()).isNotBlank();
      }
    }
    assertThat(http.get("/v2/health/live").status()).isEqualTo(200);
  }
}
