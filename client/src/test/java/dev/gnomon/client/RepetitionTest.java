package dev.gnomon.client;

import static dev.gnomon.client.RawServer.answer;
import static dev.gnomon.client.RawServer.bytes;
import static dev.gnomon.client.RawServer.hangUp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gnomon.client.RawServer.Asked;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the client does when a server refuses, hangs, hangs up or talks nonsense.
@Timeout(120)
class RepetitionTest {
  private static final String BUSY =
      "{\"type\":\"about:blank\",\"title\":\"Overloaded\",\"status\":503,\"detail\":\"Try"
          + " again.\"}";
  private static final String DECIDED =
      "{\"predictionId\":\"churn-1\",\"key\":\"k1\",\"score\":0.25,\"decision\":\"no\","
          + "\"band\":\"low\",\"threshold\":null,\"expectedCost\":null,\"version\":3,"
          + "\"variant\":\"champion\",\"degraded\":false}";
  private static final String TAKEN = "{\"rows\":1,\"repeated\":0}";
  private static final DecideRequest K1 = DecideRequest.of("k1");
  private static final long MILLI = 1_000_000;

  /// Asked for, in nanoseconds; the test goes on at once.
  private final List<Long> pauses = new ArrayList<>();

  private GnomonClient client(URI uri) {
    return GnomonClient.builder(uri).pause(pauses::add).deadline(Duration.ofSeconds(30)).build();
  }

  private static GnomonException failure(ThrowingCallable call) {
    return catchThrowableOfType(GnomonException.class, call);
  }

  private static List<String> bodies(RawServer server) {
    return server.asked.stream().map(Asked::body).toList();
  }

  @Test
  void asksAgainWithTheSameIdWhenOverloaded() throws Exception {
    try (RawServer server =
        new RawServer(answer(503, BUSY, "Retry-After: 0"), answer(200, DECIDED))) {
      Decision decision = client(server.uri()).decide("churn", K1);
      assertThat(decision.predictionId()).isEqualTo("churn-1");
      assertThat(decision.score()).isEqualTo(0.25);
      assertThat(decision.threshold()).isNaN();
      assertThat(decision.version()).hasValue(3);
      assertThat(decision.cause()).isEmpty();
      List<String> bodies = bodies(server);
      assertThat(bodies).hasSize(2);
      assertThat(bodies.get(0)).matches("\\{\"id\":\"[0-9a-f-]{36}\",\"key\":\"k1\"}");
      assertThat(bodies.get(1)).isEqualTo(bodies.get(0));
      assertThat(pauses).hasSize(1);
      assertThat(pauses.get(0)).isBetween(25 * MILLI, 50 * MILLI);
    }
  }

  @Test
  void asksAgainWhenHungUpOnOrLimited() throws Exception {
    try (RawServer server =
        new RawServer(hangUp(), bytes("HTTP/1.1 200 x\r\nContent-Length: 500\r\n\r\n{\"pred"))
            .then(answer(429, BUSY, "Retry-After: 7"))
            .then(answer(200, DECIDED))) {
      client(server.uri()).decide("churn", K1);
      assertThat(bodies(server)).hasSize(4);
      assertThat(bodies(server).stream().distinct()).hasSize(1);
      assertThat(pauses.get(1)).isBetween(50 * MILLI, 100 * MILLI);
      assertThat(pauses.get(2)).isEqualTo(7_000 * MILLI);
    }
  }

  @Test
  void twoDecisionsAreNotOne() throws Exception {
    try (RawServer server = new RawServer(answer(200, DECIDED), answer(200, DECIDED))) {
      client(server.uri()).decide("churn", K1);
      client(server.uri()).decide("churn", K1);
      assertThat(bodies(server).stream().distinct()).hasSize(2);
    }
  }

  @Test
  void givesUpAtOnceWhenTheDeadlineDoesNotHoldThePause() throws Exception {
    try (RawServer server = new RawServer(answer(503, BUSY, "Retry-After: 60"))) {
      GnomonException failure = failure(() -> client(server.uri()).decide("churn", K1));
      assertThat(failure.status()).isEqualTo(503);
      assertThat(failure.title()).isEqualTo("Overloaded");
      assertThat(pauses).isEmpty();
      assertThat(bodies(server)).hasSize(1);
    }
  }

  @Test
  void givesUpAfterTheStatedRepetitions() throws Exception {
    try (RawServer server = new RawServer()) {
      IntStream.range(0, 9).forEach(i -> server.then(answer(503, BUSY)));
      assertThat(failure(() -> client(server.uri()).decide("churn", K1)).status()).isEqualTo(503);
      assertThat(bodies(server)).hasSize(4);
      server.asked.clear();
      GnomonClient once = GnomonClient.builder(server.uri()).retries(0).build();
      assertThat(failure(() -> once.decide("churn", K1)).status()).isEqualTo(503);
      assertThat(bodies(server)).hasSize(1);
      assertThat(once.ready()).isFalse();
      assertThat(bodies(server)).hasSize(2);
    }
  }

  @Test
  void keepsTheDeadlineWhenTheServerHangs() throws Exception {
    for (String first :
        List.of("", "HTTP/1.1 200", "HTTP/1.1 200 x\r\nContent-Length: 99\r\n\r\n{")) {
      try (RawServer server = new RawServer()) {
        server.then(server.hang(first));
        GnomonException failure =
            failure(() -> client(server.uri()).within(Duration.ofMillis(200)).decide("churn", K1));
        assertThat(failure.status()).isZero();
        assertThat(failure)
            .hasMessageContaining("Deadline exceeded")
            .hasMessageContaining("/v1/usecases/churn/decide")
            .hasMessageContaining("200 ms");
      }
    }
  }

  @Test
  void tellsTheServerHowLongItStillWaits() throws Exception {
    try (RawServer server = new RawServer(answer(503, BUSY), answer(200, DECIDED))) {
      client(server.uri()).within(Duration.ofSeconds(20)).decide("churn", K1);
      List<Integer> left =
          server.asked.stream()
              .map(one -> Integer.valueOf(one.header("X-Request-Timeout-Ms")))
              .toList();
      assertThat(left.get(0)).isBetween(1, 20_000);
      assertThat(left.get(1)).isBetween(1, left.get(0));
    }
  }

  @Test
  void saysClearlyThatAnAnswerIsNone() throws Exception {
    for (String body :
        List.of(
            "",
            "<html>",
            "null",
            "[1]",
            DECIDED.substring(0, 80),
            DECIDED + "x",
            "{}",
            DECIDED.replace("0.25", "\"high\""),
            DECIDED.replace("3", "3.5"),
            "[".repeat(100_000))) {
      try (RawServer server = new RawServer(answer(200, body))) {
        GnomonException failure = failure(() -> client(server.uri()).decide("churn", K1));
        assertThat(failure.title()).as(body).isEqualTo("Unreadable answer");
        assertThat(failure.status()).isEqualTo(200);
        assertThat(failure).hasMessageContaining("POST " + server.uri());
        assertThat(bodies(server)).hasSize(1);
      }
    }
    try (RawServer server = new RawServer()) {
      IntStream.range(0, 4).forEach(i -> server.then(bytes("SSH-2.0-OpenSSH_9.2\r\n\r\n")));
      GnomonException failure = failure(() -> client(server.uri()).decide("churn", K1));
      assertThat(failure.status()).isZero();
      assertThat(failure).hasMessageContaining("No answer").hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void doesNotGatherAnAnswerWithoutEnd() throws Exception {
    byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
    RawServer.Reply endless =
        out -> {
          out.write("HTTP/1.1 200 x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          while (true) { // until the client hangs up
            out.write(blanks);
          }
        };
    try (RawServer server = new RawServer(endless)) {
      GnomonException failure = failure(() -> client(server.uri()).decide("churn", K1));
      assertThat(failure.title()).isEqualTo("Unreadable answer");
      assertThat(failure).hasMessageContaining("longer than");
      assertThat(bodies(server)).hasSize(1);
    }
  }

  @Test
  void tellsWhatIsWrongWithARequest() throws Exception {
    String problem =
        "{\"title\":\"Bad request\",\"status\":400,\"detail\":\"2"
            + " problems\",\"errors\":[{\"place\":\"body.key\",\"found\":\"it is"
            + " blank\",\"valid\":\"1 to 256 characters\"}]}";
    try (RawServer server =
        new RawServer(answer(400, problem), answer(502, "<h1>Bad gateway</h1>"))) {
      GnomonException failure = failure(() -> client(server.uri()).decide("churn", K1));
      assertThat(failure.status()).isEqualTo(400);
      assertThat(failure.detail()).isEqualTo("2 problems");
      assertThat(failure.errors())
          .containsExactly(
              new GnomonException.Problem("body.key", "it is blank", "1 to 256 characters"));
      assertThat(failure).hasMessageContaining("body.key: it is blank");
      failure = failure(() -> client(server.uri()).decide("churn", K1));
      assertThat(failure.status()).isEqualTo(502);
      assertThat(failure.detail()).isEqualTo("<h1>Bad gateway</h1>");
      assertThat(pauses).isEmpty();
    }
  }

  @Test
  void rowsWithoutAnIdAreOnlyRepeatedWhenTheyWereNotTaken() throws Exception {
    List<Map<String, Object>> rows = List.of(Map.of("no", "e1", "minutes", 3));
    try (RawServer server = new RawServer(answer(503, BUSY), hangUp())) {
      assertThat(failure(() -> client(server.uri()).events("logins", rows)).status())
          .isEqualTo(503);
      assertThat(failure(() -> client(server.uri()).events("logins", rows)).status()).isZero();
      assertThat(bodies(server)).hasSize(2);
      server.then(answer(429, BUSY)).then(answer(202, TAKEN));
      assertThat(client(server.uri()).events("logins", rows).rows()).isEqualTo(1);
      server.then(answer(503, BUSY)).then(hangUp()).then(answer(202, TAKEN));
      assertThat(client(server.uri()).events("logins", "no", rows)).isEqualTo(new Taken(1, 0, 0));
      assertThat(bodies(server)).hasSize(7);
      assertThatThrownBy(() -> client(server.uri()).events("logins", "id", rows))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("row 1 of logins has no 'id'");
      assertThat(bodies(server)).hasSize(7);
    }
  }

  @Test
  void outcomesAndBatchesCarryTheirIdsAgain() throws Exception {
    try (RawServer server = new RawServer(hangUp(), answer(202, TAKEN))) {
      client(server.uri()).outcomes("churn", List.of(Outcome.of("churn-1", true)));
      assertThat(bodies(server).get(0)).contains("\"id\":\"").isEqualTo(bodies(server).get(1));
    }
    try (RawServer server = new RawServer(hangUp(), answer(200, "{\"items\":[" + DECIDED + "]}"))) {
      GnomonException failure =
          failure(() -> client(server.uri()).decideBatch("churn", List.of(K1, K1)));
      assertThat(failure).hasMessageContaining("1 items for 2 requests");
      assertThat(bodies(server).get(0)).contains("\"id\":\"").isEqualTo(bodies(server).get(1));
    }
  }

  @Test
  void nobodyListens() throws Exception {
    URI uri;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      uri = URI.create("http://127.0.0.1:" + taken.getLocalPort());
    }
    GnomonException failure = failure(() -> client(uri).decide("churn", K1));
    assertThat(failure.status()).isZero();
    assertThat(failure).hasMessageContaining("No answer").hasMessageContaining(uri.toString());
    assertThat(pauses).hasSize(3);
    assertThat(client(uri).ready()).isFalse();
  }

  @Test
  void anInterruptedCallerStaysInterrupted() throws Exception {
    try (RawServer server = new RawServer()) {
      server.then(server.hang(""));
      Thread.currentThread().interrupt();
      GnomonException failure = failure(() -> client(server.uri()).decide("churn", K1));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(failure).hasMessageContaining("Interrupted");
    }
  }

  @Test
  void sendsTokenAndPathAsTheyAre() throws Exception {
    try (RawServer server = new RawServer(answer(404, BUSY))) {
      GnomonClient client =
          GnomonClient.builder(URI.create(server.uri() + "/behind/proxy/")).token("gn_a.b").build();
      failure(() -> client.features("a b", "k/1+ü?"));
      Asked asked = server.asked.element();
      assertThat(asked.head())
          .startsWith(
              "GET /behind/proxy/v1/usecases/a%20b/features/k%2F1%2B%C3%BC%3F HTTP/1.1\r\n");
      assertThat(asked.header("authorization")).isEqualTo("Bearer gn_a.b");
    }
  }

  @Test
  void refusesWhatCannotBeMeant() {
    for (String uri : List.of("localhost:8080", "ftp://a", "http:///x", "http://a/?q=1", "a")) {
      assertThatThrownBy(() -> GnomonClient.builder(URI.create(uri)))
          .as(uri)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("http://host:port");
    }
    GnomonClient.Builder builder = GnomonClient.builder(URI.create("http://localhost:1"));
    assertThatThrownBy(() -> builder.token("a\r\nX-Evil: 1"))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain("Evil");
    assertThatThrownBy(() -> builder.deadline(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.retries(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.build().prediction(".."))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.build().decide("churn", K1.with("when", new Object())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Object");
  }
}
