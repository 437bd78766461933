package dev.gnomon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Kills real processes and fills real file systems.
@EnabledOnOs({OS.LINUX, OS.MAC})
class LogCrashTest {
  @TempDir Path directory;

  private static List<String> child(Path directory, int segmentBytes, boolean forced) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-Xmx64m",
        "-XX:+UseSerialGC",
        "-cp",
        System.getProperty("java.class.path"),
        LogChild.class.getName(),
        directory.toString(),
        Integer.toString(segmentBytes),
        Boolean.toString(forced));
  }

  /// What a child acknowledged: how many in all, and of each producer everything below a number.
  private record Acknowledged(int all, int[] below) {}

  /// Reads acknowledgements until the process ends, and kills it after so many of them.
  private static Acknowledged listen(Process process, int killAfter) throws IOException {
    int[] below = new int[2];
    int all = 0;
    try (DataInputStream in = new DataInputStream(process.getInputStream())) {
      while (true) {
        int producer = in.readByte();
        int number = in.readInt();
        assertThat(number).isEqualTo(below[producer]);
        below[producer]++;
        if (++all == killAfter) {
          process
              .toHandle()
              .destroyForcibly(); // SIGKILL; the process itself would close the pipe too
        }
      }
    } catch (EOFException e) {
      return new Acknowledged(all, below);
    }
  }

  /// Every acknowledged record is there, whole; a record whose acknowledgement was cut off may be.
  private static void check(Path log, List<int[]> lives) throws IOException {
    int life = -1;
    List<BitSet[]> seen = new ArrayList<>();
    try (LogReader reader = LogReader.of(log, SegmentedLog.START)) {
      while (reader.next()) {
        int number = (int) reader.time();
        if (life < 0 || (number == 0 && seen.get(life)[reader.type()].get(0))) {
          seen.add(new BitSet[] {new BitSet(), new BitSet()});
          life++;
        }
        assertThat(reader.bytes()).isEqualTo(LogChild.body(reader.type(), number));
        seen.get(life)[reader.type()].set(number);
      }
      assertThat(reader.damaged()).isZero();
    }
    assertThat(seen).hasSameSizeAs(lives);
    for (int i = 0; i < lives.size(); i++) {
      for (int producer = 0; producer < 2; producer++) {
        assertThat(seen.get(i)[producer].nextClearBit(0))
            .as("life %d, producer %d: first record missing", i, producer)
            .isBetween(lives.get(i)[producer], lives.get(i)[producer] + 1);
      }
    }
  }

  private void killRepeatedly(int times, boolean forced, int most) throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    List<int[]> lives = new ArrayList<>();
    int acknowledged = 0;
    int tails = 0;
    int holes = 0;
    Path log = directory.resolve("log");
    for (int i = 0; i < times; i++) {
      Process process =
          new ProcessBuilder(child(log, 1 << 20, forced))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Acknowledged told = listen(process, 1 + random.nextInt(most));
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as("killed").isEqualTo(137);
      lives.add(told.below);
      acknowledged += told.all;
      if (i % 2 == 0) { // otherwise the next child repairs
        try (SegmentedLog repaired =
            SegmentedLog.open(log, LogSettings.DEFAULT.withSegmentBytes(1 << 20))) {
          RecoveryReport report = repaired.recovery();
          assertThat(report.damaged()).isZero();
          assertThat(report.scanned()).as("the killed process left a segment open").isPositive();
          assertThat(report.trimmedBytes()).isPositive();
          tails += report.tails();
          holes += report.holes();
        }
      }
      check(log, lives);
    }
    System.out.printf(
        "killed %d times (%s): %d acknowledged, 0 lost, 0 damaged, %d tails and %d holes repaired%n",
        times, forced ? "forced" : "mapped", acknowledged, tails, holes);
  }

  @Test
  void fiveKillsLoseNothingAcknowledged() throws Exception {
    killRepeatedly(5, false, 20_000);
  }

  @Test
  void killsLoseNothingAcknowledgedAsForced() throws Exception {
    killRepeatedly(2, true, 300);
  }

  @Test
  @Tag("long")
  void thirtyKillsLoseNothingAcknowledged() throws Exception {
    killRepeatedly(30, false, 40_000);
  }

  @Test
  void aFileSizeLimitIsAnErrorAtOpening() throws Exception {
    Path log = directory.resolve("log");
    String command = "ulimit -f 512; exec '" + String.join("' '", child(log, 4 << 20, false)) + "'";
    Process process = new ProcessBuilder("bash", "-c", command).start();
    String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("FULL log full: no room for a segment of 4194304 bytes in " + log);
    assertThat(SegmentFiles.list(log)).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsAnErrorAndKeepsWhatWasAcknowledged() throws Exception {
    Path mount = Files.createDirectory(directory.resolve("small"));
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=3600k", "tmpfs", mount.toString()))
        .as("mounting a small file system needs root")
        .isZero();
    try {
      Path log = mount.resolve("log");
      Process process = new ProcessBuilder(child(log, 1 << 20, false)).start();
      Acknowledged told = listen(process, -1);
      String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
      assertThat(said).contains("FULL log full", "no space left on the device");
      assertThat(told.all).as("three segments of 1 MiB fit").isGreaterThan(3 * 2500);
      check(log, List.of(told.below));
    } finally {
      assertThat(run("umount", mount.toString())).isZero();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void takesRecordsAgainOnceThereIsRoomWithoutBeingOpenedAgain() throws Exception {
    Path mount = Files.createDirectory(directory.resolve("small"));
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=3600k", "tmpfs", mount.toString()))
        .as("mounting a small file system needs root")
        .isZero();
    try {
      Path filler = Files.write(mount.resolve("filler"), new byte[1 << 20]);
      LogSettings settings = LogSettings.DEFAULT.withSegmentBytes(1 << 20);
      byte[] body = new byte[1000];
      int taken = 0;
      try (SegmentedLog log = SegmentedLog.open(mount.resolve("log"), settings)) {
        try {
          for (; taken < 10_000; taken++) {
            log.append(1, taken, body, 0, body.length);
          }
        } catch (LogFullException full) {
          assertThat(full).hasMessageContaining("no space left on the device");
        }
        assertThat(taken).isBetween(2_000, 2_100);
        assertThat(log.readings().full()).isPresent();
        Files.delete(filler);
        boolean full = true;
        for (long end = System.nanoTime() + 20_000_000_000L; full && System.nanoTime() < end; ) {
          try {
            log.append(1, taken, body, 0, body.length);
            full = false;
            taken++;
          } catch (LogFullException still) {
            Thread.onSpinWait(); // it looks for room once a second
          }
        }
        assertThat(full).isFalse();
        assertThat(log.readings().end()).isEqualTo(log.end());
        int read = 0;
        try (LogReader reader = log.read(SegmentedLog.START)) {
          while (reader.next()) {
            assertThat(reader.time()).isEqualTo(read++);
          }
        }
        assertThat(read).isEqualTo(taken);
      }
    } finally {
      assertThat(run("umount", mount.toString())).isZero();
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
