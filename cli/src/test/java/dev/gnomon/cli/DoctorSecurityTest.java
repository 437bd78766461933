package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.serving.ArrivalClock;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What `gnomon doctor` says of audit, tokens, tracking and artifacts, and that a token which was
/// revoked stays so when an older file of tokens is put back.
class DoctorSecurityTest {
  private static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");
  private static final String CREATE = "/api/2.0/mlflow/experiments/create";

  @TempDir private Path folder;

  private static Recorded run(int exitCode, Home home, String... arguments) {
    Recorded recorded = new Recorded(false);
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--home";
    all[arguments.length + 1] = home.root().toString();
    assertThat(Main.run(recorded.terminal, InstantSource.fixed(NOW), all))
        .as(recorded.out() + recorded.err())
        .isEqualTo(exitCode);
    return recorded;
  }

  private static LiveServer server(Path file) throws Exception {
    return new LiveServer(file, ArrivalClock.wall(InstantSource.fixed(NOW)));
  }

  private static int create(LiveServer server, String token, String name) throws Exception {
    return server
        .send(
            HttpRequest.newBuilder(server.uri(CREATE))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"%s\"}".formatted(name))))
        .statusCode();
  }

  @Test
  void aTokenThatWasRevokedStaysSoInAnOlderFile() throws Exception {
    Path file = SmallWorld.write(folder);
    Home home = LiveServer.home(file);
    String ada = run(0, home, "token", "create", "ada", "--role", "editor").out().strip();
    String shop = run(0, home, "token", "create", "shop", "--role", "editor").out().strip();
    Path copy = folder.resolve("tokens-of-monday.json");
    Files.copy(home.tokens(), copy);
    try (LiveServer server = server(file)) {
      assertThat(create(server, shop, "a")).isEqualTo(200);
    }
    run(0, home, "token", "revoke", "shop");
    assertThat(run(0, home, "doctor", "--quick").out()).contains("1 that can be used\n");
    Files.copy(copy, home.tokens(), StandardCopyOption.REPLACE_EXISTING);
    try (LiveServer server = server(file)) {
      assertThat(create(server, shop, "b")).isEqualTo(401);
      assertThat(create(server, ada, "c")).isEqualTo(200);
      assertThat(server.notes)
          .anyMatch(note -> note.contains("token 'shop'") && note.contains("is refused"));
      // Also one that is revoked, and put back, while the server runs.
      run(0, home, "token", "revoke", "ada");
      awaitStatus(server, ada, 401);
      Path other = folder.resolve("again.json");
      Files.copy(copy, other);
      Files.move(other, home.tokens(), StandardCopyOption.REPLACE_EXISTING);
      long until = System.nanoTime() + 20_000_000_000L;
      while (server.notes.stream().noneMatch(note -> note.contains("token 'ada'"))) {
        assertThat(System.nanoTime()).isLessThan(until);
        Thread.onSpinWait();
      }
      assertThat(create(server, ada, "d")).isEqualTo(401);
      assertThat(server.failures).isEmpty();
    }
    String found = run(3, home, "doctor", "--quick").out();
    assertThat(found)
        .containsPattern("tokens +0 that can be used; REVOKED in the ledger.*ada \\(.*shop \\(");
    run(0, home, "token", "revoke", "ada");
    run(0, home, "token", "revoke", "shop");
    assertThat(run(0, home, "doctor", "--quick").out()).contains("0 that can be used\n");
  }

  private static void awaitStatus(LiveServer server, String token, int status) throws Exception {
    long until = System.nanoTime() + 20_000_000_000L;
    while (create(server, token, "x") != status) {
      assertThat(System.nanoTime()).isLessThan(until);
    }
  }

  @Test
  void aRestoreNamesTheTokensThatCanBeUsed() throws Exception {
    Home home = LiveServer.home(SmallWorld.write(folder));
    run(0, home, "token", "create", "ada", "--role", "editor");
    run(0, home, "token", "create", "shop", "--role", "editor");
    run(0, home, "token", "revoke", "shop");
    String zip = folder.resolve("monday.zip").toString();
    run(0, home, "backup", zip);
    Recorded restored = run(0, new Home(folder.resolve("other")), "restore", zip);
    assertThat(restored.err()).contains("ada (", "revoke again").doesNotContain("shop (");
  }

  @Test
  void theDoctorSaysHowAuditTrackingAndArtifactsAre() throws Exception {
    Path file = SmallWorld.write(folder);
    Home home = LiveServer.home(file);
    assertThat(run(0, home, "doctor").out()).doesNotContain("audit", "tracking  ", "artifacts  ");
    String ada = run(0, home, "token", "create", "ada", "--role", "editor").out().strip();
    String eve = run(0, home, "token", "create", "eve", "--role", "viewer").out().strip();
    try (LiveServer server = server(file)) {
      assertThat(create(server, ada, "a")).isEqualTo(200);
      for (int i = 0; i < 12; i++) {
        assertThat(create(server, eve, "b")).isEqualTo(403);
      }
    }
    Recorded found = run(0, home, "doctor");
    assertThat(found.out())
        .containsPattern(
            "audit +0.0 MB, changes since 20.*Z, 7 refusals only counted, 0 lines lost\n")
        .containsPattern("tokens +2 that can be used\n")
        .containsPattern("tracking +sqlite\n");
    JsonNode json = JsonMapper.shared().readTree(run(0, home, "doctor", "--json").out());
    assertThat(json.path("security").path("audit").path("counted").asInt(0)).isEqualTo(7);
    assertThat(json.path("tracking").path("kind").asString("")).isEqualTo("sqlite");

    Assumptions.assumeTrue(Files.exists(Path.of("/dev/full")), "there is no /dev/full");
    Files.delete(home.audit());
    Files.createSymbolicLink(home.audit(), Path.of("/dev/full"));
    try (LiveServer server = server(file)) {
      assertThat(create(server, ada, "c")).as("a change goes on").isEqualTo(200);
    }
    assertThat(run(3, home, "doctor").out())
        .containsPattern("audit .*CAN'T BE WRITTEN since .*No space left");
    Files.writeString(
        home.tracking(), "no database, but long enough to be taken for one".repeat(90));
    assertThat(run(3, home, "doctor").out()).containsPattern("tracking +sqlite can't be read: ");
  }
}
