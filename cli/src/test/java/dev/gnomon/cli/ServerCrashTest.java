package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real server process, killed while it is being written to: what was acknowledged must be there
/// after the next start. And one whose disk is full: it says so, and goes on once there is room.
class ServerCrashTest {
  private static final int KEYS = 20;
  private static final Pattern ID = Pattern.compile("\"predictionId\":\"([^\"]+)\"");
  private static final Pattern COUNT = Pattern.compile("\"logins_count_30d\":([0-9.]+)");

  @TempDir private Path folder;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  /// What the server said it has kept, over all its lives.
  private static final class Acknowledged {
    final Map<String, AtomicInteger> eventsByKey = new ConcurrentHashMap<>();
    final Map<String, AtomicInteger> sentByKey = new ConcurrentHashMap<>();
    final Queue<String> predictions = new ConcurrentLinkedQueue<>();

    int events() {
      return eventsByKey.values().stream().mapToInt(AtomicInteger::get).sum();
    }
  }

  @Test
  void losesNothingAcknowledgedOverAFewKills() throws Exception {
    kill(3);
  }

  @Tag("long")
  @Test
  void losesNothingAcknowledgedOverFiftyKills() throws Exception {
    kill(50);
  }

  private void kill(int kills) throws Exception {
    Path file = useCase();
    Acknowledged acknowledged = new Acknowledged();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    AtomicInteger number = new AtomicInteger();
    for (int life = 0; life < kills; life++) {
      UpProcess server = UpProcess.start(folder, file, folder.resolve("home"), List.of());
      try {
        load(server, acknowledged, number, 50 + random.nextInt(700));
      } finally {
        server.kill();
      }
    }
    UpProcess server = UpProcess.start(folder, file, folder.resolve("home"), List.of());
    try {
      assertThat(acknowledged.predictions).as("given out twice").doesNotHaveDuplicates();
      for (String id : acknowledged.predictions) {
        HttpResponse<String> found = get(server, "v1/predictions/" + id);
        assertThat(found.statusCode()).as(id).isEqualTo(200);
        assertThat(found.body()).contains("\"" + id + "\"");
      }
      for (int k = 0; k < KEYS; k++) {
        String key = "c" + k;
        HttpResponse<String> features =
            get(server, "v1/usecases/crash/features/" + key + "?at=2024-03-15T00:00:00Z");
        assertThat(features.statusCode()).as(features.body()).isEqualTo(200);
        Matcher count = COUNT.matcher(features.body());
        assertThat(count.find()).isTrue();
        int seen = (int) Double.parseDouble(count.group(1));
        // What was sent and not acknowledged may or may not have been kept.
        assertThat(seen)
            .as(key)
            .isBetween(
                acknowledged.eventsByKey.getOrDefault(key, new AtomicInteger()).get(),
                acknowledged.sentByKey.getOrDefault(key, new AtomicInteger()).get());
      }
    } finally {
      server.kill();
    }
    System.out.printf(
        "%d kills: %,d decisions and %,d events acknowledged, none missing%n",
        kills, acknowledged.predictions.size(), acknowledged.events());
    assertThat(acknowledged.predictions).hasSizeGreaterThan(kills * 10);
    assertThat(acknowledged.events()).isGreaterThan(kills * 10);
  }

  /// Four connections post events and ask for decisions; after so many answers the process dies
  /// under them.
  private void load(UpProcess server, Acknowledged acknowledged, AtomicInteger number, int answers)
      throws InterruptedException {
    CountDownLatch enough = new CountDownLatch(answers);
    Queue<Throwable> broken = new ConcurrentLinkedQueue<>();
    AtomicBoolean dead = new AtomicBoolean();
    CountDownLatch over = new CountDownLatch(4);
    for (int t = 0; t < 4; t++) {
      boolean decides = t % 2 == 0;
      Thread.ofVirtual()
          .start(() -> {
            try {
              while (!dead.get()) {
                if (decides) {
                  decide(server, acknowledged, number.incrementAndGet());
                } else {
                  event(server, acknowledged, number.incrementAndGet());
                }
                enough.countDown();
              }
            } catch (IOException e) {
              // The process was killed under the request: it was not acknowledged.
              if (server.process().isAlive()) {
                broken.add(e);
              }
              dead.set(true);
            } catch (AssertionError e) {
              broken.add(e);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            } finally {
              over.countDown();
            }
          });
    }
    boolean answered = enough.await(60, TimeUnit.SECONDS);
    assertThat(broken).isEmpty();
    assertThat(answered).as("the server answered").isTrue();
    server.kill();
    dead.set(true);
    assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
  }

  private void decide(UpProcess server, Acknowledged acknowledged, int number)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        post(
            server,
            "v1/usecases/crash/decide",
            "{\"key\":\"c%d\",\"at\":\"2024-03-15T00:00:00Z\"}".formatted(number % KEYS));
    if (answer.statusCode() == 200) {
      Matcher id = ID.matcher(answer.body());
      assertThat(id.find()).isTrue();
      acknowledged.predictions.add(id.group(1));
    }
  }

  private void event(UpProcess server, Acknowledged acknowledged, int number)
      throws IOException, InterruptedException {
    String key = "c" + number % KEYS;
    acknowledged.sentByKey.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
    HttpResponse<String> answer =
        post(
            server,
            "v1/sources/logins/events",
            "{\"id\":\"e%d\",\"customer\":\"%s\",\"at\":\"2024-03-10T00:00:00Z\",\"minutes\":%d}"
                .formatted(number, key, number % 60));
    if (answer.statusCode() == 202) {
      acknowledged.eventsByKey.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
    }
  }

  @Test
  void answersThatTheDiskIsFullAndGoesOnAfterwards() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        "root".equals(System.getProperty("user.name"))
            && run("mount", "-t", "tmpfs", "-o", "size=220m", "tmpfs", disk.toString()) == 0,
        "skipped: a small file system can be mounted by root only");
    UpProcess server = null;
    try {
      server = UpProcess.start(folder, useCase(), disk.resolve("home"), List.of());
      Path ballast = disk.resolve("ballast");
      fill(ballast);
      HttpResponse<String> refused = null;
      int decided = 0;
      String filler = "x".repeat(400);
      for (int i = 0; i < 400_000 && refused == null; i++) {
        HttpResponse<String> answer =
            post(server, "v1/usecases/crash/decide:batch", batch(filler, i));
        if (answer.statusCode() == 200) {
          decided++;
        } else {
          refused = answer;
        }
      }
      if (refused == null) {
        throw new AssertionError("%d batches were decided on a full disk".formatted(decided));
      }
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(507);
      assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
      assertThat(get(server, "health/live").statusCode()).isEqualTo(200);
      Files.delete(ballast);
      HttpResponse<String> again = null;
      // Room is looked for by the thread that allocates, so the first answer may still be no.
      for (int i = 0; i < 2_000 && (again == null || again.statusCode() != 200); i++) {
        again = post(server, "v1/usecases/crash/decide", "{\"key\":\"c1\"}");
      }
      if (again == null) {
        throw new AssertionError("never asked again");
      }
      assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
    } finally {
      if (server != null) {
        server.kill();
      }
      assertThat(run("umount", disk.toString())).isZero();
    }
  }

  private static String batch(String filler, int from) {
    StringBuilder items = new StringBuilder("{\"items\":[");
    for (int i = 0; i < 1_000; i++) {
      items
          .append(i == 0 ? "" : ",")
          .append("{\"key\":\"")
          .append(filler)
          .append(from * 1_000L + i)
          .append("\"}");
    }
    return items.append("]}").toString();
  }

  private static void fill(Path ballast) throws IOException {
    byte[] block = new byte[1 << 20];
    try (var out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space");
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  private HttpResponse<String> post(UpProcess server, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.address() + path))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(20))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  private HttpResponse<String> get(UpProcess server, String path)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.address() + path)).build(),
        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  /// Twenty customers who have not logged in yet; the rest is posted.
  private Path useCase() throws IOException {
    StringBuilder customers = new StringBuilder("customer,updated,plan\n");
    for (int k = 0; k < KEYS; k++) {
      customers.append("c").append(k).append(",2024-01-01T00:00:00Z,basic\n");
    }
    Files.writeString(folder.resolve("customers.csv"), customers);
    Files.writeString(
        folder.resolve("logins.csv"), "id,customer,at,minutes\ne0,c0,2024-01-02T00:00:00Z,1\n");
    Files.writeString(
        folder.resolve("cancellations.csv"), "customer,at\nc0,2024-02-02T00:00:00Z\n");
    return Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: crash
        frame:
          task: binary
          entity: customer
          observe: {every: 7d, from: 2024-01-05, to: 2024-01-26, population: {source: customers}}
          target: {event: cancellations, within: 30d}
        data:
          sources:
            customers: {kind: state, path: customers.csv, key: customer, event-time: updated}
            logins: {kind: events, path: logins.csv, key: customer, event-time: at, id: id, types: {minutes: number}}
            cancellations: {kind: events, path: cancellations.csv, key: customer, event-time: at}
        features:
          customers: {columns: [plan]}
          logins:
            - {count: "*", windows: [30d]}
            - {sum: minutes, windows: [30d]}
        production:
          fallback:
            - {when: logins_count_30d > 3, score: 0.6}
            - {otherwise: true, score: 0.1}
        """);
  }
}
