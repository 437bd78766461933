package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.registry.Registry;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.telemetry.Telemetry;
import dev.gnomon.serving.ArrivalClock;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A database of versions that goes away while a server decides costs no decision, and is used
/// again when it is back.
class RegistryAwayTest {
  private static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");

  @TempDir private Path folder;

  private static HttpResponse<String> ledger(LiveServer server) throws Exception {
    return server.get("/v1/ledger");
  }

  private static void decides(LiveServer server) throws Exception {
    HttpResponse<String> answer = server.post("/v1/usecases/small/decide", "{\"key\":\"k1\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void decisionsGoOnWhileTheDatabaseIsAway() throws Exception {
    Path useCase = SmallWorld.write(folder);
    try (PostgresServer database = new PostgresServer(folder.resolve("postgres"));
        LiveServer server =
            new LiveServer(
                useCase,
                ArrivalClock.replay(NOW),
                Security.of(LiveServer.home(useCase)),
                Telemetry.NONE,
                Registry.open("postgres", database.settings(), InstantSource.system()))) {
      decides(server);
      assertThat(ledger(server).statusCode()).isEqualTo(200);
      database.stop();
      HttpResponse<String> away = ledger(server);
      assertThat(away.statusCode()).as(away.body()).isEqualTo(503);
      assertThat(away.body())
          .contains("Storage failed", "ask again")
          .doesNotContain("Exception", "\tat ");
      for (int i = 0; i < 20; i++) {
        decides(server);
      }
      database.start();
      long end = System.nanoTime() + 60_000_000_000L;
      while (ledger(server).statusCode() != 200) {
        assertThat(System.nanoTime()).as("back within a minute").isLessThan(end);
        LockSupport.parkNanos(50_000_000);
      }
      decides(server);
    }
  }
}
