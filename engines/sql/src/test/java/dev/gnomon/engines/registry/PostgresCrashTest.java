package dev.gnomon.engines.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.Refusal;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.LedgerState;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.TrackingError.Code;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What may happen to registry and tracking in Postgres: processes that are killed in mid-write,
/// several at once, a server that is killed, a full disk.
@SuppressWarnings("NullAway.Init") // the server is started before each test
@Timeout(value = 10, unit = TimeUnit.MINUTES) // whatever hangs is found
class PostgresCrashTest {
  @TempDir Path directory;
  private EmbeddedPostgres server;
  private String url = "";
  private String run = "";

  @BeforeEach
  void startServer() throws IOException {
    server = start(0);
    url = url("postgres");
    try (Tracking tracking = tracking()) {
      run = tracking.createRun("0", "", null, null, List.of()).info().id();
    }
  }

  @AfterEach
  void stopServer() throws IOException {
    server.close();
  }

  /// @param port 0 for any
  private EmbeddedPostgres start(int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(directory.resolve("data"))
            .setCleanDataDirectory(false);
    return (port == 0 ? builder : builder.setPort(port)).start();
  }

  private String url(String database) {
    return "jdbc:postgresql://localhost:" + server.getPort() + "/" + database;
  }

  private Registry registry() {
    return Registry.open("postgres", ControlChild.settings(url), InstantSource.system());
  }

  private Tracking tracking() {
    return Tracking.open("postgres", ControlChild.settings(url), InstantSource.system());
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url("postgres"), "postgres", "");
        Statement all = connection.createStatement()) {
      all.execute(statement);
    }
  }

  /// What one writer was told, and which of its steps may be there or not.
  private static final class Told {
    final Set<Integer> acknowledged = new TreeSet<>();
    final Set<Integer> open = new TreeSet<>();
  }

  /// Nothing acknowledged is missing, nothing is there twice, a batch is there whole or not at all.
  private static void consistent(
      Registry registry, Tracking tracking, String run, Map<String, Told> writers) {
    assertThat(registry.verifyLedger().problem()).isEmpty();
    List<ModelVersion> versions = registry.versions("churn");
    for (int i = 0; i < versions.size(); i++) {
      assertThat(versions.get(i).version()).isEqualTo(i + 1);
    }
    Set<String> bundles =
        versions.stream().map(ModelVersion::bundleHash).collect(Collectors.toSet());
    assertThat(bundles).hasSameSizeAs(versions);
    List<LedgerEntry> all = registry.ledger(0, Integer.MAX_VALUE);
    assertThat(all.stream().filter(e -> e.kind().equals("register"))).hasSameSizeAs(versions);
    for (int i = 0; i < all.size(); i++) {
      if (Set.of("promotion", "rollback").contains(all.get(i).kind())) {
        assertThat(all.get(i + 1).kind()).as("they are written together").isEqualTo("alias");
      }
    }
    Set<String> params = tracking.run(run).params().keySet();
    writers.forEach((who, told) -> {
      List<Integer> notes =
          all.stream()
              .filter(e -> e.kind().equals("note") && e.subject().equals(who))
              .map(e -> Integer.valueOf(e.content()))
              .toList();
      thereOnce(notes, told);
      told.acknowledged.stream()
          .filter(ControlChild::registers)
          .forEach(i -> assertThat(bundles).contains(ControlChild.bundle(who, i)));
      Map<Long, Set<Double>> points = new HashMap<>();
      for (Metric point : tracking.history(run, who, 1_000_000, null).items()) {
        assertThat(points.computeIfAbsent(point.step(), step -> new HashSet<>()).add(point.value()))
            .isTrue();
      }
      assertThat(points.values()).allMatch(of -> of.size() == ControlChild.POINTS);
      List<Integer> batches = points.keySet().stream().map(Long::intValue).toList();
      thereOnce(batches, told);
      assertThat(params.stream().filter(name -> name.startsWith(who)))
          .containsExactlyInAnyOrderElementsOf(batches.stream().map(i -> who + i).toList());
    });
  }

  private static void thereOnce(List<Integer> found, Told told) {
    assertThat(found).doesNotHaveDuplicates().containsAll(told.acknowledged);
    assertThat(found)
        .allMatch(i -> told.acknowledged.contains(i) || told.open.contains(i), "was attempted");
  }

  private void kills(int count) throws Exception {
    Random random = new Random(5);
    Told told = new Told();
    int next = 0;
    for (int kill = 0; kill < count; kill++) {
      Process child = ControlChild.start(url, run, "k", next, 1_000_000, false);
      int until = next + 2 + random.nextInt(25);
      try (BufferedReader out =
          new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
          int i = Integer.parseInt(line);
          told.acknowledged.add(i);
          next = i + 1;
          if (i == until) {
            child.toHandle().destroyForcibly();
          }
        }
      }
      assertThat(child.waitFor()).isEqualTo(137);
      told.open.add(next++);
      try (Registry registry = registry();
          Tracking tracking = tracking()) {
        consistent(registry, tracking, run, Map.of("k", told));
      }
    }
    assertThat(told.acknowledged).hasSizeGreaterThan(2 * count);
  }

  @Test
  void threeKilledProcessesLoseNothingAcknowledged() throws Exception {
    kills(3);
  }

  @Test
  @Tag("long")
  void twentyKilledProcessesLoseNothingAcknowledged() throws Exception {
    kills(20);
  }

  @Test
  void twoProcessesWriteOneLedger() throws Exception {
    Map<String, Told> writers = Map.of("a", new Told(), "b", new Told());
    Map<String, Process> children = new HashMap<>();
    for (String who : writers.keySet()) {
      children.put(who, ControlChild.start(url, run, who, 0, 60, true));
    }
    // Both are at work before either goes on: one may start long before the other.
    for (var child : children.entrySet()) {
      assertThat(child.getValue().getInputStream().readNBytes(2)).isEqualTo("0\n".getBytes(UTF_8));
      Objects.requireNonNull(writers.get(child.getKey())).acknowledged.add(0);
    }
    for (Process child : children.values()) {
      child.getOutputStream().write('\n');
      child.getOutputStream().flush();
    }
    for (var child : children.entrySet()) {
      String out = new String(child.getValue().getInputStream().readAllBytes(), UTF_8);
      assertThat(child.getValue().waitFor()).isZero();
      Told told = Objects.requireNonNull(writers.get(child.getKey()));
      out.lines().map(Integer::valueOf).forEach(told.acknowledged::add);
      assertThat(told.acknowledged).hasSize(60);
    }
    try (Registry registry = registry();
        Tracking tracking = tracking()) {
      consistent(registry, tracking, run, writers);
      List<LedgerEntry> all = registry.ledger(0, Integer.MAX_VALUE);
      assertThat(changesOfHands(all)).as("they wrote by turns").isGreaterThan(10);
      Instant first = all.getFirst().at();
      long span = 1 + first.until(all.getLast().at(), java.time.temporal.ChronoUnit.MICROS);
      Random random = new Random(3);
      for (int i = 0; i < 60; i++) {
        Instant at =
            i % 2 == 0
                ? all.get(random.nextInt(all.size())).at()
                : first.plus(random.nextLong(span), java.time.temporal.ChronoUnit.MICROS);
        assertThat(registry.stateAt(at)).isEqualTo(LedgerState.at(all, at));
      }
    }
  }

  private static int changesOfHands(List<LedgerEntry> all) {
    int changes = 0;
    for (int i = 1; i < all.size(); i++) {
      changes += all.get(i).who().equals(all.get(i - 1).who()) ? 0 : 1;
    }
    return changes;
  }

  @Test
  void aKilledServerIsMissedAndComesBackWithAllThatWasAcknowledged() throws Exception {
    Told told = new Told();
    int port = server.getPort();
    try (Registry registry = registry();
        Tracking tracking = tracking()) {
      for (int round = 0; round < 2; round++) {
        int i = 100 * round;
        while (i < 100 * round + 8) {
          ControlChild.step(registry, tracking, run, "s", i);
          told.acknowledged.add(i++);
        }
        ProcessHandle postmaster = postmaster();
        Thread killer = Thread.ofPlatform().start(() -> killWithAll(postmaster));
        RuntimeException error = null;
        while (error == null) {
          try {
            ControlChild.step(registry, tracking, run, "s", i);
            told.acknowledged.add(i++);
          } catch (UncheckedIOException | TrackingError away) {
            error = away;
          }
        }
        told.open.add(i);
        killer.join();
        assertThatThrownBy(() -> registry.record("note", "churn", "t", "0", "t", ""))
            .isInstanceOf(UncheckedIOException.class)
            .hasMessageContaining("jdbc:postgresql://localhost:" + port)
            .hasMessageContaining("can't take this now");
        assertThatThrownBy(() -> registry.stateAt(Instant.MAX))
            .isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> tracking.run(run))
            .isInstanceOfSatisfying(
                TrackingError.class,
                e -> assertThat(e.code()).isEqualTo(Code.TEMPORARILY_UNAVAILABLE));
        server.close();
        server = start(port);
        consistent(registry, tracking, run, Map.of("s", told));
      }
    }
  }

  private ProcessHandle postmaster() throws IOException {
    String pid = Files.readAllLines(directory.resolve("data/postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
  }

  private static void killWithAll(ProcessHandle postmaster) {
    List<ProcessHandle> all = postmaster.descendants().toList();
    postmaster.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    postmaster.onExit().join();
    all.forEach(one -> one.onExit().join());
  }

  @Test
  void aFullDiskIsToldAndBreaksNothing() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        command("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk.toString()),
        "left out: it needs the right to mount a file system of its own");
    try {
      sql("CREATE TABLESPACE small LOCATION '" + disk + "'");
      sql("CREATE DATABASE small TABLESPACE small");
      url = url("small");
      Told told = new Told();
      try (Registry registry = registry();
          Tracking tracking = tracking()) {
        String here = tracking.createRun("0", "", null, null, List.of()).info().id();
        long room = disk.toFile().getUsableSpace();
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[(int) Math.max(0, room - (200 << 10))]);
        int i = 0;
        RuntimeException error = null;
        while (error == null) {
          assertThat(i).isLessThan(10_000);
          try {
            ControlChild.step(registry, tracking, here, "d", i);
            told.acknowledged.add(i++);
          } catch (UncheckedIOException | TrackingError full) {
            error = full;
          }
        }
        told.open.add(i++);
        assertThat(error)
            .hasMessageContaining("No space left on device")
            .hasMessageContaining("can't take this now");
        consistent(registry, tracking, here, Map.of("d", told));
        Files.delete(ballast);
        ControlChild.step(registry, tracking, here, "d", i);
        told.acknowledged.add(i);
        consistent(registry, tracking, here, Map.of("d", told));
      }
    } finally {
      server.close();
      assertThat(command("umount", disk.toString())).isTrue();
    }
  }

  private static boolean command(String... command) throws Exception {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // no such command
    }
  }

  @Test
  void aBackupOfTrackingNamesItsTool() throws Exception {
    try (Tracking tracking =
        Tracking.open(
            "postgres",
            Map.of("url", url + "?user=postgres&password=hunter2"),
            InstantSource.system())) {
      assertThatThrownBy(() -> tracking.backup(directory.resolve("copy.db")))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("pg_dump")
          .hasMessageContaining("--file=postgres.dump")
          .hasMessageContaining("localhost:" + server.getPort())
          .hasMessageNotContaining("hunter2");
    }
    assertThat(directory.resolve("copy.db")).doesNotExist();
  }
}
