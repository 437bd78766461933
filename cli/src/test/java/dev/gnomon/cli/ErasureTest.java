package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.Registry;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.Erasure;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A person is erased by key: afterwards no byte below the home knows of them, and everybody else
/// is where they were.
class ErasureTest {
  private static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");
  private static final String KEY = "person-7781";

  /// In rows, requests and outcomes of the person, and nowhere else.
  private static final List<String> TRACES =
      List.of(KEY, "event-of-7781", "request-of-7781", "outcome-of-7781", "gadget-of-7781");

  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void world() throws IOException {
    file = SmallWorld.write(folder);
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "features:\n",
                """
                  checks:
                    logins:
                      - {column: minutes, between: [0, 100], on-failure: quarantine}
                features:
                """));
  }

  private LiveServer server() throws IOException {
    return new LiveServer(file, ArrivalClock.wall(InstantSource.fixed(NOW)));
  }

  private Home home() {
    return LiveServer.home(file);
  }

  private static void person(LiveServer server) throws Exception {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      rows.append(
          "{\"id\":\"event-of-7781%s\",\"customer\":\"%s\",\"at\":\"2024-05-05T1%s:00:00Z\",\"minutes\":%s,\"device\":\"%s\"}\n"
              .formatted(i, KEY, i, i == 4 ? 5000 : 7.25, i == 1 ? "gadget-of-7781" : "tv"));
      rows.append(
          "{\"id\":\"other%d\",\"customer\":\"k2\",\"at\":\"2024-05-05T1%d:30:00Z\",\"minutes\":3,\"device\":\"tv\"}%n"
              .formatted(i, i));
    }
    HttpResponse<String> posted =
        server.post("/v1/sources/logins/events", "application/x-ndjson", rows.toString());
    assertThat(posted.statusCode()).as(posted.body()).isEqualTo(202);
    server.post(
        "/v1/sources/customers/events",
        "{\"customer\":\"%s\",\"since\":\"2024-05-01T00:00:00Z\",\"plan\":\"gadget-of-7781\",\"age\":41}"
            .formatted(KEY));
  }

  private static String decide(LiveServer server, String key, String id) throws Exception {
    HttpResponse<String> decided =
        server.post(
            "/v1/usecases/small/decide",
            id.isEmpty()
                ? "{\"key\":\"%s\"}".formatted(key)
                : "{\"key\":\"%s\",\"id\":\"%s\"}".formatted(key, id));
    assertThat(decided.statusCode()).as(decided.body()).isEqualTo(200);
    return LiveServer.json(decided).path("predictionId").stringValue();
  }

  private static JsonNode features(LiveServer server, String key) throws Exception {
    HttpResponse<String> found = server.get("/v1/usecases/small/features/" + key);
    assertThat(found.statusCode()).as(found.body()).isEqualTo(200);
    return LiveServer.json(found).path("features");
  }

  private Map<String, String> tree() throws Exception {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> all = Files.walk(home().root())) {
      for (Path one : all.filter(Files::isRegularFile).toList()) {
        String name = one.getFileName().toString();
        // The audit tells of a trial too.
        if (!name.startsWith("registry.db") && !name.startsWith("audit")) {
          hashes.put(
              home().root().relativize(one).toString(),
              HexFormat.of()
                  .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(one))));
        }
      }
    }
    return hashes;
  }

  /// Files below the home in which any of the texts stands, as raw bytes.
  private static List<String> holding(Path root, List<String> texts) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .filter(one -> {
            try {
              String bytes = Files.readString(one, StandardCharsets.ISO_8859_1);
              return texts.stream().anyMatch(bytes::contains);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          })
          .map(Path::toString)
          .toList();
    }
  }

  @Test
  void nothingIsLeftOfAPersonAndOthersAreWhereTheyWere() throws Exception {
    String mine;
    String others;
    JsonNode before;
    try (LiveServer server = server()) {
      person(server);
      mine = decide(server, KEY, "request-of-7781");
      others = decide(server, "k2", "");
      assertThat(
              server
                  .post(
                      "/v1/usecases/small/outcomes",
                      "{\"predictionId\":\"%s\",\"outcome\":true,\"id\":\"outcome-of-7781\"}"
                          .formatted(mine))
                  .statusCode())
          .isEqualTo(202);
      before = features(server, "k2");
      assertThat(features(server, KEY).path("logins_count_7d").asInt(0)).isEqualTo(4);
      assertThat(holding(home().root(), TRACES)).hasSizeGreaterThan(3);

      Map<String, String> untouched = tree();
      HttpResponse<String> trial =
          server.post(
              "/v1/erasures",
              "{\"useCase\":\"small\",\"key\":\"%s\",\"dryRun\":true}".formatted(KEY));
      assertThat(trial.statusCode()).as(trial.body()).isEqualTo(200);
      assertThat(LiveServer.json(trial).path("rows").path("logins").asInt(0)).isEqualTo(4);
      assertThat(LiveServer.json(trial).path("setAside").asInt(0)).isEqualTo(1);
      assertThat(tree()).isEqualTo(untouched);
      assertThat(features(server, KEY).path("logins_count_7d").asInt(0)).isEqualTo(4);

      AtomicBoolean over = new AtomicBoolean();
      Queue<String> failed = new ConcurrentLinkedQueue<>();
      Thread deciding =
          Thread.ofVirtual()
              .start(() -> {
                while (!over.get()) {
                  try {
                    decide(server, "k2", "");
                  } catch (Exception | AssertionError e) {
                    failed.add(e.toString());
                  }
                }
              });
      HttpResponse<String> done =
          server.post(
              "/v1/erasures",
              "{\"useCase\":\"small\",\"key\":\"%s\",\"reason\":\"asked for\"}".formatted(KEY));
      over.set(true);
      deciding.join();
      assertThat(failed).isEmpty();
      assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
      JsonNode report = LiveServer.json(done);
      assertThat(report.path("rows").path("logins").asInt(0)).isEqualTo(4);
      assertThat(report.path("rows").path("customers").asInt(0)).isEqualTo(1);
      assertThat(report.path("decisions").asInt(0)).isEqualTo(1);
      assertThat(report.path("outcomes").asInt(0)).isEqualTo(1);
      assertThat(report.path("setAside").asInt(0)).isEqualTo(1);
      assertThat(report.path("left")).isEmpty();

      assertThat(holding(home().root(), TRACES)).isEmpty();
      assertThat(features(server, KEY).path("logins_count_7d").asInt(-1)).isZero();
      assertThat(server.get("/v1/predictions/" + mine).statusCode()).isEqualTo(404);
      assertThat(server.get("/v1/predictions/" + others).statusCode()).isEqualTo(200);
      assertThat(features(server, "k2")).isEqualTo(before);
      assertThat(server.failures).isEmpty();

      // Posted again, under an id that was used: it begins anew.
      person(server);
      assertThat(features(server, KEY).path("logins_count_7d").asInt(0)).isEqualTo(4);
      assertThat(decide(server, KEY, "request-of-7781")).isNotEqualTo(mine);
      server.post("/v1/erasures", "{\"useCase\":\"small\",\"key\":\"%s\"}".formatted(KEY));
      assertThat(holding(home().root(), TRACES)).isEmpty();
    }
    try (LiveServer server = server()) {
      assertThat(features(server, KEY).path("logins_count_7d").asInt(-1)).isZero();
      assertThat(features(server, "k2")).isEqualTo(before);
      assertThat(server.get("/v1/predictions/" + mine).statusCode()).isEqualTo(404);
      assertThat(server.get("/v1/predictions/" + others).statusCode()).isEqualTo(200);
      assertThat(holding(home().root(), TRACES)).isEmpty();
    }
    try (Registry registry = registry()) {
      List<LedgerEntry> entries = registry.ledger(0, 10);
      assertThat(entries).extracting(LedgerEntry::kind).containsOnly(Erasure.KIND).hasSize(2);
      assertThat(entries.getFirst().why()).isEqualTo("asked for");
      assertThat(entries.getFirst().subject()).matches("[0-9a-f]{64}");
      assertThat(registry.verifyLedger().problem()).isEmpty();
    }
  }

  private Registry registry() {
    return Registry.open(
        "sqlite", Map.of("path", home().registry().toString()), InstantSource.system());
  }

  @Test
  void rowsOfFilesAreNamedAndNotReadAnyMore() throws Exception {
    try (LiveServer server = server()) {
      assertThat(features(server, "k1").path("logins_count_7d").asInt(0)).isEqualTo(2);
      HttpResponse<String> done =
          server.post("/v1/erasures", "{\"useCase\":\"small\",\"key\":\"k1\"}");
      JsonNode report = LiveServer.json(done);
      assertThat(report.path("files").path("logins").asInt(0)).as(done.body()).isEqualTo(2);
      assertThat(report.path("left").toString()).contains("logins.csv", "customers.csv");
      assertThat(features(server, "k1").path("logins_count_7d").asInt(-1)).isZero();
    }
    try (LiveServer server = server()) {
      JsonNode features = features(server, "k1");
      assertThat(features.path("logins_count_7d").asInt(-1)).isZero();
      assertThat(features.path("plan").isNull() || features.path("plan").isMissingNode()).isTrue();
      assertThat(features(server, "k2").path("plan").stringValue()).isEqualTo("basic");
    }
    // What the source says of a time after the erasure counts anew.
    Files.writeString(
        folder.resolve("logins.csv"),
        Files.readString(folder.resolve("logins.csv"))
            + "a9,k1,2099-01-01T00:00:00Z,2099-01-01T00:00:00Z,1,tv\n");
    try (LiveServer server =
        new LiveServer(
            file, ArrivalClock.wall(InstantSource.fixed(Instant.parse("2099-01-02T00:00:00Z"))))) {
      assertThat(features(server, "k1").path("logins_count_7d").asInt(0)).isEqualTo(1);
    }
  }

  @Test
  void theCommandSaysWhatItWouldDoAndDoesIt() throws Exception {
    try (LiveServer server = server()) {
      person(server);
      decide(server, KEY, "request-of-7781");
    }
    Recorded compacted = new Recorded(false);
    assertThat(run(compacted, "logs", "compact", "--home", home().root().toString()))
        .as(compacted.err())
        .isZero();
    assertThat(holding(home().root().resolve("parquet"), List.of(KEY))).hasSizeGreaterThan(1);
    Map<String, String> untouched = tree();
    Recorded trial = new Recorded(false);
    assertThat(run(trial, "erase", file.toString(), "--key", KEY, "--dry-run"))
        .as(trial.err())
        .isZero();
    assertThat(trial.out()).contains("logins: 4 posted rows would go", "1 decisions");
    assertThat(tree()).isEqualTo(untouched);

    Recorded done = new Recorded(false);
    assertThat(run(done, "erase", file.toString(), "--key", KEY, "--json")).as(done.err()).isZero();
    JsonNode report = JsonMapper.shared().readTree(done.out());
    assertThat(report.path("copies").asInt(0)).isGreaterThan(1);
    assertThat(report.path("left")).as(done.out()).isEmpty();
    assertThat(holding(home().root(), TRACES)).isEmpty();
    Recorded again = new Recorded(false);
    assertThat(run(again, "erase", file.toString(), "--key", KEY)).isZero();
    assertThat(again.out()).contains("logins: 0 posted rows gone");

    Recorded nobody = new Recorded(false);
    assertThat(run(nobody, "erase", file.toString(), "--key", "")).isEqualTo(2);
    assertThat(run(nobody, "erase", "nosuch", "--key", KEY, "--home", home().root().toString()))
        .isEqualTo(2);
    try (LiveServer _ = server()) {
      Recorded held = new Recorded(false);
      assertThat(run(held, "erase", file.toString(), "--key", KEY)).as(held.err()).isEqualTo(1);
    }
  }

  private static int run(Recorded recorded, String... arguments) {
    return Main.run(recorded.terminal, InstantSource.fixed(NOW), arguments);
  }

  @Test
  void aKilledErasureIsFinishedByWhoeverComesNext() throws Exception {
    try (LiveServer server = server()) {
      person(server);
      StringBuilder rows = new StringBuilder();
      for (int i = 0; i < 20_000; i++) {
        rows.append(
            "{\"id\":\"event-of-7781-%d\",\"customer\":\"%s\",\"at\":\"2024-05-05T10:00:00Z\",\"minutes\":1,\"device\":\"gadget-of-7781\"}%n"
                .formatted(i, KEY));
      }
      assertThat(
              server
                  .post("/v1/sources/logins/events", "application/x-ndjson", rows.toString())
                  .statusCode())
          .isEqualTo(202);
      decide(server, KEY, "request-of-7781");
    }
    int inTheMidst = 0;
    for (int life = 0; life < 3; life++) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  "dev.gnomon.cli.Main",
                  "erase",
                  file.toString(),
                  "--key",
                  KEY)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("child.txt").toFile())
              .start();
      Path pending = home().erasures().resolve("pending.json");
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (process.isAlive() && !Files.exists(pending) && System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      process.destroyForcibly().waitFor();
      if (Files.exists(pending)) {
        inTheMidst++;
        assertThat(Files.readString(pending)).doesNotContain(TRACES);
      }
    }
    assertThat(inTheMidst).as(Files.readString(folder.resolve("child.txt"))).isPositive();
    try (LiveServer server = server()) {
      assertThat(features(server, KEY).path("logins_count_7d").asInt(-1)).isZero();
      assertThat(features(server, "k2").path("logins_count_7d").asInt(0)).isEqualTo(6);
      assertThat(holding(home().root(), TRACES)).isEmpty();
      assertThat(server.failures).isEmpty();
    }
    try (Registry registry = registry()) {
      assertThat(registry.ledger(0, 10))
          .extracting(LedgerEntry::kind)
          .isNotEmpty()
          .containsOnly(Erasure.KIND);
      assertThat(registry.verifyLedger().problem()).isEmpty();
    }
  }
}
