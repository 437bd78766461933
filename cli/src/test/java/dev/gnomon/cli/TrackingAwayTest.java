package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose tracking can't be opened decides all the same, and says what is the matter.
class TrackingAwayTest {
  @TempDir private Path folder;

  @Test
  void decisionsGoOnWithoutTracking() throws Exception {
    Path useCase = SmallWorld.write(folder);
    Path damaged = LiveServer.home(useCase).tracking();
    Files.createDirectories(damaged.getParent());
    Files.writeString(damaged, "this was a database once ".repeat(400));
    try (LiveServer server =
        new LiveServer(useCase, ArrivalClock.replay(Instant.parse("2024-05-06T00:00:00Z")))) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> decided = server.post("/v1/usecases/small/decide", "{\"key\":\"k1\"}");
        assertThat(decided.statusCode()).as(decided.body()).isEqualTo(200);
        HttpResponse<String> runs =
            server.post("/api/2.0/mlflow/runs/search", "{\"experiment_ids\":[\"0\"]}");
        assertThat(runs.statusCode()).isEqualTo(503);
        assertThat(LiveServer.json(runs).path("error_code").asString(""))
            .isEqualTo("TEMPORARILY_UNAVAILABLE");
        assertThat(runs.body()).contains("tracking.db", "not a database");
      }
      for (String page : List.of("/studies", "/models")) {
        HttpResponse<String> shown = server.get(page);
        assertThat(shown.statusCode()).as(page).isEqualTo(503);
        assertThat(shown.body()).contains("tracking.db").doesNotContain("\tat ");
      }
      assertThat(server.get("/ledger").statusCode()).isEqualTo(200);
      assertThat(server.failures).isEmpty();
    }
    assertThat(Files.readString(damaged)).startsWith("this was a database once");
  }
}
