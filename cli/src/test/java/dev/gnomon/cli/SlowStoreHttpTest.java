package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.features.OnlineStores;
import dev.gnomon.features.SharedSettings;
import dev.gnomon.features.internal.MemoryKeyRecords;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.GnomonServer;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.testkit.FaultyKeyRecords;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store that hangs holds up the decisions that need it for as long as their callers wait, and
/// nothing else.
class SlowStoreHttpTest {
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /// More than there are event loops.
  private static final int WAITING = 40;

  @TempDir private Path folder = Path.of("");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static HttpRequest decide(GnomonServer server, String timeout) {
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:%d/v1/usecases/small/decide".formatted(server.port())))
        .header("Content-Type", "application/json")
        .header("X-Request-Timeout-Ms", timeout)
        .POST(HttpRequest.BodyPublishers.ofString("{\"key\":\"k1\"}"))
        .build();
  }

  @Test
  void aHangingStoreDoesNotHoldUpTheServer() throws Exception {
    Path file = SmallWorld.write(folder);
    Files.writeString(
        file,
        Files.readString(file)
            .replace("production:\n", "production:\n  serving: {deadline: 60s, last-good: 0s}\n"));
    MemoryKeyRecords memory = new MemoryKeyRecords();
    FaultyKeyRecords store = new FaultyKeyRecords(_ -> memory.connect());
    OnlineStores stores =
        (plan, history, home, told) ->
            OnlineFeatures.shared(
                plan,
                history,
                new SharedSettings(
                    store::connect,
                    "a",
                    List.of(),
                    home.online(),
                    plan.useCase().production().serving().deadline(),
                    SharedSettings.AT_ONCE,
                    SharedSettings.COMPACT_AT,
                    System::nanoTime,
                    told));
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    ArrivalClock clock = ArrivalClock.wall(InstantSource.system());
    try (Registry registry = Registry.open("memory", Map.of(), InstantSource.system());
        GnomonServer server =
            new GnomonServer(
                ServingNode.open(
                    new Home(folder.resolve("home")),
                    List.of(UseCaseReader.read(file)),
                    FileEngines.find(),
                    stores,
                    registry,
                    clock,
                    _ -> {},
                    Progress.NONE),
                clock,
                "test",
                failures::add)) {
      server.start("127.0.0.1", 0);
      long until = System.nanoTime() + PATIENCE_NANOS;
      String body;
      do {
        body = http.send(decide(server, "5000"), BodyHandlers.ofString()).body();
        assertThat(System.nanoTime()).as(body).isLessThan(until);
      } while (!body.contains("no version")); // the store is filled

      store.reads(FaultyKeyRecords.Reads.HANGING);
      List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
      while (store.hanging() < WAITING) {
        int before = store.hanging();
        CompletableFuture<HttpResponse<String>> one =
            http.sendAsync(decide(server, "59000"), BodyHandlers.ofString());
        while (store.hanging() == before && !one.isDone()) {
          assertThat(System.nanoTime()).as("%d wait", before).isLessThan(until);
          Thread.onSpinWait();
        }
        if (store.hanging() > before) { // else a busy machine refused it
          waiting.add(one);
        }
      }
      // More decisions wait than there are event loops, and nobody else does.
      HttpResponse<String> alive =
          http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:%d/health/live".formatted(server.port())))
                  .build(),
              BodyHandlers.ofString());
      assertThat(alive.statusCode()).isEqualTo(200);
      HttpResponse<String> soon;
      do {
        soon = http.send(decide(server, "5"), BodyHandlers.ofString());
        assertThat(System.nanoTime()).as(soon.body()).isLessThan(until);
      } while (soon.statusCode() == 503);
      assertThat(soon.statusCode()).isEqualTo(200);
      assertThat(soon.body()).contains("\"degraded\":true").contains("\"cause\":\"features away\"");
      HttpResponse<String> wrong;
      do {
        wrong = http.send(decide(server, "soon"), BodyHandlers.ofString());
        assertThat(System.nanoTime()).as(wrong.body()).isLessThan(until);
      } while (wrong.statusCode() == 503);
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(wrong.body()).contains("no number of milliseconds");

      // Features are asked for without a caller's end, so the store fails outright here.
      store.reads(FaultyKeyRecords.Reads.FAILING);
      HttpResponse<String> feast;
      do {
        feast =
            http.send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:%d/get-online-features".formatted(server.port())))
                    .header("Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.ofString(
                            "{\"features\": [\"customers:plan\"], \"entities\": {\"customer\": [\"k1\"]}}"))
                    .build(),
                BodyHandlers.ofString());
        assertThat(System.nanoTime()).as(feast.body()).isLessThan(until);
      } while (feast.body().contains("More is asked"));
      assertThat(feast.statusCode()).as(feast.body()).isEqualTo(503);

      store.reads(FaultyKeyRecords.Reads.ANSWERED);
      store.release();
      for (CompletableFuture<HttpResponse<String>> one : waiting) {
        assertThat(one.get().statusCode()).isEqualTo(200);
        assertThat(one.get().body()).contains("\"cause\":\"no version\"");
      }
    }
    assertThat(failures).isEmpty();
  }
}
