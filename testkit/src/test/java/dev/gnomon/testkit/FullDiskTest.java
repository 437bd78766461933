package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.log.LogFullException;
import dev.gnomon.serving.DecideRequest;
import dev.gnomon.serving.Decided;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.DecisionRecord.Cause;
import dev.gnomon.serving.LiveUseCase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A decision whose record can't be kept is none: the caller gets an error, nothing is counted, and
/// once there is room decisions go on by themselves.
class FullDiskTest {
  private static final String ONCE = "problem: {repeat: {at-most: 1, per: 1d}}";

  /// No decision log of two segments takes as many.
  private static final int ENOUGH = 3_000_000;

  @TempDir private Path directory = Path.of("");

  private static DecideRequest request(String key, String id) {
    return new DecideRequest(
        Optional.of(id), key, OptionalLong.empty(), Map.of("age", 2.0, "size", 1.0), false);
  }

  /// Decides until the log is full; returns how many were.
  private static int fill(LiveUseCase live) {
    for (int i = 0; i < ENOUGH; i++) {
      try {
        RiskWorld.decide(live, 0); // a no, which no limit counts
      } catch (UncheckedIOException e) {
        assertThat(e).hasCauseInstanceOf(LogFullException.class);
        return i;
      }
    }
    throw new AssertionError("the log took all");
  }

  private interface Step {
    void run() throws IOException;
  }

  private void fullAndBack(RiskWorld world, LiveUseCase live, Step free) throws IOException {
    int made = fill(live);
    assertThat(made).isGreaterThan(1_000);
    for (int i = 0; i < 20; i++) {
      // Had one of them counted, the key would have had its yes.
      assertThatThrownBy(() -> live.decide(request("fresh", "x")))
          .isInstanceOf(UncheckedIOException.class);
    }
    free.run();
    Decided[] after = new Decided[1];
    RiskWorld.until(
        "recovered",
        () -> {
          try {
            after[0] = live.decide(request("fresh", "x"));
            return true;
          } catch (UncheckedIOException e) {
            return false;
          }
        });
    assertThat(after[0].record().yes()).isTrue();
    assertThat(after[0].record().cause()).isEqualTo(Cause.NONE);
    assertThat(live.decide(request("fresh", "x")).id()).isEqualTo(after[0].id());
    assertThat(live.decide(request("fresh", "y")).record().cause()).isEqualTo(Cause.REPEAT);
    List<DecisionRecord> logged = world.logged();
    assertThat(logged).hasSize(made + 2);
    assertThat(logged.stream().filter(one -> one.key().equals("fresh"))).hasSize(2);
  }

  @Test
  void aLogWithoutAFurtherSegmentRefusesAndRecovers() throws IOException {
    try (RiskWorld world = new RiskWorld(directory, ONCE)) {
      LiveUseCase live = world.live();
      live.decisions().install(world.version(1, RiskWorld.line(0.3)));
      RiskWorld.decide(live, 0);
      Path log = world.home.decisions("risk");
      Path aside = log.resolveSibling("aside");
      RiskWorld.until("the next segment lies ready", () -> segments(log) == 2);
      Files.move(log, aside); // open segments go on, no further one can be made
      fullAndBackAfterOne(world, live, () -> Files.move(aside, log));
    }
  }

  private void fullAndBackAfterOne(RiskWorld world, LiveUseCase live, Step free)
      throws IOException {
    int made = fill(live);
    free.run();
    RiskWorld.until(
        "recovered",
        () -> {
          try {
            RiskWorld.decide(live, 0);
            return true;
          } catch (UncheckedIOException e) {
            return false;
          }
        });
    assertThat(world.logged()).hasSize(made + 2);
  }

  private static long segments(Path log) {
    try (var files = Files.list(log)) {
      return files.filter(file -> file.toString().endsWith(".log")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aDiskWithoutRoomRefusesAndRecovers() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", disk.toString()),
        "left out: it needs the right to mount a file system of its own");
    try {
      Path ballast = disk.resolve("ballast");
      try (RiskWorld world = new RiskWorld(disk, ONCE)) {
        LiveUseCase live = world.live();
        live.decisions().install(world.version(1, RiskWorld.line(0.3)));
        Path log = world.home.decisions("risk");
        RiskWorld.until("the next segment lies ready", () -> segments(log) == 2);
        long room = disk.toFile().getUsableSpace();
        Files.write(ballast, new byte[(int) Math.max(0, room - (8 << 20))]);
        fullAndBack(world, live, () -> Files.delete(ballast));
      }
    } finally {
      assertThat(run("umount", disk.toString())).isTrue();
    }
  }

  private static boolean run(String... command) throws Exception {
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
}
