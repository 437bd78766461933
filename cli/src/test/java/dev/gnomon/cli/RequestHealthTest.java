package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.GnomonServer;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.serving.spi.EventStream.State;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server whose brokers are away says so, and decides what it is asked over HTTP.
class RequestHealthTest {
  @TempDir private Path folder;

  @Test
  void brokersThatAreAwayAreTold() throws Exception {
    Files.writeString(folder.resolve("t.csv"), "id,x,y\na,1,Yes\nb,2,No\n");
    Path file = folder.resolve("usecase.yaml");
    Files.writeString(
        file,
        """
        gnomon: 1
        name: t
        frame: {task: binary, target: {column: y, positive: "Yes"}}
        data: {table: t.csv, key: id}
        production:
          fallback: [{otherwise: true, score: 0.1}]
          decisions: {kafka: {requests: asked, decisions: answered, servers: "127.0.0.1:1"}}
        """);
    Home home = new Home(folder.resolve(".gnomon"));
    ArrivalClock clock = ArrivalClock.wall(InstantSource.system());
    try (Registry registry = Registry.open("memory", Map.of(), InstantSource.system())) {
      ServingNode node =
          ServingNode.open(
              home,
              List.of(UseCaseReader.read(file)),
              FileEngines.find(),
              registry,
              clock,
              _ -> {},
              Progress.NONE);
      try (GnomonServer server = new GnomonServer(node, clock, "test", _ -> {})) {
        node.follow(Map.of());
        server.start("127.0.0.1", 0);
        long end = System.nanoTime() + 60_000_000_000L;
        while (node.requests().getFirst().status().state() != State.DEGRADED) {
          assertThat(System.nanoTime()).isLessThan(end);
          LockSupport.parkNanos(5_000_000);
        }
        assertThat(get(server, "/health/ready"))
            .contains(
                "\"ready\":true",
                "\"requests\":{\"t\":{",
                "\"decisions\":\"answered\"",
                "\"state\":\"degraded\"",
                "\"error\":");
        assertThat(get(server, "/metrics"))
            .contains("gnomon_requests_running{topic=\"asked\",usecase=\"t\"} 0");
      }
    }
  }

  private static String get(GnomonServer server, String path)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.body();
    }
  }
}
