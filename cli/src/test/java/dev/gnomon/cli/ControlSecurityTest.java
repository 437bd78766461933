package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.security.Token;
import dev.gnomon.server.security.TokenFile;
import dev.gnomon.serving.ArrivalClock;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Slowing down, writing down, and keeping secrets, on the surfaces beside deciding.
class ControlSecurityTest {
  private static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");
  private static final String SEARCH = "/api/2.0/mlflow/experiments/search?max_results=5";

  @TempDir private Path folder;

  private static String token(Home home, String name, Role role, String... useCases) {
    return new TokenFile(home.tokens())
        .create(
            new Token.Wanted(name, role, Set.of(useCases), Optional.empty()),
            NOW,
            new SecureRandom())
        .text();
  }

  private static String basic(String token) {
    return "Basic "
        + Base64.getEncoder().encodeToString(("anybody:" + token).getBytes(StandardCharsets.UTF_8));
  }

  private static HttpResponse<String> ask(
      LiveServer server, String method, String path, String authorization, String body)
      throws Exception {
    return server.send(
        HttpRequest.newBuilder(server.uri(path))
            .header("Authorization", authorization)
            .header("Content-Type", "application/json")
            .header("User-Agent", "mlflow-java-client/2.17.2")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body)));
  }

  @Test
  void mlflowsClientsWaitAndAreNeverToldToComeBack() throws Exception {
    Path file = SmallWorld.write(folder);
    Home home = LiveServer.home(file);
    String token = basic(token(home, "trainer", Role.EDITOR));
    Security security =
        new Security(
            home.tokens(),
            false,
            false,
            20,
            Optional.empty(),
            Security.ARRIVAL,
            InstantSource.fixed(NOW));
    try (LiveServer server =
            new LiveServer(file, ArrivalClock.wall(InstantSource.fixed(NOW)), security);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<HttpResponse<String>>> asking = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        String name = "study-" + i;
        asking.add(
            i % 2 == 0
                ? () -> ask(server, "GET", SEARCH, token, "")
                : () ->
                    ask(
                        server,
                        "POST",
                        "/api/2.0/mlflow/experiments/create",
                        token,
                        "{\"name\":\"%s\",\"tags\":[{\"key\":\"k\",\"value\":\"%s\"}]}"
                            .formatted(name, "x".repeat(3_000))));
      }
      for (Future<HttpResponse<String>> one : clients.invokeAll(asking)) {
        assertThat(one.get().statusCode()).as(one.get().body()).isEqualTo(200);
      }
      // Others are told.
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        statuses.add(ask(server, "GET", "/openapi.json", token, "").statusCode());
      }
      assertThat(statuses).contains(429);
      // Wrong tokens too often: not a 429 either.
      List<Integer> wrong = new ArrayList<>();
      for (int i = 0; i < 15; i++) {
        wrong.add(ask(server, "GET", SEARCH, basic("nonsense"), "").statusCode());
      }
      assertThat(wrong).contains(401, 503).doesNotContain(429);
      assertThat(server.failures).isEmpty();
    }
  }

  @Test
  void whatChangesSomethingIsWrittenDownAndNoSecretIs() throws Exception {
    Path file = SmallWorld.write(folder);
    Home home = LiveServer.home(file);
    String ada = token(home, "ada", Role.EDITOR);
    String bob = token(home, "bob", Role.VIEWER, "small");
    StringBuilder answers = new StringBuilder();
    List<String> notes;
    try (LiveServer server = new LiveServer(file, ArrivalClock.wall(InstantSource.fixed(NOW)))) {
      HttpResponse<String> study =
          ask(
              server,
              "POST",
              "/api/2.0/mlflow/experiments/create",
              basic(ada),
              "{\"name\":\"small/ideas\"}");
      assertThat(study.statusCode()).as(study.body()).isEqualTo(200);
      String run =
          LiveServer.json(
                  ask(
                      server,
                      "POST",
                      "/api/2.0/mlflow/runs/create",
                      "Bearer " + ada,
                      "{\"experiment_id\":\"%s\"}"
                          .formatted(LiveServer.json(study).path("experiment_id").stringValue())))
              .path("run")
              .path("info")
              .path("run_id")
              .stringValue();
      for (String[] asked :
          new String[][] {
            {
              "POST",
              "/api/2.0/mlflow/runs/set-tag",
              "Bearer " + ada,
              "{\"run_id\":\"%s\",\"key\":\"k\",\"value\":\"v\"}".formatted(run)
            },
            {
              "POST",
              "/api/2.0/mlflow/registered-models/create",
              "Bearer " + bob,
              "{\"name\":\"small\"}"
            },
            {"POST", "/api/2.0/mlflow/registered-models/create", basic(ada + "x"), "{}"},
            {"POST", "/v1/erasures", "Bearer " + ada, "{\"useCase\":\"small\",\"key\":\"k1\"}"},
            {"GET", SEARCH, "Bearer " + bob, ""},
            {"POST", "/v1/usecases/small/decide", "Bearer " + ada, "{\"key\":\"k2\"}"},
            {"GET", "/api/2.0/mlflow/nosuch?token=" + ada, "Bearer nonsense", ""}
          }) {
        answers.append(ask(server, asked[0], asked[1], asked[2], asked[3]).body());
      }
      notes = List.copyOf(server.notes);
      assertThat(server.failures).isEmpty();
    }
    List<JsonNode> lines = new ArrayList<>();
    for (String name : List.of("audit.jsonl", "audit-refused.jsonl")) {
      for (String line : Files.readAllLines(home.root().resolve(name))) {
        lines.add(JsonMapper.shared().readTree(line));
      }
    }
    assertThat(lines)
        .extracting(line ->
            "%s %s %s"
                .formatted(
                    line.path("who").stringValue(),
                    line.path("what").stringValue(),
                    line.path("outcome").stringValue()))
        .containsExactly(
            "ada POST /api/2.0/mlflow/experiments/create done",
            "bob POST /api/2.0/mlflow/registered-models/create refused",
            " POST /api/2.0/mlflow/registered-models/create refused",
            "ada POST /v1/erasures refused");
    assertThat(lines)
        .allSatisfy(line -> assertThat(line.path("from").stringValue()).isEqualTo("127.0.0.1"));
    assertThat(lines)
        .allSatisfy(line -> assertThat(Instant.parse(line.path("at").stringValue())).isNotNull());
    for (String secret : List.of(ada.substring(16), bob.substring(16))) {
      assertThat(answers.toString() + notes).doesNotContain(secret);
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path one : all.filter(Files::isRegularFile).toList()) {
          String bytes = Files.readString(one, StandardCharsets.ISO_8859_1);
          assertThat(bytes.contains(secret)).as(one.toString()).isFalse();
          assertThat(bytes.contains(basic(ada).substring(20))).as(one.toString()).isFalse();
        }
      }
    }
  }

  @Test
  void whoMayDoWhatStandsInTheLedgerWithoutSecrets() throws Exception {
    Home home = new Home(folder.resolve("home"));
    Recorded made = new Recorded(false);
    assertThat(
            run(
                made,
                "token",
                "create",
                "ada",
                "--role",
                "viewer",
                "--approve",
                "--use-case",
                "churn",
                "--home",
                home.root().toString()))
        .as(made.err())
        .isZero();
    String secret = made.out().strip().substring(16);
    Recorded ended = new Recorded(false);
    assertThat(run(ended, "token", "revoke", "ada", "--home", home.root().toString())).isZero();
    try (Registry registry =
        Registry.open(
            "sqlite", Map.of("path", home.registry().toString()), InstantSource.system())) {
      List<LedgerEntry> entries = registry.ledger(0, 10);
      assertThat(entries).extracting(LedgerEntry::kind).containsExactly("permission", "permission");
      assertThat(entries)
          .extracting(entry -> {
            JsonNode json = JsonMapper.shared().readTree(entry.content());
            return "%s %s %s %s"
                .formatted(
                    json.path("name").stringValue(),
                    json.path("role").stringValue(),
                    json.path("approves").asBoolean(false),
                    json.path("state").stringValue());
          })
          .containsExactly("ada viewer true active", "ada viewer true revoked");
    }
    try (Stream<Path> all = Files.walk(home.root())) {
      for (Path one : all.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(one, StandardCharsets.ISO_8859_1).contains(secret))
            .as(one.toString())
            .isFalse();
      }
    }
  }

  private static int run(Recorded recorded, String... arguments) {
    return Main.run(recorded.terminal, InstantSource.fixed(NOW), arguments);
  }
}
