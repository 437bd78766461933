package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The HTTP contract, route by route, for a use case that has no version yet.
class ServerHttpTest {
  private static final String DECIDE = "/v1/usecases/small/decide";
  private static final String EVENTS = "/v1/sources/logins/events";
  private static final String OUTCOMES = "/v1/usecases/small/outcomes";
  private static final String NDJSON = "application/x-ndjson";

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init")
  private LiveServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        new LiveServer(
            SmallWorld.write(folder), ArrivalClock.replay(Instant.parse("2024-05-06T00:00:00Z")));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    assertThat(server.failures).isEmpty();
  }

  private JsonNode ok(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    return LiveServer.json(answer);
  }

  /// A problem document of the status that mentions the texts.
  private static void problem(HttpResponse<String> answer, int status, String... texts) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
    JsonNode problem = LiveServer.json(answer);
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(problem.get("type").stringValue()).isNotEmpty();
    assertThat(problem.get("title").stringValue()).isNotEmpty();
    assertThat(problem.get("detail").stringValue()).isNotEmpty();
    for (String text : texts) {
      assertThat(answer.body()).contains(text);
    }
  }

  @Test
  void decidesByFallbackAndSaysSo() throws Exception {
    JsonNode known = ok(server.post(DECIDE, "{\"key\":\"k1\"}"), 200);
    assertThat(known.get("predictionId").stringValue()).isNotEmpty();
    assertThat(known.get("key").stringValue()).isEqualTo("k1");
    assertThat(known.get("score").doubleValue()).isEqualTo(0.1);
    assertThat(known.get("decision").stringValue()).isEqualTo("no");
    assertThat(known.get("version").isNull()).isTrue();
    assertThat(known.get("degraded").booleanValue()).isTrue();
    assertThat(known.get("variant").stringValue()).isEqualTo("fallback");

    JsonNode integer = ok(server.post(DECIDE, "{\"key\":17850}"), 200);
    assertThat(integer.get("key").stringValue()).isEqualTo("17850");
    assertThat(integer.get("score").doubleValue()).isEqualTo(0.8);
    assertThat(integer.get("decision").stringValue()).isEqualTo("yes");

    JsonNode given =
        ok(
            server.post(DECIDE, "{\"key\":\"k1\",\"inputs\":{\"logins_time_since_last\":null}}"),
            200);
    assertThat(given.get("score").doubleValue()).isEqualTo(0.8);
    assertThat(server.get("/health/ready").statusCode()).isEqualTo(200);
    assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void namesWhatIsWrongWithADecideRequest() throws Exception {
    problem(
        server.post(DECIDE, "{\"key\":\"k1\",\"inputs\":{\"logins_count_7dd\":1}}"),
        400,
        "logins_count_7dd",
        "logins_count_7d'");
    problem(server.post(DECIDE, "{\"key\":\"k1\",\"explian\":true}"), 400, "explian", "'explain'");
    problem(server.post(DECIDE, "{\"id\":\"x\"}"), 400, "body.key", "missing");
    problem(server.post(DECIDE, "{\"key\":\"\\ud800\"}"), 400, "body.key", "surrogate");
    problem(server.post(DECIDE, "{\"key\":\"k1\",\"id\":\"\\udbff\"}"), 400, "body.id");
    problem(server.post(DECIDE, "{\"key\":\"k1\",\"at\":\"yesterday\"}"), 400, "yesterday");
    problem(server.post(DECIDE, "{\"key\":\"k1\"} {}"), 400, "follows");
    problem(server.post("/v1/usecases/smal/decide", "{\"key\":\"k1\"}"), 404, "'small'");
    ok(server.post(EVENTS, event("n1", "k1", "2024-05-08T00:00:00Z")), 202);
    problem(
        server.post(DECIDE, "{\"key\":\"k1\",\"at\":\"2024-05-01T00:00:00Z\"}"), 422, "retained");
    problem(server.get("/v1/usecases/small/features/k1?at=2024-05-01T00:00:00Z"), 422, "retained");
    problem(server.post(DECIDE, "{\"key\":\"" + "x".repeat(70_000) + "\"}"), 413, "65536");
  }

  @Test
  void theSameIdIsTheSameDecision() throws Exception {
    String body = "{\"key\":\"k1\",\"id\":\"order 7\"}";
    HttpResponse<String> first = server.post(DECIDE, body);
    HttpResponse<String> second = server.post(DECIDE, body);
    assertThat(second.body()).isEqualTo(first.body());
    String other =
        ok(server.post(DECIDE, "{\"key\":\"k1\"}"), 200).get("predictionId").stringValue();
    assertThat(other).isNotEqualTo(ok(first, 200).get("predictionId").stringValue());
  }

  @Test
  void aBadItemDoesNotSpoilTheBatch() throws Exception {
    JsonNode items =
        ok(
                server.post(
                    DECIDE + ":batch",
                    "{\"items\":[{\"key\":\"k1\"},{\"kee\":\"k2\"},{\"key\":\"k2\","
                        + "\"inputs\":{\"agee\":1}},{\"key\":\"k2\"}]}"),
                200)
            .get("items");
    assertThat(items.size()).isEqualTo(4);
    assertThat(items.get(0).get("key").stringValue()).isEqualTo("k1");
    assertThat(items.get(1).get("error").get("errors").toString())
        .contains("items[1].kee", "'key'");
    assertThat(items.get(2).get("error").get("errors").toString()).contains("agee", "'age'");
    assertThat(items.get(3).get("key").stringValue()).isEqualTo("k2");
    problem(server.post(DECIDE + ":batch", "[]"), 400, "items");
  }

  @Test
  void tellsADecisionAgain() throws Exception {
    JsonNode made = ok(server.post(DECIDE, "{\"key\":\"k1\"}"), 200);
    JsonNode again =
        ok(server.get("/v1/predictions/" + made.get("predictionId").stringValue()), 200);
    made.properties()
        .forEach(
            one -> assertThat(again.get(one.getKey())).as(one.getKey()).isEqualTo(one.getValue()));
    assertThat(again.get("features").get("plan").stringValue()).isEqualTo("pro");
    problem(server.get("/v1/predictions/small-999999999"), 404, "small-999999999");
    problem(server.get("/v1/predictions/nonsense"), 404, "nonsense");
  }

  @Test
  void takesEventsOnce() throws Exception {
    String array =
        "["
            + event("b1", "k1", "2024-05-05T00:00:00Z")
            + ","
            + event("b2", "k1", "2024-05-05T01:00:00Z")
            + "]";
    JsonNode taken = ok(server.post(EVENTS, array), 202);
    assertThat(taken.get("rows").intValue()).isEqualTo(2);
    assertThat(taken.get("repeated").intValue()).isZero();
    assertThat(count("k1")).isEqualTo(4);

    String lines =
        event("b2", "k1", "2024-05-05T01:00:00Z")
            + "\n"
            + event("b3", "k1", "2024-05-05T02:00:00Z")
            + "\n";
    JsonNode more = ok(server.post(EVENTS, NDJSON, lines), 202);
    assertThat(more.get("rows").intValue()).isEqualTo(2);
    assertThat(more.get("repeated").intValue()).isEqualTo(1);
    assertThat(count("k1")).isEqualTo(5);

    problem(server.post(EVENTS, event("b3", "k1", "2024-05-05T03:00:00Z")), 409, "row 1", "id");
    // Known from the file.
    problem(server.post(EVENTS, event("a1", "k1", "2024-05-05T03:00:00Z")), 409, "row 1", "id");
    assertThat(count("k1")).isEqualTo(5);
  }

  @Test
  void aBadRowRefusesTheWholePost() throws Exception {
    String good = event("c1", "k1", "2024-05-05T00:00:00Z");
    problem(
        server.post(EVENTS, NDJSON, good + "\n" + good.replace("minutes", "minuts")),
        400,
        "row 2.minuts",
        "'minutes'");
    problem(
        server.post(EVENTS, NDJSON, good + "\n{\"id\":\"c2\"}"), 400, "row 2.customer", "row 2.at");
    problem(server.post(EVENTS, NDJSON, good + "\n{\"id\":"), 400, "line 2");
    problem(server.post(EVENTS, ""), 400, "no rows");
    problem(server.post(EVENTS, "text/plain", good), 415, "application/x-ndjson");
    problem(server.post(DECIDE, "text/plain", "{\"key\":\"k1\"}"), 415, "application/json");
    problem(server.post("/v1/sources/login/events", good), 404, "'logins'");
    assertThat(count("k1")).isEqualTo(2);
    problem(server.post(EVENTS, " ".repeat((32 << 20) + 1)), 413, "33554432");
    assertThat(count("k1")).isEqualTo(2);
  }

  @Test
  void takesOutcomes() throws Exception {
    JsonNode made =
        ok(server.post(DECIDE, "{\"key\":\"k1\",\"at\":\"2024-05-06T01:00:00Z\"}"), 200);
    String id = made.get("predictionId").stringValue();
    assertThat(
            ok(
                    server.post(
                        OUTCOMES, "{\"predictionId\":\"%s\",\"outcome\":true}".formatted(id)),
                    202)
                .get("rows")
                .intValue())
        .isEqualTo(1);
    String byKey =
        "{\"key\":\"k1\",\"at\":\"2024-05-06T01:00:00Z\",\"outcome\":false,\"id\":\"o1\"}";
    ok(server.post(OUTCOMES, byKey), 202);
    assertThat(ok(server.post(OUTCOMES, NDJSON, byKey), 202).get("repeated").intValue())
        .isEqualTo(1);
    problem(server.post(OUTCOMES, byKey.replace("false", "true")), 409, "row 1.id");
    problem(
        server.post(OUTCOMES, "{\"predictionId\":\"small-77777\",\"outcome\":true}"),
        400,
        "small-77777");
    problem(
        server.post(OUTCOMES, "{\"key\":\"k1\",\"at\":\"2024-05-06T02:00:00Z\",\"outcome\":true}"),
        400,
        "'k1'");
    problem(
        server.post(OUTCOMES, "{\"predictionId\":\"%s\",\"outcome\":\"maybe\"}".formatted(id)),
        400,
        "maybe");
    problem(
        server.post(OUTCOMES, "[{\"predictionID\":\"x\",\"outcome\":true}]"),
        400,
        "'predictionId'");
  }

  @Test
  void tellsFeatures() throws Exception {
    JsonNode answer = ok(server.get("/v1/usecases/small/features/k1?at=2024-05-06T12:00:00Z"), 200);
    assertThat(answer.get("key").stringValue()).isEqualTo("k1");
    assertThat(answer.get("at").stringValue()).isEqualTo("2024-05-06T12:00:00Z");
    JsonNode features = answer.get("features");
    assertThat(features.get("logins_count_30d").doubleValue()).isEqualTo(2);
    assertThat(features.get("tv_minutes_30d").doubleValue()).isEqualTo(10.5);
    assertThat(features.get("logins_minutes_mean_30d").doubleValue()).isEqualTo((10.5 + 2.25) / 2);
    assertThat(features.get("logins_time_since_last").doubleValue()).isEqualTo(74 * 3600);
    assertThat(features.get("trend").doubleValue()).isEqualTo(1);
    assertThat(features.get("plan").stringValue()).isEqualTo("pro");
    JsonNode nobody = ok(server.get("/v1/usecases/small/features/no%20body"), 200);
    assertThat(nobody.get("key").stringValue()).isEqualTo("no body");
    assertThat(nobody.get("known").booleanValue()).isFalse();
    assertThat(nobody.get("features").get("logins_count_7d").doubleValue()).isZero();
    assertThat(nobody.get("features").get("trend").isNull()).isTrue();
    problem(server.get("/v1/usecases/small/features/k1?at=noon"), 400, "noon");
  }

  @Test
  void describesItself() throws Exception {
    server.post(DECIDE, "{\"key\":\"k1\"}");
    assertThat(server.get("/metrics").body()).containsPattern("(?m)^gnomon_[a-z_]+\\S* \\S+$");
    JsonNode paths = ok(server.get("/openapi.json"), 200).get("paths");
    assertThat(paths.propertyNames())
        .contains( // the surfaces of control beside them stand in the table of who may call what
            "/",
            "/usecases/{name}",
            "/usecases/{name}/versions/{version}/report",
            "/features",
            "/features/{view}",
            "/v1/usecases/{name}/decide",
            "/v1/usecases/{name}/decide:batch",
            "/v1/predictions/{id}",
            "/v1/sources/{name}/events",
            "/v1/sources/{name}/checks",
            "/v1/sources/{name}/quarantine:replay",
            "/v1/usecases/{name}/outcomes",
            "/v1/usecases/{name}/features/{key}",
            "/v1/usecases/{name}/features/{key}/explain",
            "/v1/models",
            "/get-online-features",
            "/push",
            "/write-to-online-store",
            "/v2",
            "/v2/",
            "/v2/health/live",
            "/v2/health/ready",
            "/v2/models/{name}",
            "/v2/models/{name}/ready",
            "/v2/models/{name}/stats",
            "/v2/models/{name}/infer",
            "/v2/models/{name}/versions/{version}",
            "/v2/models/{name}/versions/{version}/ready",
            "/v2/models/{name}/versions/{version}/stats",
            "/v2/models/{name}/versions/{version}/infer",
            "/v2/repository/index",
            "/v2/repository/models/{name}/load",
            "/v2/repository/models/{name}/unload",
            "/health",
            "/health/live",
            "/health/ready",
            "/metrics",
            "/login",
            "/logout",
            "/openapi.json");
    assertThat(paths.get("/v1/usecases/{name}/decide").propertyNames()).containsExactly("post");
  }

  @Test
  void refusesWhatIsNotForIt() throws Exception {
    problem(server.get("/v1/nothing"), 404, "openapi");
    HttpResponse<String> wrong = server.get(DECIDE);
    problem(wrong, 405, "POST");
    assertThat(wrong.headers().firstValue("allow")).hasValue("POST");
    assertThat(server.post("/metrics", "{}").headers().firstValue("allow")).hasValue("GET");
    for (String origin : List.of("https://evil.example", "null", "http://localhost.evil.example")) {
      problem(
          server.send(HttpRequest.newBuilder(server.uri("/metrics")).header("Origin", origin)),
          403);
    }
    assertThat(
            server
                .send(
                    HttpRequest.newBuilder(server.uri("/metrics"))
                        .header("Origin", "http://localhost:3000"))
                .statusCode())
        .isEqualTo(200);
    for (String host : List.of("evil.example", "127.0.0.1.evil.example:8080", "evil.example:127")) {
      assertThat(raw("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 403")
          .contains("application/problem+json", "\"detail\"");
    }
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private int count(String key) throws Exception {
    return ok(server.get("/v1/usecases/small/features/" + key + "?at=2024-05-06T12:00:00Z"), 200)
        .get("features")
        .get("logins_count_30d")
        .intValue();
  }

  private static String event(String id, String key, String at) {
    return "{\"id\":\"%s\",\"customer\":\"%s\",\"at\":\"%s\",\"loaded\":\"%s\",\"minutes\":3.5}"
        .formatted(id, key, at, at);
  }
}
