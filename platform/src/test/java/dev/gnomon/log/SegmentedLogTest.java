package dev.gnomon.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.Refusal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentedLogTest {
  private static final LogSettings SMALL = new LogSettings(8192, Duration.ofMillis(5));

  @TempDir Path directory;

  private record Entry(long position, int type, long time, String body) {}

  private static byte[] body(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static List<Entry> drain(LogReader reader) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (reader) {
      while (reader.next()) {
        assertThat(reader.body()).isEqualTo(ByteBuffer.wrap(reader.bytes()));
        entries.add(
            new Entry(
                reader.position(), reader.type(), reader.time(), Arrays.toString(reader.bytes())));
      }
    }
    return entries;
  }

  private List<Entry> write(SegmentedLog log, int count, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<Entry> written = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] body = body(random, random.nextInt(SMALL.maxBodyBytes() + 1));
      long position =
          i % 2 == 0
              ? log.append(i, -i, body, 0, body.length)
              : log.append(i, -i, ByteBuffer.allocateDirect(body.length).put(0, body));
      written.add(new Entry(position, i, -i, Arrays.toString(body)));
    }
    return written;
  }

  @Test
  void givesBackWhatWasAppendedAcrossSegmentsWhileOpenAndAfterReopening() throws IOException {
    List<Entry> written;
    try (SegmentedLog log = SegmentedLog.open(directory, SMALL)) {
      assertThat(log.recovery().segments()).isZero();
      written = write(log, 100, 1);
      assertThat(written).isSortedAccordingTo((a, b) -> Long.compare(a.position, b.position));
      assertThat(drain(log.read(SegmentedLog.START))).isEqualTo(written);
      assertThat(drain(log.read(written.get(60).position)))
          .isEqualTo(written.subList(60, written.size()));
    }
    try (SegmentedLog log = SegmentedLog.open(directory, SMALL)) {
      assertThat(log.recovery().clean()).isTrue();
      assertThat(log.recovery().scanned()).as("a closed log is not read again").isZero();
      written.addAll(write(log, 10, 2));
      assertThat(drain(log.read(SegmentedLog.START))).isEqualTo(written);
    }
  }

  @Test
  void takesAnEmptyBodyAndTheLongestAndRefusesOneMore() throws IOException {
    try (SegmentedLog log = SegmentedLog.open(directory, SMALL)) {
      log.append(0, 0, new byte[0], 0, 0);
      log.append(1, 0, new byte[SMALL.maxBodyBytes()], 0, SMALL.maxBodyBytes());
      assertThat(drain(log.read(0))).hasSize(2);
      assertThatThrownBy(() -> log.append(2, 0, new byte[4096], 0, SMALL.maxBodyBytes() + 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a log record of 2049 bytes; this log takes at most 2048");
    }
  }

  @Test
  void fourProducersLoseNothingAndGetDistinctPositions() throws Exception {
    int each = 20_000;
    var positions = ConcurrentHashMap.<Long>newKeySet();
    try (SegmentedLog log = SegmentedLog.open(directory, SMALL.withSegmentBytes(64 << 10))) {
      List<Thread> producers = new ArrayList<>();
      for (int p = 0; p < 4; p++) {
        int producer = p;
        producers.add(
            Thread.ofPlatform()
                .start(() -> {
                  ByteBuffer body = ByteBuffer.allocate(24);
                  try {
                    for (int i = 0; i < each; i++) {
                      body.clear().putLong(i).limit(8 + i % 16);
                      body.position(0);
                      positions.add(log.append(producer, i, body));
                    }
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                }));
      }
      for (Thread producer : producers) {
        producer.join();
      }
      assertThat(positions).hasSize(4 * each);
      long[] next = new long[4];
      try (LogReader reader = log.read(SegmentedLog.START)) {
        while (reader.next()) {
          assertThat(reader.time()).as("in each producer's order").isEqualTo(next[reader.type()]++);
          assertThat(positions.remove(reader.position())).isTrue();
        }
        assertThat(reader.damaged() + reader.holes()).isZero();
      }
      assertThat(positions).isEmpty();
    }
  }

  @Test
  void forcedCoversEverythingAppendedBefore() throws IOException {
    try (SegmentedLog log =
        SegmentedLog.open(directory, new LogSettings(8192, Duration.ofDays(1)))) {
      write(log, 30, 3);
      long end = log.end();
      log.awaitForced();
      assertThat(log.forcedPosition()).isEqualTo(end);
      assertThat(log.readings().unforced()).isEqualTo(Duration.ZERO);
      log.append(1, 1, new byte[3], 0, 3);
      assertThat(log.readings().end()).isGreaterThan(log.readings().forced());
      assertThat(log.readings().unforced()).isPositive();
      long position = log.appendForced(1, 1, new byte[3], 0, 3);
      assertThat(log.forcedPosition()).isGreaterThan(position);
    }
  }

  @Test
  void aClosedLogRefusesAppendsAndForces() throws IOException {
    SegmentedLog log = SegmentedLog.open(directory, SMALL);
    log.close();
    log.close();
    assertThatThrownBy(() -> log.append(0, 0, new byte[1], 0, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is closed");
    assertThatThrownBy(log::awaitForced).hasMessageContaining("the log is closed");
  }

  @Test
  void isOpenInOnePlaceOnly() throws IOException {
    try (SegmentedLog log = SegmentedLog.open(directory, SMALL)) {
      assertThat(log.end()).isPositive();
      assertThatThrownBy(() -> SegmentedLog.open(directory, SMALL))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("in use by process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void deletesOldSegmentsAndNeverGivesAPositionTwice() throws IOException {
    long last;
    try (SegmentedLog log = SegmentedLog.open(directory, SMALL)) {
      List<Entry> written = write(log, 100, 4);
      log.awaitForced(); // old segments are retired by now
      Entry kept = written.get(70);
      assertThat(log.deleteBefore(kept.position)).isPositive();
      List<Entry> left = drain(log.read(SegmentedLog.START));
      assertThat(left).endsWith(written.subList(70, 100).toArray(new Entry[0]));
      assertThat(left.getFirst().position >>> 32).isEqualTo(kept.position >>> 32);
      last = written.getLast().position;
    }
    try (SegmentedLog log = SegmentedLog.open(directory, SMALL)) {
      log.deleteBefore(Long.MAX_VALUE);
      assertThat(drain(log.read(SegmentedLog.START))).isEmpty();
    }
    try (SegmentedLog log = SegmentedLog.open(directory, SMALL)) {
      assertThat(log.append(0, 0, new byte[1], 0, 1)).isGreaterThan(last);
    }
  }

  @Test
  void repeatedOpeningLeavesNoFilesBehind() throws IOException {
    for (int i = 0; i < 5; i++) {
      SegmentedLog.open(directory, SMALL).close();
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("0000000000.log", "lock");
    }
  }

  /// Takes the seal off a closed segment, as if its process had been killed.
  private Path unseal(int index) throws IOException {
    Path file = SegmentFiles.path(directory, index);
    overwrite(file, RecordFormat.END, new byte[12]);
    return file;
  }

  private static void overwrite(Path file, long at, byte[] bytes) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.seek(at);
      access.write(bytes);
    }
  }

  private List<Entry> threeRecords() throws IOException {
    try (SegmentedLog log = SegmentedLog.open(directory, SMALL)) {
      List<Entry> written = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        byte[] body = body(new SplittableRandom(i), 100);
        written.add(new Entry(log.append(i, i, body, 0, 100), i, i, Arrays.toString(body)));
      }
      return written;
    }
  }

  @Test
  void cutsOffAnUnfinishedLastRecordAndSaysSo() throws IOException {
    List<Entry> written = threeRecords();
    Path file = unseal(0);
    overwrite(file, written.get(2).position, new byte[4]); // length never written
    try (SegmentedLog log = SegmentedLog.open(directory, SMALL)) {
      RecoveryReport report = log.recovery();
      assertThat(report.tails()).isEqualTo(1);
      assertThat(report.records()).isEqualTo(2);
      assertThat(report.trimmedBytes()).isEqualTo(120);
      assertThat(report.details())
          .containsExactly("0000000000.log at 304: unfinished or damaged tail cut off");
      assertThat(drain(log.read(0))).isEqualTo(written.subList(0, 2));
    }
  }

  @Test
  void stepsOverAHoleInTheMiddleAndSaysSo() throws IOException {
    List<Entry> written = threeRecords();
    overwrite(unseal(0), written.get(1).position, new byte[4]);
    try (SegmentedLog log = SegmentedLog.open(directory, SMALL)) {
      assertThat(log.recovery().holes()).isEqualTo(1);
      assertThat(log.recovery().damaged()).isZero();
      assertThat(log.recovery().details())
          .containsExactly("0000000000.log at 184: unfinished, 120 bytes skipped");
      assertThat(drain(log.read(0))).containsExactly(written.get(0), written.get(2));
    }
  }

  @Test
  void stepsOverAFlippedBitAndSaysSoInASealedSegmentToo() throws IOException {
    List<Entry> written = threeRecords();
    byte[] bytes = Files.readAllBytes(SegmentFiles.path(directory, 0));
    int at = (int) written.get(1).position + 60;
    overwrite(SegmentFiles.path(directory, 0), at, new byte[] {(byte) (bytes[at] ^ 1)});
    try (LogReader reader = LogReader.of(directory, SegmentedLog.START)) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.next()).isTrue();
      assertThat(reader.position()).isEqualTo(written.get(2).position);
      assertThat(reader.damaged()).isEqualTo(1);
    }
    unseal(0);
    try (SegmentedLog log = SegmentedLog.open(directory, SMALL)) {
      assertThat(log.recovery().damaged()).isEqualTo(1);
      assertThat(log.recovery().details())
          .containsExactly("0000000000.log at 184: checksum is not right, 120 bytes skipped");
    }
  }

  @Test
  void noSingleFlippedBitOfARecordGoesUnnoticed() throws IOException {
    List<Entry> written = threeRecords();
    Path file = SegmentFiles.path(directory, 0);
    byte[] bytes = Files.readAllBytes(file);
    int start = (int) written.get(1).position;
    for (int bit = 0; bit < 120 * 8; bit++) {
      int at = start + bit / 8;
      overwrite(file, at, new byte[] {(byte) (bytes[at] ^ 1 << bit % 8)});
      assertThat(drain(LogReader.of(directory, 0)))
          .as("bit %d", bit)
          .containsExactly(written.get(0), written.get(2));
      overwrite(file, at, new byte[] {bytes[at]});
    }
  }

  @Test
  void aRecordHiddenInABodyIsNotTakenForOne() throws IOException {
    List<Entry> written = threeRecords();
    byte[] segment = Files.readAllBytes(SegmentFiles.path(directory, 0));
    byte[] record = Arrays.copyOfRange(segment, (int) written.get(0).position, 184);
    Path other = directory.resolve("other");
    try (SegmentedLog log = SegmentedLog.open(other, SMALL)) {
      log.append(0, 0, new byte[100], 0, 100);
      byte[] crafted = new byte[200];
      System.arraycopy(record, 0, crafted, 4, record.length); // aligned inside the slot
      log.append(0, 0, crafted, 0, crafted.length);
      log.append(0, 0, new byte[100], 0, 100);
    }
    overwrite(SegmentFiles.path(other, 0), 184, new byte[4]);
    assertThat(drain(LogReader.of(other, 0))).hasSize(2);
  }

  @Test
  void leavesASegmentWithADamagedHeaderAloneAndReportsIt() throws IOException {
    threeRecords();
    Path file = SegmentFiles.path(directory, 0);
    overwrite(file, 3, new byte[] {0});
    byte[] before = Files.readAllBytes(file);
    try (SegmentedLog log = SegmentedLog.open(directory, SMALL)) {
      assertThat(log.recovery().damaged()).isEqualTo(1);
      log.append(0, 0, new byte[1], 0, 1);
      assertThat(drain(log.read(0))).hasSize(1);
    }
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void zerosWrittenByHandAreAsGoodAsReservedBlocks() throws IOException {
    Path file = Files.createFile(directory.resolve("zeros"));
    Allocation.writeZeros(file, (3 << 20) + 4096);
    assertThat(Files.readAllBytes(file)).hasSize((3 << 20) + 4096).containsOnly(0);
  }

  @Test
  void reservedBlocksAreReallyThere() throws IOException {
    Path file = Files.createFile(directory.resolve("reserved"));
    Allocation.allocate(file, 1 << 20);
    Process du = new ProcessBuilder("du", "-k", file.toString()).start();
    String kibibytes =
        new String(du.getInputStream().readAllBytes(), UTF_8).replaceAll("\\s.*", "");
    assertThat(Long.parseLong(kibibytes)).isGreaterThanOrEqualTo(1024);
  }
}
