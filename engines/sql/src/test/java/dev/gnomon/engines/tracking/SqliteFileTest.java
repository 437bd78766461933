package dev.gnomon.engines.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.TrackingError.Code;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What may happen to a file of tracking: several processes, one that is killed, a full disk.
class SqliteFileTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

  @TempDir private Path directory = Path.of("");

  private static Tracking open(Path file) {
    return Tracking.open("sqlite", Map.of("path", file.toString()), CLOCK);
  }

  private static String newRun(Tracking tracking) {
    return tracking.createRun("0", "", null, null, List.of()).info().id();
  }

  private static void assertSound(Path file) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet check = statement.executeQuery("PRAGMA integrity_check")) {
      assertThat(check.next()).isTrue();
      assertThat(check.getString(1)).isEqualTo("ok");
    }
  }

  /// Whole batches, each at most once: points, parameter and tag of it or nothing.
  private static int assertWhole(Tracking tracking, String run, String who) {
    Run read = tracking.run(run);
    List<Metric> points = tracking.history(run, who, 1_000_000, null).items();
    assertThat(points.size() % TrackingChild.POINTS).isZero();
    int batches = points.size() / TrackingChild.POINTS;
    for (int i = 0; i < batches; i++) {
      assertThat(points.subList(i * TrackingChild.POINTS, (i + 1) * TrackingChild.POINTS))
          .isEqualTo(TrackingChild.batch(who, i).metrics());
      assertThat(read.params()).containsEntry(who + i, "x");
    }
    assertThat(read.params().keySet().stream().filter(key -> key.startsWith(who)).count())
        .isEqualTo(batches);
    if (batches > 0) {
      assertThat(read.tags()).containsEntry(who, Integer.toString(batches - 1));
      assertThat(read.metrics().stream().filter(m -> m.key().equals(who)))
          .containsExactly(new Metric(who, TrackingChild.POINTS - 1, batches - 1, batches - 1));
    }
    return batches;
  }

  @Test
  void processesShareAFile() throws Exception {
    Path file = directory.resolve("tracking.db");
    try (Tracking tracking = open(file)) {
      String run = newRun(tracking);
      List<Process> children =
          List.of(
              TrackingChild.start(file, run, "a", 0, 40),
              TrackingChild.start(file, run, "b", 0, 40));
      for (int i = 0; i < 40; i++) {
        tracking.log(run, TrackingChild.batch("c", i));
      }
      for (Process child : children) {
        child.getInputStream().readAllBytes();
        assertThat(child.waitFor()).isZero();
      }
      for (String who : List.of("a", "b", "c")) {
        assertThat(assertWhole(tracking, run, who)).isEqualTo(40);
      }
    }
    assertSound(file);
  }

  private void kill(int times) throws Exception {
    Path file = directory.resolve("tracking.db");
    String run;
    try (Tracking tracking = open(file)) {
      run = newRun(tracking);
    }
    int next = 0;
    for (int kill = 0; kill < times; kill++) {
      Process child = TrackingChild.start(file, run, "k", next, 1_000_000);
      int last = next - 1;
      try (BufferedReader told =
          new BufferedReader(new InputStreamReader(child.getInputStream(), UTF_8))) {
        for (String line = told.readLine(); line != null; line = told.readLine()) {
          last = Integer.parseInt(line);
          if (last == next + 3 + 5 * kill % 17) {
            child.toHandle().destroyForcibly();
          }
        }
      }
      assertThat(child.waitFor()).isEqualTo(137);
      assertSound(file);
      try (Tracking tracking = open(file)) {
        next = assertWhole(tracking, run, "k");
        assertThat(next).as("nothing acknowledged is lost").isBetween(last + 1, last + 2);
      }
    }
  }

  @Test
  void aKilledProcessLosesNothingAcknowledged() throws Exception {
    kill(3);
  }

  @Test
  @org.junit.jupiter.api.Tag("long")
  void twentyKilledProcessesLoseNothingAcknowledged() throws Exception {
    kill(20);
  }

  @Test
  void aFullDiskIsToldAndBreaksNothing() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        command("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()),
        "left out: it needs the right to mount a file system of its own");
    try {
      Path file = disk.resolve("tracking.db");
      Path ballast = disk.resolve("ballast");
      try (Tracking tracking = open(file)) {
        String run = newRun(tracking);
        tracking.log(run, TrackingChild.batch("d", 0));
        long room = disk.toFile().getUsableSpace();
        Files.write(ballast, new byte[(int) Math.max(0, room - (200 << 10))]);
        int done = 1;
        TrackingError error = null;
        while (error == null) {
          assertThat(done).isLessThan(10_000);
          try {
            tracking.log(run, TrackingChild.batch("d", done));
            done++;
          } catch (TrackingError e) {
            error = e;
          }
        }
        assertThat(error.code()).isEqualTo(Code.TEMPORARILY_UNAVAILABLE);
        assertThat(error).hasMessageContaining("full").hasMessageContaining(file.toString());
        assertThat(assertWhole(tracking, run, "d")).as("readers go on").isEqualTo(done);
        Files.delete(ballast);
        tracking.log(run, TrackingChild.batch("d", done));
        assertThat(assertWhole(tracking, run, "d")).isEqualTo(done + 1);
      }
      assertSound(file);
    } finally {
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
  void aCopyIsThatOfItsMoment() throws Exception {
    Path file = directory.resolve("tracking.db");
    Path copy = directory.resolve("copy.db");
    try (Tracking tracking = open(file)) {
      String run = newRun(tracking);
      tracking.log(run, TrackingChild.batch("a", 0));
      tracking.backup(copy);
      tracking.log(run, TrackingChild.batch("a", 1));
      try (Tracking restored = open(copy)) {
        assertThat(assertWhole(restored, run, "a")).isEqualTo(1);
      }
    }
  }

  @Test
  void aFailedChangeChangesNothing() {
    try (Tracking tracking = open(directory.resolve("tracking.db"))) {
      String run = newRun(tracking);
      tracking.log(run, TrackingChild.batch("a", 0));
      var conflict =
          new Batch(
              TrackingChild.batch("b", 0).metrics(),
              List.of(new Tag("new", "1"), new Tag("a0", "other")),
              List.of(new Tag("new", "1")));
      Run before = tracking.run(run);
      assertThatThrownBy(() -> tracking.log(run, conflict)).isInstanceOf(TrackingError.class);
      assertThat(tracking.run(run)).isEqualTo(before);
    }
  }

  @Test
  void aNewerFileAndOtherSettingsAreRefused() throws SQLException {
    Path file = directory.resolve("tracking.db");
    try (Tracking made = open(file)) {
      made.study(Study.DEFAULT);
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE tracking_history SET version = '99'");
    }
    assertThatThrownBy(() -> open(file).study(Study.DEFAULT))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("written by a newer version (schema 99)");
    assertThatThrownBy(() -> Tracking.open("sqlite", Map.of("file", "x"), CLOCK))
        .isInstanceOf(BadInput.class)
        .hasMessage("tracking 'sqlite': settings [file]; exactly one: path, a file");
    assertThatThrownBy(() -> Tracking.open("sqlight", Map.of(), CLOCK))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("no tracking store named 'sqlight'")
        .hasMessageContaining("sqlite");
  }
}
