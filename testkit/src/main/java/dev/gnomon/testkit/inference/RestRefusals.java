package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that can not be right are refused, whatever they hold.
abstract class RestRefusals extends RestChapter {
  RestRefusals(OpenInferenceRestContract server) {
    super(server);
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
