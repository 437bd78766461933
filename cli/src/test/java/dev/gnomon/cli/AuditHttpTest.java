package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.security.Token;
import dev.gnomon.server.security.TokenFile;
import dev.gnomon.serving.ArrivalClock;
import java.io.RandomAccessFile;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The audit of a running server: what a flood of refused requests does to it, and reading it.
class AuditHttpTest {
  private static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");
  private static final String CREATE = "/api/2.0/mlflow/experiments/create";

  @TempDir private Path folder;

  private static String token(Home home, String name, Role role) {
    return "Bearer "
        + new TokenFile(home.tokens())
            .create(
                new Token.Wanted(name, role, Set.of(), Optional.empty()), NOW, new SecureRandom())
            .text();
  }

  private static HttpResponse<String> ask(
      LiveServer server, String method, String path, String token, String body) throws Exception {
    return server.send(
        HttpRequest.newBuilder(server.uri(path))
            .header("Authorization", token)
            .header("Content-Type", "application/json")
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body)));
  }

  private static List<JsonNode> lines(LiveServer server, String token, String query)
      throws Exception {
    HttpResponse<String> answer = ask(server, "GET", "/v1/audit" + query, token, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<JsonNode> out = new ArrayList<>();
    LiveServer.json(answer).path("lines").forEach(out::add);
    return out;
  }

  /// While a flood comes in and the disk of the audit hangs (a pipe that nobody reads), decisions
  /// and changes go on.
  @Test
  void floodOfRefusedRequestsNeitherHoldsUpNorHidesAnything() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "there is no mkfifo");
    Path file = SmallWorld.write(folder);
    Home home = LiveServer.home(file);
    String ada = token(home, "ada", Role.EDITOR);
    String eve = token(home, "eve", Role.VIEWER);
    String root = token(home, "root", Role.ADMIN);
    Path refusedFile = home.audit().resolveSibling("audit-refused.jsonl");
    assertThat(new ProcessBuilder("/usr/bin/mkfifo", refusedFile.toString()).start().waitFor())
        .isZero();
    int flood = 6_000;
    int changes = 60;
    try (RandomAccessFile pipe = new RandomAccessFile(refusedFile.toFile(), "rw")) {
      pipe.write(new byte[1 << 16]); // full
      try (LiveServer server = new LiveServer(file, ArrivalClock.wall(InstantSource.fixed(NOW)));
          ExecutorService clients = Executors.newFixedThreadPool(16)) {
        List<Callable<Integer>> asking = new ArrayList<>();
        for (int i = 0; i < flood; i++) {
          String name = "small/s" + i;
          asking.add(() -> ask(server, "POST", CREATE, eve, "{}").statusCode());
          if (i % (flood / changes) == 0) {
            asking.add(() ->
                ask(server, "POST", CREATE, ada, "{\"name\":\"%s\"}".formatted(name)).statusCode());
            asking.add(() ->
                ask(server, "POST", "/v1/usecases/small/decide", ada, "{\"key\":\"k2\"}")
                    .statusCode());
          }
        }
        int refused = 0;
        int done = 0;
        for (Future<Integer> one : clients.invokeAll(asking)) {
          switch (one.get()) {
            case 200 -> done++;
            case 403 -> refused++;
            default -> throw new AssertionError("answered with " + one.get());
          }
        }
        assertThat(refused).isEqualTo(flood);
        assertThat(done).isEqualTo(2 * changes);
        String metrics = ask(server, "GET", "/metrics", root, "").body();
        assertThat(metrics)
            .contains("gnomon_audit_counted_total %.1f\n".formatted(flood - 5.0))
            .contains("gnomon_audit_lost_total 0.0\n");
        assertThat(server.failures).isEmpty();
        Files.delete(refusedFile);
        pipe.readFully(new byte[1 << 16]); // the disk is back
      }
    }
    try (LiveServer server = new LiveServer(file, ArrivalClock.wall(InstantSource.fixed(NOW)))) {
      assertThat(lines(server, root, "?limit=1000&outcome=done"))
          .hasSize(changes)
          .allSatisfy(line -> {
            assertThat(line.path("who").stringValue()).isEqualTo("ada");
            assertThat(line.path("what").stringValue()).isEqualTo("POST " + CREATE);
          });
      assertThat(lines(server, root, "?who=eve&limit=1"))
          .singleElement()
          .satisfies(line ->
              assertThat(line.path("says").stringValue())
                  .isEqualTo("refused 5,995 more times from eve, 127.0.0.1"));
    }
  }

  @Test
  void pagesAndFiltersForAdmins() throws Exception {
    Path file = SmallWorld.write(folder);
    Home home = LiveServer.home(file);
    String root = token(home, "root", Role.ADMIN);
    String eve = token(home, "eve", Role.VIEWER);
    try (LiveServer server =
        new LiveServer(
            file,
            ArrivalClock.wall(InstantSource.fixed(NOW)),
            Security.of(home).at(InstantSource.fixed(NOW)))) {
      for (int i = 0; i < 7; i++) {
        ask(server, "POST", CREATE, root, "{\"name\":\"s%d\"}".formatted(i));
      }
      ask(server, "POST", "/v1/models/small/promote", eve, "{\"version\":1}");
      ask(server, "POST", "/v1/models/small/promote", root, "{\"version\":1}");
      ask(server, "POST", "/v1/models/other/promote", root, "{\"version\":1}");
      await(() -> lines(server, root, "").size() == 10);
      assertThat(numbers(lines(server, root, "?limit=3"))).containsExactly(10L, 9L, 8L);
      assertThat(numbers(lines(server, root, "?limit=3&before=8"))).containsExactly(7L, 6L, 5L);
      HttpResponse<String> page = ask(server, "GET", "/v1/audit?limit=3", root, "");
      assertThat(LiveServer.json(page).path("next").asLong()).isEqualTo(8);
      assertThat(lines(server, root, "?usecase=small"))
          .extracting(line -> line.path("who").stringValue() + line.path("status").asInt())
          .containsExactly("root404", "eve403");
      assertThat(lines(server, root, "?who=eve&outcome=refused")).hasSize(1);
      assertThat(lines(server, root, "?outcome=done&limit=1000"))
          .hasSize(7)
          .extracting(line -> line.path("at").stringValue())
          .containsOnly(NOW.toString());
      HttpResponse<String> wrong = ask(server, "GET", "/v1/audit?outcome=odd&limit=3", root, "");
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(wrong.body()).contains("done, refused, failed");
      assertThat(IntStream.of(0, 1_001))
          .allSatisfy(limit ->
              assertThat(ask(server, "GET", "/v1/audit?limit=" + limit, root, "").statusCode())
                  .isEqualTo(400));
      assertThat(server.failures).isEmpty();
    }
  }

  private static List<Long> numbers(List<JsonNode> lines) {
    return lines.stream().map(line -> line.path("n").asLong()).toList();
  }

  private static void await(Callable<Boolean> done) throws Exception {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!done.call()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.sleep(10);
    }
  }
}
