package dev.gnomon.server.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.core.Home;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Security;
import dev.gnomon.tracking.Tracking;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Bodies that are JSON but not of this world, sent to every route of MLflow's surface that reads
/// one.
@SuppressWarnings("NullAway.Init") // opened before each test
class BodyLimitsTest {
  private static final String API = "/api/2.0/mlflow";
  private static final int DEEP = 10_000;
  private static final int ALLOWED = 64;

  @TempDir private Path folder;
  private Tracking tracking;
  private Artifacts artifacts;
  private List<Route> routes;
  private MlflowServer server;
  private String run = "";

  @BeforeEach
  void open() throws SQLException {
    tracking = Databases.SQLITE.open(folder);
    artifacts =
        Artifacts.open(folder.resolve("artifacts").toString(), Map.of(), InstantSource.system());
    List<Route> all = new ArrayList<>(new MlflowRoutes(tracking).routes());
    all.addAll(
        new ArtifactRoutes(
                artifacts,
                tracking,
                folder.resolve("links.key"),
                InstantSource.system(),
                false,
                note -> {})
            .routes());
    server = new MlflowServer(all, Security.of(new Home(folder)));
    routes =
        all.stream().filter(route -> route.accepts() == Route.Accepts.JSON_OR_UNSTATED).toList();
    run = tracking.createRun("0", "test", "one", null, List.of()).info().id();
  }

  @AfterEach
  void close() {
    server.close();
    artifacts.close();
    tracking.close();
  }

  private static String arrays(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private static String objects(int depth) {
    return "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
  }

  private static String within(String field, String value) {
    return "{\"%s\":%s}".formatted(field, value);
  }

  @Test
  void refusesDeepNestingOnEveryRoute() throws Exception {
    assertThat(routes).hasSizeGreaterThan(100);
    Map<String, String> bodies = new LinkedHashMap<>();
    bodies.put("arrays", arrays(DEEP));
    bodies.put("objects", objects(DEEP));
    bodies.put("arrays in a field that nobody reads", within("more", arrays(DEEP)));
    bodies.put("objects in a field that nobody reads", within("more", objects(DEEP)));
    bodies.put("arrays in a name", within("name", arrays(DEEP)));
    bodies.put("objects in tags", within("tags", "[" + objects(DEEP) + "]"));
    bodies.put("both by turns", "[{\"a\":".repeat(DEEP) + "1" + "}]".repeat(DEEP));
    bodies.put("never closed", "{\"a\":[".repeat(DEEP));
    bodies.put("one too many", within("more", arrays(ALLOWED)));
    bodies.put(
        "encoded twice", JsonMapper.shared().writeValueAsString(within("more", objects(DEEP))));
    List<String> wrong = new ArrayList<>();
    for (Route route : routes) {
      // Under its second address a call is the same.
      long most = route.pattern().startsWith("/api/2.0") ? bodies.size() : 1;
      for (var one : bodies.entrySet().stream().limit(most).toList()) {
        MlflowServer.Answered answer = server.send(route.method(), address(route), one.getValue());
        if (answer.status() != 400
            || !answer.body().contains("\"BAD_REQUEST\"")
            || !answer.body().contains("64 levels of nesting")) {
          wrong.add(
              "%s %s, %s: %s".formatted(route.method(), route.pattern(), one.getKey(), answer));
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(server.failures).isEmpty();
  }

  @Test
  void readsWhatIsAsDeepAsAllowed() throws Exception {
    MlflowServer.Answered answer =
        post("/runs/search", "{\"experiment_ids\":[\"0\"],\"more\":%s}".formatted(arrays(63)));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  /// The description of a model is JSON in a text.
  @Test
  void refusesDeepNestingOfAModelsDescription() throws Exception {
    for (int depth : new int[] {1, 98, 99, 100, 101, 499, 500, 501, DEEP}) {
      String model =
          "{\"artifact_path\":\"m\",\"flavors\":%s,\"utc_time_created\":\"x\",\"run_id\":\"r\"}"
              .formatted(arrays(depth));
      MlflowServer.Answered answer =
          post(
              "/runs/log-model",
              JsonMapper.shared().writeValueAsString(Map.of("run_id", run, "model_json", model)));
      assertThat(answer.status()).as(depth + answer.body()).isEqualTo(depth < 100 ? 200 : 400);
    }
    // What a client wrote there itself.
    for (int depth : new int[] {100, 500, 3_000}) {
      String tag =
          "{\"run_id\":\"%s\",\"key\":\"mlflow.log-model.history\",\"value\":\"%s\"}"
              .formatted(run, arrays(depth));
      assertThat(post("/runs/set-tag", tag).status()).isEqualTo(200);
      assertThat(
              post(
                      "/runs/log-model",
                      "{\"run_id\":\"%s\",\"model_json\":\"%s\"}"
                          .formatted(
                              run,
                              "{'artifact_path':'m','flavors':{},'utc_time_created':'x','run_id':'r'}"
                                  .replace("'", "\\\"")))
                  .status())
          .isEqualTo(200);
    }
    assertThat(server.failures).isEmpty();
  }

  @Test
  void takesManyFieldsThatNobodyReads() throws Exception {
    String many =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "\"k%d\":%d".formatted(i, i))
            .collect(Collectors.joining(",", "{", ""));
    assertThat(post("/runs/create", many + ",\"run_name\":\"many\"}").status()).isEqualTo(200);
    // Names that all have one hash code.
    String same =
        IntStream.range(0, 1 << 15)
            .mapToObj(BodyLimitsTest::colliding)
            .collect(Collectors.joining(",", "{", ""));
    assertThat(post("/runs/create", same + ",\"run_name\":\"same\"}").status()).isEqualTo(200);
    assertThat(post("/runs/create", many + ",\"k7\":1}").status()).isEqualTo(400);
    assertThat(server.failures).isEmpty();
  }

  private static String colliding(int number) {
    StringBuilder out = new StringBuilder("\"");
    for (int bit = 0; bit < 15; bit++) {
      out.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return out.append("\":1").toString();
  }

  @Test
  void hasAnAnswerForEveryOddBody() throws Exception {
    Map<String, String> refused = new LinkedHashMap<>();
    refused.put("a name twice", "{\"run_name\":\"a\",\"run_name\":\"b\"}");
    refused.put("the same name in other letters", "{\"run_name\":\"a\",\"run_\\u006eame\":\"b\"}");
    refused.put("a name twice below", "{\"tags\":[{\"key\":\"a\",\"key\":\"b\",\"value\":\"c\"}]}");
    refused.put("a long number", within("start_time", "9".repeat(401)));
    refused.put("a long number that nobody reads", within("more", "9".repeat(401)));
    refused.put("a long name", within("k".repeat(10_001), "1"));
    refused.put("a large number", within("start_time", "1e308"));
    refused.put("beyond all numbers", within("start_time", "1e999999999"));
    refused.put("beyond 64 bits", within("start_time", "9223372036854775808"));
    refused.put("half a character", within("run_name", "\"\\ud800\""));
    refused.put("the other half", within("run_name", "\"a\\udc00\""));
    refused.put("half a character in a name", within("\\ud800", "1"));
    refused.put("NUL in a text", within("run_name", "\"a\\u0000b\""));
    refused.put("NUL in a key", "{\"tags\":[{\"key\":\"a\\u0000\",\"value\":\"c\"}]}");
    refused.put("half a character in a key", "{\"tags\":[{\"key\":\"\\ud800\",\"value\":\"c\"}]}");
    refused.put("raw NUL", "{\"run_name\":\"a\0b\"}");
    refused.put("two objects", "{}{}");
    refused.put("a text", "\"\\\"\\\\\\\"{}\\\\\\\"\\\"\"");
    refused.put("a number", "1");
    refused.put("nothing but space", " ");
    for (var one : refused.entrySet()) {
      MlflowServer.Answered answer = post("/runs/create", one.getValue());
      assertThat(answer.status()).as(one.getKey() + answer.body()).isEqualTo(400);
      assertThat(JsonMapper.shared().readTree(answer.body()).path("message").stringValue())
          .as(one.getKey())
          .isNotEmpty();
    }
    Map<String, String> taken = new LinkedHashMap<>();
    taken.put("a number that nobody reads", within("more", "1e999999999"));
    taken.put("NUL in a name that nobody reads", within("a\\u0000b", "1"));
    taken.put("an empty name", within("", "1"));
    taken.put("a whole character in halves", within("run_name", "\"\\ud83d\\ude00\""));
    for (var one : taken.entrySet()) {
      MlflowServer.Answered answer = post("/runs/create", one.getValue());
      assertThat(answer.status()).as(one.getKey() + answer.body()).isEqualTo(200);
    }
    JsonNode metric =
        JsonMapper.shared()
            .readTree(
                post(
                        "/runs/log-metric",
                        within(
                                "run_id",
                                "\"%s\",\"key\":\"m\",\"timestamp\":1,\"value\":1e999999999")
                            .formatted(run))
                    .body());
    assertThat(metric.isEmpty() || metric.has("error_code")).as(metric.toString()).isTrue();
    assertThat(server.failures).isEmpty();
  }

  private MlflowServer.Answered post(String path, String body) throws Exception {
    return server.send("POST", API + path, body);
  }

  private static String address(Route route) {
    return route.pattern().replaceAll("\\{[^}]*}", "x");
  }
}
