package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DynamicMessage;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.testkit.inference.InferenceCalls;
import dev.gnomon.testkit.inference.InferenceHttp;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Use cases as models of the Open Inference Protocol: what `decide` says, in tensors.
class OpenInferenceUseCaseTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-06-01T12:00:00Z"));
  private static final String AT = "2024-06-01T11:00:00Z";

  @TempDir private Path folder;

  private static String tensor(String name, String datatype, String... values) {
    return "{\"name\":\"%s\",\"shape\":[%d,1],\"datatype\":\"%s\",\"data\":[%s]}"
        .formatted(name, values.length, datatype, String.join(",", values));
  }

  private static String infer(String... tensors) {
    return "{\"id\":\"r1\",\"inputs\":[%s]}".formatted(String.join(",", tensors));
  }

  private static JsonNode output(JsonNode answer, String name) {
    for (JsonNode output : answer.path("outputs")) {
      if (output.path("name").stringValue().equals(name)) {
        return output.path("data");
      }
    }
    throw new AssertionError("no output " + name + " in " + answer);
  }

  private static JsonNode decided(InferenceHttp http, String useCase, String body) {
    return ok(http.post("/v1/usecases/" + useCase + "/decide", body));
  }

  private static JsonNode ok(InferenceHttp.Reply reply) {
    assertThat(reply.status()).as(new String(reply.body(), StandardCharsets.UTF_8)).isEqualTo(200);
    return reply.json();
  }

  private static void same(JsonNode decided, JsonNode answer, int row) {
    assertThat(decided.has("score")).as(decided.toString()).isTrue();
    assertThat(output(answer, "score").get(row)).isEqualTo(decided.get("score"));
    assertThat(output(answer, "key").get(row)).isEqualTo(decided.get("key"));
    for (String name : List.of("band", "variant", "threshold")) {
      assertThat(output(answer, name).get(row)).as(name).isEqualTo(decided.get(name));
    }
    assertThat(output(answer, "version").get(row).longValue())
        .isEqualTo(decided.get("version").isNull() ? 0 : decided.get("version").longValue());
    String cause = decided.path("cause").asString("");
    boolean degraded = decided.get("degraded").booleanValue();
    if ((cause.equals("repeat") || degraded)
        && output(answer, "decision").get(row).stringValue().equals("yes")) {
      // Both surfaces share the limit: the yes of the tensor was the only one. A degraded answer
      // names what degraded it instead of the limit.
      assertThat(decided.get("decision").stringValue()).isEqualTo("no");
      if (degraded) {
        assertThat(output(answer, "degraded").get(row)).isEqualTo(decided.get("degraded"));
        assertThat(output(answer, "cause").get(row).stringValue()).isEqualTo(cause);
      }
      return;
    }
    assertThat(cause).isNotEqualTo("repeat");
    for (String name : List.of("decision", "degraded")) {
      assertThat(output(answer, name).get(row)).as(name).isEqualTo(decided.get(name));
    }
    assertThat(output(answer, "expected_cost").get(row)).isEqualTo(decided.get("expectedCost"));
    assertThat(output(answer, "cause").get(row).stringValue())
        .isEqualTo(decided.has("cause") ? decided.get("cause").stringValue() : "");
  }

  @Test
  void keysWithStateAreDecidedAsByDecide() throws Exception {
    try (LiveServer server = new LiveServer(SmallWorld.write(folder), ArrivalClock.wall(CLOCK));
        InferenceHttp http = new InferenceHttp(server.uri("/"))) {
      JsonNode model = ok(http.get("/v2/models/small"));
      assertThat(model.path("versions").size()).isZero();
      assertThat(model.path("platform").stringValue()).isEqualTo("gnomon_bundle");
      assertThat(model.path("properties").path("entity").stringValue()).isEqualTo("customer");
      List<String> inputs = new ArrayList<>();
      model
          .path("inputs")
          .forEach(input ->
              inputs.add(
                  "%s %s %s %s"
                      .formatted(
                          input.path("name").stringValue(),
                          input.path("datatype").stringValue(),
                          input.path("shape"),
                          input.path("parameters").path("optional").asBoolean(false))));
      assertThat(inputs)
          .containsExactly(
              "key BYTES [-1,1] false",
              "at BYTES [-1,1] true",
              "plan BYTES [-1,1] true",
              "age FP64 [-1,1] true",
              "logins_count_7d FP64 [-1,1] true",
              "logins_count_30d FP64 [-1,1] true",
              "tv_minutes_30d FP64 [-1,1] true",
              "logins_minutes_mean_30d FP64 [-1,1] true",
              "logins_time_since_last FP64 [-1,1] true");
      assertThat(http.get("/v2/models/small/ready").status()).isEqualTo(200);
      assertThat(http.get("/v2/health/ready").status()).isEqualTo(200);

      String infer = "/v2/models/small/infer";
      JsonNode answer =
          ok(
              http.post(
                  infer,
                  infer(
                      tensor("key", "BYTES", "\"k1\"", "\"17850\"", "\"nobody\""),
                      tensor("at", "BYTES", "\"" + AT + "\"", "\"\"", "\"\""))));
      assertThat(answer.path("id").stringValue()).isEqualTo("r1");
      assertThat(answer.has("model_version")).isFalse();
      List<String> keys = List.of("k1", "17850", "nobody");
      for (int row = 0; row < keys.size(); row++) {
        JsonNode decided =
            decided(
                http,
                "small",
                "{\"key\":\"%s\"%s}"
                    .formatted(keys.get(row), row == 0 ? ",\"at\":\"" + AT + "\"" : ""));
        same(decided, answer, row);
      }
      assertThat(output(answer, "cause").get(0).stringValue()).isEqualTo("no version");
      // Each row is in the log under the id it was given.
      JsonNode logged =
          LiveServer.json(
              server.get(
                  "/v1/predictions/" + output(answer, "prediction_id").get(1).stringValue()));
      assertThat(logged.path("key").stringValue()).isEqualTo("17850");

      // A value of the request lies over what is stored; NaN says that it is missing.
      JsonNode over =
          ok(
              http.post(
                  infer,
                  infer(
                      tensor("key", "INT64", "17850", "17850"),
                      tensor("logins_time_since_last", "FP32", "60", "NaN"))));
      assertThat(output(over, "score").toString()).isEqualTo("[0.1,0.8]");
      assertThat(output(over, "key").toString()).isEqualTo("[\"17850\",\"17850\"]");

      refused(http.post(infer, infer(tensor("age", "FP64", "3"))), 400, "key");
      refused(http.post(infer, infer(tensor("key", "BYTES", "\"\""))), 400, "inputs.key[0]");
      refused(
          http.post(infer, infer(tensor("key", "BYTES", "\"k1\""), tensor("agee", "FP64", "3"))),
          400,
          "agee");
      refused(
          http.post(infer, infer(tensor("key", "BYTES", "\"k1\""), tensor("trend", "FP64", "3"))),
          400,
          "trend");
      refused(
          http.post(
              infer,
              infer(
                  tensor("key", "BYTES", "\"k1\"", "\"k2\""),
                  tensor("at", "BYTES", "\"yesterday\"", "\"2024-06-01\""))),
          400,
          "inputs.at[0]",
          "inputs.at[1]");
      refused(
          http.post(
              infer, infer(tensor("key", "BYTES", "\"k1\""), tensor("age", "FP64", "1", "2"))),
          400,
          "rows");
      refused(
          http.post(
              infer, infer(tensor("key", "BYTES", "\"k1\""), tensor("age", "FP64", "Infinity"))),
          400,
          "inputs.age[0]");
      String[] many = new String[1_001];
      java.util.Arrays.fill(many, "\"k1\"");
      refused(http.post(infer, infer(tensor("key", "BYTES", many))), 400, "1001", "1000");
      assertThat(
              output(
                      ok(
                          http.post(
                              infer,
                              "{\"inputs\":[{\"name\":\"key\",\"shape\":[0,1],\"datatype\":\"BYTES\",\"data\":[]}]}")),
                      "score")
                  .size())
          .isZero();

      // A time before what is kept is refused: alone with an error, among others in its row.
      String old = "\"2010-01-01T00:00:00Z\"";
      refused(
          http.post(infer, infer(tensor("key", "BYTES", "\"k1\""), tensor("at", "BYTES", old))),
          422);
      JsonNode mixed =
          ok(
              http.post(
                  infer,
                  infer(
                      tensor("key", "BYTES", "\"k1\"", "\"k1\""),
                      tensor("at", "BYTES", old, "\"\""))));
      assertThat(output(mixed, "cause").get(0).stringValue()).startsWith("refused: ");
      assertThat(output(mixed, "score").get(0).isNull()).isTrue();
      assertThat(output(mixed, "decision").get(0).stringValue()).isEmpty();
      assertThat(output(mixed, "score").get(1).isNumber()).isTrue();

      // Unloading is about this protocol only.
      assertThat(http.post("/v2/repository/models/small/unload", "").status()).isEqualTo(200);
      refused(http.get("/v2/models/small"), 404, "small");
      assertThat(http.post("/v1/usecases/small/decide", "{\"key\":\"k1\"}").status())
          .isEqualTo(200);
      assertThat(http.post("/v2/repository/models/small/load", "").status()).isEqualTo(200);
      assertThat(http.get("/v2/models/small").status()).isEqualTo(200);
      assertThat(server.failures).isEmpty();
    }
  }

  private static void refused(InferenceHttp.Reply reply, int status, String... words) {
    assertThat(reply.status())
        .as(new String(reply.body(), StandardCharsets.UTF_8))
        .isEqualTo(status);
    for (String word : words) {
      assertThat(reply.error()).contains(word);
    }
  }

  /// Bought when the area is large, more so in the centre.
  private Path table() throws Exception {
    Random random = new Random(3);
    StringBuilder rows = new StringBuilder("id,area,place,code,bought\n");
    for (int i = 0; i < 600; i++) {
      double area = 30 + 90 * random.nextDouble();
      boolean centre = i % 3 == 0;
      boolean bought = area + (centre ? 20 : 0) + 15 * random.nextGaussian() > 80;
      rows.append(
          String.format(
              Locale.ROOT,
              "f%d,%s,%s,%d,%s%n",
              i,
              i % 67 == 0 ? "" : Double.toString(area),
              i % 23 == 0 ? "" : centre ? "centre" : "edge",
              i % 4,
              bought ? "yes" : "no"));
    }
    Files.writeString(folder.resolve("flats.csv"), rows);
    Path file = folder.resolve("usecase.yaml");
    Files.writeString(
        file,
        """
        gnomon: 1
        name: flats
        problem: {costs: {currency: EUR, false-positive: 1, false-negative: 3}}
        frame: {task: binary, entity: flat, target: {column: bought, positive: "yes"}}
        data: {table: flats.csv, key: id, types: {code: text}}
        models: {candidates: [logistic], calibration: none}
        evaluation: {gates: []}
        """);
    Recorded recorded = new Recorded(false);
    int code = Main.run(recorded.terminal, CLOCK, "train", file.toString());
    assertThat(code).as(recorded.out() + recorded.err()).isZero();
    return file;
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  @Test
  void aTrainedTableIsDecidedInEveryFormAlike() throws Exception {
    Path file = table();
    int rows = 60;
    Random random = new Random(9);
    String[] area = new String[rows];
    String[] place = new String[rows];
    String[] code = new String[rows];
    String[] key = new String[rows];
    for (int i = 0; i < rows; i++) {
      area[i] = i % 7 == 0 ? "NaN" : Integer.toString(20 + random.nextInt(100));
      place[i] = List.of("centre", "edge", "moon", "").get(random.nextInt(4));
      code[i] = Integer.toString(random.nextInt(5));
      key[i] = "new-" + i;
    }
    try (LiveServer server = new LiveServer(file, ArrivalClock.wall(CLOCK));
        InferenceHttp http = new InferenceHttp(server.uri("/"));
        InferenceCalls calls = new InferenceCalls("127.0.0.1:" + server.grpc())) {
      JsonNode model = ok(http.get("/v2/models/flats/versions/1"));
      assertThat(model.path("versions").toString()).isEqualTo("[\"1\"]");
      assertThat(model.path("properties").path("bundle").stringValue()).hasSize(64);
      refused(http.get("/v2/models/flats/versions/2"), 404, "2", "1");

      String[] places = new String[rows];
      String[] keys = new String[rows];
      for (int i = 0; i < rows; i++) {
        places[i] = quoted(place[i]);
        keys[i] = quoted(key[i]);
      }
      JsonNode json =
          ok(
              http.post(
                  "/v2/models/flats/versions/1/infer",
                  infer(
                      tensor("key", "BYTES", keys),
                      tensor("area", "FP64", area),
                      tensor("place", "BYTES", places),
                      tensor("code", "INT32", code))));
      assertThat(json.path("model_version").stringValue()).isEqualTo("1");
      double[] scores = new double[rows];
      for (int i = 0; i < rows; i++) {
        JsonNode decided =
            decided(
                http,
                "flats",
                "{\"key\":\"%s\",\"inputs\":{\"area\":%s,\"place\":%s,\"code\":\"%s\"}}"
                    .formatted(
                        key[i],
                        area[i].equals("NaN") ? "null" : area[i],
                        place[i].isEmpty() ? "null" : quoted(place[i]),
                        code[i]));
        same(decided, json, i);
        assertThat(decided.get("version").intValue()).isEqualTo(1);
        scores[i] = decided.get("score").doubleValue();
      }
      assertThat(java.util.Arrays.stream(scores).distinct().count()).isGreaterThan(20);

      byte[] areas = doubles(area);
      String binary =
          """
          {"inputs":[%s,{"name":"area","shape":[60,1],"datatype":"FP64",
           "parameters":{"binary_data_size":480}},%s,%s],
           "outputs":[{"name":"score","parameters":{"binary_data":true}}]}\
          """
              .formatted(
                  tensor("key", "BYTES", keys),
                  tensor("place", "BYTES", places),
                  tensor("code", "INT32", code));
      InferenceHttp.Reply reply = http.binary("/v2/models/flats/infer", binary, areas);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(numbers(reply.binary())).containsExactly(scores);

      byte[] codes = new byte[rows];
      for (int i = 0; i < rows; i++) {
        codes[i] = (byte) Integer.parseInt(code[i]);
      }
      long[] shape = {rows, 1};
      DynamicMessage raw =
          calls.infer(
              new InferenceCalls.Infer("flats")
                  .raw("key", "BYTES", shape, texts(key))
                  .raw("area", "FP64", shape, areas)
                  .raw("place", "BYTES", shape, texts(place))
                  .raw("code", "UINT8", shape, codes)
                  .output("score")
                  .output("version"));
      List<?> contents = InferenceCalls.list(raw, "raw_output_contents");
      assertThat(numbers(((com.google.protobuf.ByteString) contents.getFirst()).toByteArray()))
          .containsExactly(scores);
      assertThat(InferenceCalls.get(raw, "model_version")).isEqualTo("1");

      // Without keys the request's id and the row stand for them, and an id is made if there is
      // none.
      JsonNode named =
          ok(http.post("/v2/models/flats/infer", infer(tensor("area", "FP64", "50", "70"))));
      assertThat(output(named, "key").toString()).isEqualTo("[\"r1#0\",\"r1#1\"]");
      JsonNode nameless =
          ok(
              http.post(
                  "/v2/models/flats/infer",
                  "{\"inputs\":[" + tensor("area", "INT16", "50") + "]}"));
      assertThat(output(nameless, "key").get(0).stringValue())
          .isEqualTo(nameless.path("id").stringValue() + "#0");
      for (String without : List.of("bought", "id")) {
        refused(
            http.post("/v2/models/flats/infer", infer(tensor(without, "BYTES", "\"x\""))),
            400,
            without);
      }
      refused(
          http.post("/v2/models/flats/infer", infer(tensor("area", "BYTES", "\"50\""))),
          400,
          "BYTES");
      assertThatThrownBy(() -> calls.infer(new InferenceCalls.Infer("flats")))
          .hasMessageContaining("INVALID_ARGUMENT");
      assertThat(server.failures).isEmpty();
    }
  }

  private static byte[] doubles(String[] values) {
    ByteBuffer out = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (String value : values) {
      out.putDouble(Double.parseDouble(value));
    }
    return out.array();
  }

  private static double[] numbers(byte[] bytes) {
    double[] out = new double[bytes.length / 8];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(out);
    return out;
  }

  private static byte[] texts(String[] values) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    for (String value : values) {
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      out.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length).array());
      out.writeBytes(bytes);
    }
    return out.toByteArray();
  }
}
