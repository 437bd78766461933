package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.server.security.Security;
import dev.gnomon.server.telemetry.SlowDecision;
import dev.gnomon.server.telemetry.Telemetry;
import dev.gnomon.server.telemetry.Tracing;
import dev.gnomon.serving.ArrivalClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a server tells its operator, as text and for machines.
class ServerLogTest {
  private static final Instant NOON = Instant.parse("2024-05-06T12:00:00Z");
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  @TempDir private Path folder;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private ServerLog log(ServerLog.Form form) {
    return new ServerLog(
        new PrintStream(bytes, true, StandardCharsets.UTF_8), form, InstantSource.fixed(NOON));
  }

  private List<String> lines() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private List<JsonNode> objects() {
    return lines().stream().map(line -> JsonMapper.shared().readTree(line)).toList();
  }

  @Test
  void writesOneObjectALine() {
    ServerLog log = log(ServerLog.Form.JSON);
    log.note("two\nlines, \"quoted\" \u0001");
    log.failed(new IllegalStateException("broken\nhere"));
    log.slow(
        new SlowDecision(
            "small", "small.1", TRACE, Duration.ofMillis(1_500), Duration.ofSeconds(1), 3));
    List<JsonNode> objects = objects();
    assertThat(objects).hasSize(3);
    for (JsonNode one : objects) {
      assertThat(one.get("time").stringValue()).isEqualTo("2024-05-06T12:00:00Z");
    }
    assertThat(objects.get(0).get("event").stringValue()).isEqualTo("note");
    assertThat(objects.get(0).get("message").stringValue())
        .isEqualTo("two\nlines, \"quoted\" \u0001");
    assertThat(objects.get(1).get("level").stringValue()).isEqualTo("error");
    assertThat(objects.get(1).get("stack").stringValue()).contains("ServerLogTest");
    JsonNode slow = objects.get(2);
    assertThat(slow.get("level").stringValue()).isEqualTo("warn");
    assertThat(slow.get("event").stringValue()).isEqualTo("slow-decision");
    assertThat(slow.get("predictionId").stringValue()).isEqualTo("small.1");
    assertThat(slow.get("usecase").stringValue()).isEqualTo("small");
    assertThat(slow.get("traceId").stringValue()).isEqualTo(TRACE);
    assertThat(slow.get("millis").doubleValue()).isEqualTo(1_500);
    assertThat(slow.get("untold").longValue()).isEqualTo(3);
  }

  @Test
  void textSaysTheSame() {
    ServerLog log = log(ServerLog.Form.TEXT);
    log.note("hello");
    log.slow(
        new SlowDecision(
            "small", "small.1", "", Duration.ofMillis(1_500), Duration.ofSeconds(1), 0));
    assertThat(lines()).containsExactly("hello", "small.1 took 1500.0 ms; small allows 1000 ms");
  }

  /// The clock alone takes longer than a decision may. One of them is told in a second.
  @Test
  void namesSlowDecisionsOfARunningServer() throws Exception {
    ServerLog log = log(ServerLog.Form.JSON);
    Path file = SmallWorld.write(folder);
    Files.writeString(
        file,
        Files.readString(file)
            .replace("production:\n", "production:\n  serving: {deadline: 1ms, last-good: 0s}\n"));
    InstantSource slow =
        () -> {
          long until = System.nanoTime() + 2_000_000;
          while (System.nanoTime() < until) {
            Thread.onSpinWait();
          }
          return NOON;
        };
    StringBuilder answers = new StringBuilder();
    int requests = 30;
    try (LiveServer server =
        new LiveServer(
            file,
            ArrivalClock.wall(slow),
            Security.of(LiveServer.home(file)),
            new Telemetry(Tracing.OFF, log::slow))) {
      for (int i = 0; i < requests; i++) {
        answers.append(
            server
                .send(
                    HttpRequest.newBuilder(server.uri("/v1/usecases/small/decide"))
                        .header("Content-Type", "application/json")
                        .header("traceparent", "00-%s-00f067aa0ba902b7-00".formatted(TRACE))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"k1\"}")))
                .body());
      }
    }
    List<JsonNode> objects = objects();
    assertThat(objects).isNotEmpty().hasSizeLessThan(requests);
    long untold = 0;
    for (JsonNode one : objects) {
      assertThat(one.get("event").stringValue()).isEqualTo("slow-decision");
      assertThat(one.get("usecase").stringValue()).isEqualTo("small");
      assertThat(one.get("traceId").stringValue()).isEqualTo(TRACE);
      assertThat(one.get("millis").doubleValue()).isGreaterThanOrEqualTo(2);
      assertThat(answers)
          .contains("\"predictionId\":\"" + one.get("predictionId").stringValue() + "\"");
      untold += one.get("untold").longValue();
    }
    assertThat(objects.size() + untold).isLessThanOrEqualTo(requests);
  }

  @Test
  void namesTheRequestAFailureHappenedIn() throws Exception {
    ServerLog log = log(ServerLog.Form.JSON);
    Path file = SmallWorld.write(folder);
    InstantSource broken =
        new InstantSource() {
          private int calls;

          @Override
          public Instant instant() {
            if (Thread.currentThread().getName().contains("vert.x")) {
              throw new IllegalStateException("the clock stands still " + calls++);
            }
            return NOON;
          }
        };
    try (LiveServer server = new LiveServer(file, ArrivalClock.wall(broken))) {
      assertThat(
              server
                  .send(
                      HttpRequest.newBuilder(server.uri("/v1/usecases/small/decide"))
                          .header("Content-Type", "application/json")
                          .header("traceparent", "00-%s-00f067aa0ba902b7-01".formatted(TRACE))
                          .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"k1\"}")))
                  .statusCode())
          .isEqualTo(500);
      assertThat(server.failures).hasSize(1);
      log.failed(server.failures.element());
    }
    JsonNode failure = objects().getFirst();
    assertThat(failure.get("event").stringValue()).isEqualTo("failure");
    assertThat(failure.get("usecase").stringValue()).isEqualTo("small");
    assertThat(failure.get("traceId").stringValue()).isEqualTo(TRACE);
    assertThat(failure.get("stack").stringValue()).contains("POST /v1/usecases/small/decide");
  }
}
