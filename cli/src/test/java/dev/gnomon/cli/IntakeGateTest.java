package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The checks of the use-case file on posted rows and on inputs, through HTTP and the command line.
class IntakeGateTest {
  private static final String EVENTS = "/v1/sources/logins/events";
  private static final String NDJSON = "application/x-ndjson";
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-05-06T00:00:00Z"));

  @TempDir private Path folder;

  private Path world(int mostMinutes) throws IOException {
    Path file = SmallWorld.write(folder);
    String checks =
        """
          checks:
            customers:
              - {column: age, between: [18, 100]}
              - {column: plan, in: [basic, pro], on-failure: block}
            logins:
              - {column: minutes, between: [0, %d], on-failure: quarantine}
              - {column: device, in: [tv, web], on-failure: block}
              - {column: minutes, missing-at-most: 0.2, on-failure: block}
        features:
        """
            .formatted(mostMinutes);
    Files.writeString(file, Files.readString(file).replace("features:\n", checks));
    return file;
  }

  private LiveServer server(int mostMinutes) throws IOException {
    return new LiveServer(
        world(mostMinutes), ArrivalClock.replay(Instant.parse("2024-05-06T00:00:00Z")));
  }

  private static String row(String id, String minutes, String device) {
    return "{\"id\":\"%s\",\"customer\":\"k1\",\"at\":\"2024-05-05T10:00:00Z\",\"loaded\":\"2024-05-05T10:00:00Z\",\"minutes\":%s,\"device\":\"%s\"}\n"
        .formatted(id, minutes, device);
  }

  private static JsonNode ok(HttpResponse<String> answer, int status) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return LiveServer.json(answer);
  }

  private static int logins(LiveServer server) throws Exception {
    return ok(server.get("/v1/usecases/small/features/k1"), 200)
        .get("features")
        .get("logins_count_30d")
        .intValue();
  }

  @Test
  void aRowSetAsideIsKeptSeenByNothingAndTakenOnceTheCheckIsCorrected() throws Exception {
    String post = row("b1", "5", "tv") + row("b2", "900", "tv") + row("b3", "7", "web");
    try (LiveServer server = server(600)) {
      JsonNode taken = ok(server.post(EVENTS, NDJSON, post), 202);
      assertThat(taken.get("rows").intValue()).isEqualTo(3);
      assertThat(taken.get("repeated").intValue()).isZero();
      assertThat(taken.get("quarantined").intValue()).isEqualTo(1);
      assertThat(taken.get("reasons").toString())
          .isEqualTo("[{\"reason\":\"not minutes between 0 and 600\",\"row\":2}]");
      assertThat(logins(server)).isEqualTo(4);
      JsonNode again = ok(server.post(EVENTS, NDJSON, post), 202);
      assertThat(again.get("repeated").intValue()).isEqualTo(3);
      assertThat(again.get("quarantined").intValue()).isEqualTo(1);
      JsonNode stands = ok(server.get("/v1/sources/logins/checks"), 200);
      assertThat(stands.get("quarantined").intValue()).isEqualTo(1);
      assertThat(stands.get("checks").get(0).get("failing").intValue()).isEqualTo(2);
      assertThat(server.get("/metrics").body())
          .contains("gnomon_quarantine_rows{source=\"logins\"} 1.0")
          .contains("gnomon_intake_check_failures_total{check=\"minutes between 0 and 600\"");
      // The check is as it was: the row stays.
      JsonNode still = ok(server.post("/v1/sources/logins/quarantine:replay", "{}"), 200);
      assertThat(still.get("taken").intValue()).isZero();
      assertThat(still.get("failing").toString()).contains("not minutes between 0 and 600");
      assertThat(server.failures).isEmpty();
    }
    try (LiveServer server = server(1_000)) {
      assertThat(logins(server)).isEqualTo(4);
      JsonNode replayed = ok(server.post("/v1/sources/logins/quarantine:replay", "{}"), 200);
      assertThat(replayed.get("taken").intValue()).isEqualTo(1);
      assertThat(replayed.get("failing").isEmpty()).isTrue();
      assertThat(logins(server)).isEqualTo(5);
      assertThat(
              ok(server.post("/v1/sources/logins/quarantine:replay", "{}"), 200)
                  .get("taken")
                  .intValue())
          .isZero();
      assertThat(server.failures).isEmpty();
    }
    try (LiveServer server = server(1_000)) {
      assertThat(logins(server)).isEqualTo(5);
      // The row became known when it was let in, not when it said: earlier decisions lacked it.
      assertThat(
              ok(server.get("/v1/usecases/small/features/k1?at=2024-05-05T12:00:00Z"), 200)
                  .get("features")
                  .get("logins_count_30d")
                  .intValue())
          .isEqualTo(4);
    }
  }

  @Test
  void aBlockingCheckRefusesThePostWithEveryProblem() throws Exception {
    try (LiveServer server = server(600)) {
      HttpResponse<String> refused =
          server.post(
              EVENTS,
              NDJSON,
              row("c1", "5", "radio") + row("c2", "900", "tv") + row("c3", "5", "pager"));
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.headers().firstValue("content-type")).hasValue("application/problem+json");
      assertThat(LiveServer.json(refused).get("errors").size()).isEqualTo(2);
      assertThat(refused.body()).contains("row 1.device", "'radio'", "row 3.device", "[tv, web]");
      assertThat(logins(server)).isEqualTo(2);
      assertThat(ok(server.get("/v1/sources/logins/checks"), 200).get("quarantined").intValue())
          .isZero();
      ok(server.post(EVENTS, NDJSON, row("c1", "5", "tv")), 202);
      assertThat(logins(server)).isEqualTo(3);
    }
  }

  @Test
  void aRateIsJudgedOverRecentRowsAndCanRecover() throws Exception {
    try (LiveServer server = server(600)) {
      // Fewer than a hundred rows tell nothing of a rate.
      ok(server.post(EVENTS, NDJSON, rows("d", 0, 50, "null")), 202);
      ok(server.post(EVENTS, NDJSON, rows("d", 50, 300, "5")), 202);
      HttpResponse<String> refused = server.post(EVENTS, NDJSON, rows("d", 350, 60, "null"));
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.body()).contains("110 of the last 410 rows", "missing at most 0.2");
      // What was refused does not count, and rows with values always pass.
      ok(server.post(EVENTS, NDJSON, rows("d", 410, 10, "5")), 202);
      ok(server.post(EVENTS, NDJSON, rows("d", 420, 20, "null")), 202);
      assertThat(logins(server)).isEqualTo(2 + 380);
    }
  }

  private static String rows(String prefix, int from, int count, String minutes) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> row(prefix + i, minutes, "tv"))
        .collect(Collectors.joining());
  }

  @Test
  void inputsThatFailMarkTheDecisionOrRefuseIt() throws Exception {
    String decide = "/v1/usecases/small/decide";
    try (LiveServer server = server(600)) {
      JsonNode marked = ok(server.post(decide, "{\"key\":\"k1\",\"inputs\":{\"age\":12}}"), 200);
      assertThat(marked.get("degraded").booleanValue()).isTrue();
      HttpResponse<String> refused =
          server.post(decide, "{\"key\":\"k1\",\"inputs\":{\"plan\":\"gold\",\"age\":30}}");
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.body()).contains("inputs.plan", "'gold'", "[basic, pro]");
      JsonNode batch =
          ok(
              server.post(
                  decide + ":batch",
                  "{\"items\":[{\"key\":\"k1\",\"inputs\":{\"plan\":\"gold\"}},{\"key\":\"k1\"}]}"),
              200);
      assertThat(batch.at("/items/0/error/errors/0/place").stringValue()).isEqualTo("inputs.plan");
      assertThat(batch.at("/items/1/key").stringValue()).isEqualTo("k1");
      assertThat(server.get("/metrics").body())
          .containsPattern(
              "gnomon_input_check_failures_total\\{check=\"age between 18 and 100\"[^}]*\\} 1.0")
          .contains("gnomon_input_psi{feature=\"age\",usecase=\"small\"} NaN");
    }
  }

  @Test
  void theCommandsListShowReplayAndDrop() throws Exception {
    try (LiveServer server = server(600)) {
      ok(server.post(EVENTS, NDJSON, row("e1", "700", "tv") + row("e2", "9000", "tv")), 202);
      assertThat(run(1, "replay")).contains("in use by process"); // the server
    }
    assertThat(run(0, "list")).contains("logins", "posted", "2", "not minutes between 0 and 600");
    assertThat(run(0, "show", "logins")).contains("minutes=700", "minutes=9000");
    world(1_000);
    JsonNode replayed = JsonMapper.shared().readTree(run(0, "replay", "--json"));
    assertThat(replayed.at("/posted/logins/taken").intValue()).isEqualTo(1);
    assertThat(replayed.at("/posted/logins/failing").toString())
        .contains("not minutes between 0 and 1000");
    assertThat(run(0, "drop", "logins", "--reason", "another")).contains("0 rows dropped, 1 left");
    assertThat(run(0, "drop", "logins")).contains("1 rows dropped, 0 left");
    assertThat(run(0, "list")).contains("no rows are set aside");
    assertThat(run(2, "show", "login")).contains("logins");
    try (LiveServer server = server(1_000)) {
      assertThat(logins(server)).isEqualTo(3);
    }
  }

  @Test
  void rowsOfFilesComeBackWithTheCheckCorrected() throws Exception {
    Path file = world(8);
    assertThat(Main.run(new Recorded(false).terminal, CLOCK, "check", file.toString())).isZero();
    assertThat(run(0, "list")).contains("in files", "not minutes between 0 and 8");
    assertThat(run(0, "replay")).contains("1 rows of files stay: not minutes between 0 and 8");
    world(600);
    assertThat(run(0, "replay")).contains("no rows are set aside any more");
    assertThat(run(0, "list")).contains("no rows are set aside");
  }

  private String run(int exitCode, String command, String... more) {
    Recorded recorded = new Recorded(false);
    String[] arguments = new String[more.length + 3];
    arguments[0] = "quarantine";
    arguments[1] = command;
    arguments[2] = folder.resolve("usecase.yaml").toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    assertThat(Main.run(recorded.terminal, CLOCK, arguments))
        .as(recorded.err() + recorded.out())
        .isEqualTo(exitCode);
    return exitCode == 0 ? recorded.out() : recorded.err();
  }
}
