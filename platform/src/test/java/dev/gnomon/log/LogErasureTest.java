package dev.gnomon.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.log.LogErasure.Target;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogErasureTest {
  private static final int RECORD = 7;
  private static final LogSettings SMALL = LogSettings.DEFAULT.withSegmentBytes(1 << 16);

  @TempDir private Path folder;

  /// What each position holds: a word that names it, repeated to odd lengths.
  private final Map<Long, String> written = new TreeMap<>();

  private void append(SegmentedLog log, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      String text = ("record-" + i + ";").repeat(1 + i % 9);
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      written.put(log.append(RECORD, i, body, 0, body.length), text);
    }
  }

  private List<Target> everyThird() {
    List<Target> targets = new ArrayList<>();
    int i = 0;
    for (Map.Entry<Long, String> one : written.entrySet()) {
      if (i++ % 3 == 0) {
        targets.add(Target.all(one.getKey(), one.getValue().length()));
      }
    }
    return targets;
  }

  private void check(List<Target> erased) throws IOException {
    Map<Long, String> found = new TreeMap<>();
    int tombstones = 0;
    try (LogReader reader = LogReader.of(folder, SegmentedLog.START)) {
      while (reader.next()) {
        if (reader.type() == LogErasure.ERASED) {
          tombstones++;
          assertThat(reader.bytes()).containsOnly(0);
          assertThat(reader.time()).isZero();
        } else {
          found.put(reader.position(), new String(reader.bytes(), StandardCharsets.UTF_8));
        }
      }
      assertThat(reader.damaged()).isZero();
      assertThat(reader.holes()).isZero();
    }
    Map<Long, String> left = new TreeMap<>(written);
    erased.forEach(target -> left.remove(target.position()));
    assertThat(found).isEqualTo(left);
    assertThat(tombstones).isEqualTo(erased.size());
    for (Path file : LogCopy.segments(folder)) {
      String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
      for (Target target : erased) {
        String text = written.getOrDefault(target.position(), "");
        // The word with its end is nobody else's.
        assertThat(bytes).doesNotContain(text.substring(0, text.indexOf(';') + 1));
      }
    }
  }

  @Test
  void whatIsErasedIsGoneAndTheRestWhereItWasWhileTheLogIsWritten() throws Exception {
    List<Target> erased;
    try (SegmentedLog log = SegmentedLog.open(folder, SMALL)) {
      append(log, 0, 4_000);
      log.awaitForced();
      erased = everyThird();
      assertThat(LogCopy.segments(folder)).hasSizeGreaterThan(2);
      LogErasure.erase(folder, erased);
      check(erased);
      append(log, 4_000, 5_000);
      check(erased);
    }
    try (SegmentedLog log = SegmentedLog.open(folder, SMALL)) {
      assertThat(log.recovery().clean()).as(log.recovery().details().toString()).isTrue();
      append(log, 5_000, 5_100);
    }
    check(erased);
    LogErasure.erase(folder, erased);
    check(erased);
  }

  @Test
  void whatWasCutShortIsSteppedOverAndFinishedByDoingItAgain() throws Exception {
    List<Target> erased;
    try (SegmentedLog log = SegmentedLog.open(folder, SMALL)) {
      append(log, 0, 500);
      erased = everyThird();
    }
    // Some whole, one torn in its body, one in its header, the rest untouched.
    LogErasure.erase(folder, erased.subList(0, 50));
    Path file = LogCopy.segments(folder).getFirst();
    try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
      raw.seek(erased.get(50).position() + 24);
      raw.write(new byte[erased.get(50).length() - 4]);
      raw.seek(erased.get(51).position());
      raw.write(new byte[12]);
    }
    try (LogReader reader = LogReader.of(folder, SegmentedLog.START)) {
      int rest = 0;
      while (reader.next()) {
        rest += reader.type() == RECORD ? 1 : 0;
      }
      assertThat(rest).isEqualTo(500 - 52);
    }
    LogErasure.erase(folder, erased);
    check(erased);
  }

  @Test
  void theBeginOfARecordMayStay() throws Exception {
    try (SegmentedLog log = SegmentedLog.open(folder, SMALL)) {
      append(log, 0, 3);
      long position = written.keySet().stream().skip(1).findFirst().orElseThrow();
      int length = written.getOrDefault(position, "").length();
      LogErasure.erase(folder, List.of(new Target(position, length, 9, 7)));
      try (LogReader reader = LogReader.of(folder, position)) {
        assertThat(reader.next()).isTrue();
        assertThat(reader.type()).isEqualTo(9);
        assertThat(new String(reader.bytes(), StandardCharsets.UTF_8).strip())
            .isEqualTo("record-" + "\0".repeat(length - 7));
        assertThat(reader.next()).isTrue();
        assertThat(reader.type()).isEqualTo(RECORD);
      }
    }
  }

  @Test
  void aSegmentThatIsNoMoreHoldsNothing() throws Exception {
    append0();
    LogErasure.erase(folder, List.of(Target.all(RecordFormat.position(77, 64), 10)));
  }

  private void append0() throws IOException {
    try (SegmentedLog log = SegmentedLog.open(folder, SMALL)) {
      append(log, 0, 1);
    }
  }
}
