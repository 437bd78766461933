package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.client.BatchItem;
import dev.gnomon.client.DecideRequest;
import dev.gnomon.client.Decision;
import dev.gnomon.client.GnomonClient;
import dev.gnomon.client.GnomonException;
import dev.gnomon.client.KeyFeatures;
import dev.gnomon.client.Outcome;
import dev.gnomon.client.Prediction;
import dev.gnomon.client.Taken;
import dev.gnomon.serving.ArrivalClock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Programs of others ask a running server, through a front that refuses each request once.
class ClientsTest {
  private static final Instant NOON = Instant.parse("2024-06-01T12:00:00Z");

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init")
  private LiveServer server;

  @SuppressWarnings("NullAway.Init")
  private RefusingFront front;

  @BeforeEach
  void start() throws IOException {
    // Time goes on from request to request, as it does.
    Instant[] now = {NOON};
    server =
        new LiveServer(
            SmallWorld.write(folder), ArrivalClock.wall(() -> now[0] = now[0].plusMillis(1)));
    front = new RefusingFront(server.port());
  }

  @AfterEach
  void stop() throws IOException {
    front.close();
    server.close();
    assertThat(server.failures).isEmpty();
  }

  private GnomonClient client() {
    return GnomonClient.builder(URI.create("http://127.0.0.1:" + front.port()))
        .deadline(Duration.ofSeconds(30))
        .build();
  }

  @ParameterizedTest
  @CsvSource({"java, java", "sh, curl", "python, python3", "javascript, node"})
  void theExamplesOfThePage(String language, String program) throws Exception {
    assumeTrue(language.equals("java") || onThePath(program), program + " is not on this machine");
    assertThat(new RunnablePage("how-to/clients.md").run(language, front.port())).isEqualTo(1);
    assertThat(front.seen).hasSizeGreaterThanOrEqualTo(3);
    // Nothing was decided twice, though the server had done some of it when it was asked again.
    assertThat(front.seen.values()).allMatch(times -> times == 2);
  }

  private static boolean onThePath(String program) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .anyMatch(one -> Files.isExecutable(Path.of(one, program)));
  }

  @Test
  void decidesOnceThoughItAsksTwice() throws Exception {
    Decision first = client().decide("small", DecideRequest.of("k1"));
    assertThat(first.key()).isEqualTo("k1");
    assertThat(first.score()).isEqualTo(0.1);
    assertThat(first.decision()).hasValue("no");
    assertThat(first.band()).hasValue("low");
    assertThat(first.version()).isEqualTo(OptionalInt.empty());
    assertThat(first.variant()).isEqualTo("fallback");
    assertThat(first.degraded()).isTrue();
    assertThat(first.cause()).hasValue("no version");
    Decision second = client().decide("small", DecideRequest.of("17850"));
    assertThat(second.score()).isEqualTo(0.8);

    // Two requests, each sent twice; one of them the server had decided before it was repeated.
    assertThat(front.seen).hasSize(2);
    assertThat(front.seen.values()).containsOnly(2);
    List<String> known = List.of(first.predictionId(), second.predictionId());
    for (String request : front.seen.keySet()) {
      String body = request.substring(request.indexOf('{'));
      assertThat(
              LiveServer.json(server.post("/v1/usecases/small/decide", body))
                  .get("predictionId")
                  .stringValue())
          .isIn(known);
    }
    assertThat(known.get(0)).isNotEqualTo(known.get(1));

    Prediction again = client().prediction(first.predictionId());
    assertThat(again.decision()).isEqualTo(first);
    assertThat(again.at()).isBetween(NOON, NOON.plusSeconds(60));
    assertThat(again.features()).containsEntry("plan", "pro").containsEntry("age", 31.0);
    GnomonException none =
        catchThrowableOfType(GnomonException.class, () -> client().prediction("small-999999999"));
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.detail()).contains("small-999999999");
  }

  @Test
  void takesInputsOfEveryType() {
    DecideRequest given =
        DecideRequest.of("k1")
            .withId("order 7")
            .at(Instant.parse("2024-06-01T00:00:00Z"))
            .with("plan", "b\"a\\s\nic é😀")
            .with("age", 7)
            .with("logins_time_since_last", null)
            .explained();
    Decision decision = client().decide("small", given);
    assertThat(decision.score()).isEqualTo(0.8);
    assertThat(client().decide("small", given)).isEqualTo(decision);
    Prediction prediction = client().prediction(decision.predictionId());
    assertThat(prediction.at()).isEqualTo(Instant.parse("2024-06-01T00:00:00Z"));
    assertThat(prediction.features())
        .containsEntry("plan", "b\"a\\s\nic é😀")
        .containsEntry("age", 7.0)
        .containsEntry("logins_time_since_last", null);
  }

  @Test
  void theServersWordsReachTheCaller() {
    GnomonException wrong =
        catchThrowableOfType(
            GnomonException.class,
            () -> client().decide("small", DecideRequest.of("k1").with("agee", 1)));
    assertThat(wrong.status()).isEqualTo(400);
    assertThat(wrong.errors()).hasSize(1);
    assertThat(wrong.errors().getFirst().valid()).contains("'age'");
    // Half a pair would have become another key.
    wrong =
        catchThrowableOfType(
            GnomonException.class, () -> client().decide("small", DecideRequest.of("k\ud800")));
    assertThat(wrong.errors().getFirst().place()).isEqualTo("body.key");
  }

  @Test
  void eachItemOfABatchByItself() {
    List<BatchItem> items =
        client()
            .decideBatch(
                "small",
                List.of(
                    DecideRequest.of("k1"),
                    DecideRequest.of("k1").with("agee", 1),
                    DecideRequest.of("k2")));
    assertThat(items).hasSize(3);
    assertThat(((BatchItem.Decided) items.get(0)).decision().key()).isEqualTo("k1");
    assertThat(((BatchItem.Refused) items.get(1)).errors().getFirst().found()).contains("agee");
    assertThat(((BatchItem.Decided) items.get(2)).decision().key()).isEqualTo("k2");
  }

  @Test
  void countsEventsOnce() {
    Map<String, Object> row =
        Map.of(
            "id",
            "n/1",
            "customer",
            "k 1/ü",
            "at",
            NOON.minusSeconds(60),
            "loaded",
            NOON.minusSeconds(30),
            "minutes",
            2.5);
    Taken taken = client().events("logins", "id", List.of(row));
    assertThat(taken.rows()).isEqualTo(1);
    KeyFeatures features = client().features("small", "k 1/ü", NOON.plusSeconds(60));
    assertThat(features.key()).isEqualTo("k 1/ü");
    assertThat(features.known()).isTrue();
    assertThat(features.features())
        .containsEntry("logins_count_30d", 1.0)
        .containsEntry("logins_minutes_mean_30d", 2.5)
        .containsEntry("plan", null);
    assertThat(client().features("small", "k1", NOON).features())
        .containsEntry("logins_count_30d", 1.0);
    assertThat(client().events("logins", "id", List.of(row))).isEqualTo(new Taken(1, 1, 0));
    assertThat(client().features("small", "k 1/ü").features())
        .containsEntry("logins_count_30d", 1.0);
  }

  @Test
  void tellsAnOutcomeOnceThoughTimeGoesOn() throws Exception {
    for (int i = 0; i < 2; i++) { // refused before the server saw it, and after
      Decision decision = client().decide("small", DecideRequest.of("k" + (i + 1)));
      Outcome left = Outcome.of(decision.predictionId(), true).withId("left " + i);
      client().outcomes("small", List.of(left));
      assertThat(client().outcomes("small", List.of(left)).repeated()).isEqualTo(1);
      // Something else under the same id is a contradiction still.
      Outcome stayed = Outcome.of(decision.predictionId(), false).withId("left " + i);
      GnomonException conflict =
          catchThrowableOfType(
              GnomonException.class, () -> client().outcomes("small", List.of(stayed)));
      assertThat(conflict.status()).isEqualTo(409);
    }
    Instant at = NOON.plusSeconds(1);
    client().decide("small", DecideRequest.of("k1").at(at));
    assertThat(
            client()
                .outcomes(
                    "small", List.of(Outcome.of("k1", at, false).knownAt(NOON.plusSeconds(9))))
                .rows())
        .isEqualTo(1);
  }

  @Test
  void isReadyWhileTheServerIs() throws Exception {
    GnomonClient direct = GnomonClient.builder(server.uri("")).build();
    assertThat(direct.ready()).isTrue();
    try (LiveServer other =
        new LiveServer(
            SmallWorld.write(Files.createDirectory(folder.resolve("other"))),
            ArrivalClock.wall(InstantSource.fixed(NOON)))) {
      direct = GnomonClient.builder(other.uri("/")).build();
      assertThat(direct.ready()).isTrue();
    }
    assertThat(direct.ready()).isFalse();
  }
}
