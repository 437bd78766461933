package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.View;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A training in a process of its own that is ended from outside: its runs say so, at once after
/// SIGTERM, and from the next training on after `kill -9`.
class KilledTrainingTest {
  @TempDir private Path folder;

  /// Takes minutes if it is left alone.
  @BeforeEach
  void longTraining() throws IOException {
    Random random = new Random(11);
    StringBuilder rows = new StringBuilder("id,age,visits,spend,gone\n");
    for (int i = 0; i < 4_000; i++) {
      double visits = random.nextInt(20);
      boolean gone = random.nextDouble() < 1 / (1 + Math.exp(0.3 * visits - 2));
      rows.append(
          String.format(
              Locale.ROOT,
              "k%d,%d,%s,%.3f,%s%n",
              i,
              random.nextInt(60),
              visits,
              random.nextDouble(),
              gone ? "yes" : "no"));
    }
    Files.writeString(folder.resolve("people.csv"), rows);
    statement(5_000);
  }

  private void statement(int trials) throws IOException {
    Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: leavers
        problem: {decision: Call, owner: team@example.com, costs: {currency: EUR, true-positive: 5, false-positive: 5, false-negative: 20}}
        frame: {task: binary, entity: person, target: {column: gone, positive: "yes"}}
        data: {table: people.csv, key: id}
        models: {candidates: [logistic], calibration: none}
        training: {split: {by: random}, search: {method: random, trials: %d}}
        """
            .formatted(trials));
  }

  private Process train() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "dev.gnomon.cli.Main",
            "train",
            folder.resolve("usecase.yaml").toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("child.txt").toFile())
        .start();
  }

  private List<Run> runs() {
    Path file = new Home(folder.resolve(".gnomon")).tracking();
    if (!Files.exists(file)) {
      return List.of();
    }
    try (Tracking tracking =
        Tracking.open("sqlite", Map.of("path", file.toString()), InstantSource.system())) {
      return tracking
          .searchRuns(
              List.of(tracking.studyByName("leavers").id()),
              new Search("", List.of(), View.ACTIVE_ONLY, 1_000, null))
          .items();
    } catch (TrackingError notYet) {
      return List.of();
    }
  }

  private static long count(List<Run> runs, RunStatus status) {
    return runs.stream().filter(run -> run.info().status() == status).count();
  }

  /// Waits until a candidate is in the midst of its search.
  private void awaitMidst(Process child) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (count(runs(), RunStatus.RUNNING) < 2) {
      assertThat(child.isAlive() && System.nanoTime() < until)
          .as(Files.readString(folder.resolve("child.txt")))
          .isTrue();
      Thread.sleep(20);
    }
  }

  @Test
  void whatSigtermEndsSaysSoItself() throws Exception {
    Process child = train();
    try {
      awaitMidst(child);
      child.destroy();
      assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.exitValue()).as("128 + SIGTERM").isEqualTo(143);
    List<Run> runs = runs();
    assertThat(count(runs, RunStatus.RUNNING)).isZero();
    assertThat(count(runs, RunStatus.KILLED)).isGreaterThanOrEqualTo(2);
    assertThat(runs)
        .filteredOn(run -> run.info().status() == RunStatus.KILLED)
        .allSatisfy(run -> assertThat(run.info().end()).isNotNull());
    assertThat(count(runs, RunStatus.FAILED)).isZero();
  }

  @Test
  void whatKillDashNineEndsIsMarkedByTheNextTraining() throws Exception {
    Process child = train();
    try {
      awaitMidst(child);
    } finally {
      int _ = child.destroyForcibly().waitFor();
    }
    List<String> left =
        runs().stream()
            .filter(run -> run.info().status() == RunStatus.RUNNING)
            .map(run -> run.info().id())
            .toList();
    assertThat(left).as("nobody could say it").hasSizeGreaterThanOrEqualTo(2);
    statement(2);
    Recorded next = new Recorded(false);
    assertThat(
            Main.run(
                next.terminal,
                InstantSource.system(),
                "train",
                folder.resolve("usecase.yaml").toString()))
        .as(next.out() + next.err())
        .isZero();
    assertThat(runs())
        .filteredOn(run -> left.contains(run.info().id()))
        .hasSameSizeAs(left)
        .allSatisfy(run -> {
          assertThat(run.info().status()).isEqualTo(RunStatus.KILLED);
          assertThat(run.info().end()).isNotNull();
        });
    assertThat(count(runs(), RunStatus.RUNNING)).isZero();
    assertThat(count(runs(), RunStatus.FINISHED)).isPositive();
  }
}
