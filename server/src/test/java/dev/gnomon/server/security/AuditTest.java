package dev.gnomon.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {
  private static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");
  private static final Audit.Wanted ALL = wanted(0, 1_000_000);

  @TempDir private Path folder;
  private final Queue<String> told = new ConcurrentLinkedQueue<>();

  private Audit audit() {
    return new Audit(
        file(), InstantSource.fixed(NOW), told::add, Duration.ofHours(1), Duration.ofMillis(20));
  }

  private Path file() {
    return folder.resolve("audit.jsonl");
  }

  private static Audit.Wanted wanted(long before, int limit) {
    return new Audit.Wanted(before, limit, Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Asked asked(String method, String pattern, String... segments) {
    return new Asked(
        method, Role.RELEASER, pattern, List.of(segments), null, _ -> null, () -> "9.9.9.9", false);
  }

  private static void change(Audit audit, int number) {
    audit.record(
        "ada",
        asked("POST", "/v1/models/{name}/promote", "churn"),
        "/v1/models/churn/promote-" + number,
        "9.9.9.9",
        200);
  }

  private static void refuse(Audit audit, String from) {
    audit.record(
        "",
        asked("POST", "/v1/models/{name}/promote", "churn"),
        "/v1/models/churn/promote",
        from,
        401);
  }

  private static void await(BooleanSupplier done) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      Thread.sleep(5);
    }
  }

  @Test
  void floodOfRefusalsIsCountedAndPushesNoChangeOut() throws Exception {
    int callers = 2_000;
    long sent = 0;
    try (Audit audit = audit()) {
      for (int i = 0; i < 400_000; i++) {
        // Most from one address, the others from as many as may be.
        refuse(audit, i % 4 == 0 ? "10.1.%d.%d".formatted(i % callers / 256, i % 256) : "6.6.6.6");
        sent++;
        if (i % 1_000 == 0) {
          change(audit, i / 1_000);
        }
      }
      assertThat(audit.lost()).isZero();
      assertThat(audit.counted()).isBetween(sent - 300, sent);
    }
    List<AuditLine> lines = Audit.read(file(), ALL);
    List<AuditLine> done =
        lines.stream().filter(line -> line.outcome() == AuditLine.Outcome.DONE).toList();
    assertThat(done.reversed())
        .extracting(AuditLine::what)
        .containsExactlyElementsOf(
            LongStream.range(0, 400).mapToObj(i -> "POST /v1/models/churn/promote-" + i).toList());
    List<AuditLine> refused =
        lines.stream().filter(line -> line.outcome() == AuditLine.Outcome.REFUSED).toList();
    // Each request is in one line, and there are few lines.
    assertThat(refused.stream().mapToLong(line -> Math.max(1, line.more())).sum()).isEqualTo(sent);
    assertThat(refused).hasSizeLessThan(600);
    assertThat(refused)
        .filteredOn(line -> line.from().equals("6.6.6.6") && line.more() > 0)
        .singleElement()
        .satisfies(
            line -> assertThat(line.says()).isEqualTo("refused 299,995 more times from 6.6.6.6"));
    assertThat(told).isEmpty();
    Audit.Kept kept = Audit.kept(file());
    assertThat(kept.oldestChange().map(AuditLine::what))
        .contains("POST /v1/models/churn/promote-0");
    assertThat(kept.state().counted()).isEqualTo(refused.stream().mapToLong(AuditLine::more).sum());
  }

  /// A pipe that nobody reads is a disk that hangs.
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void requestsGoOnWhileTheDiskHangsAndChangesComeAfterwards() throws Exception {
    int changes = 50_000;
    pipe("audit.jsonl");
    // Open from the begin to the end, since a pipe forgets what it holds when nobody has it open.
    try (RandomAccessFile pipe = new RandomAccessFile(file().toFile(), "rw");
        Audit audit = audit()) {
      for (int i = 0; i < changes; i++) {
        change(audit, i);
        for (int k = 0; k < 4; k++) {
          refuse(audit, "6.6.6.6");
        }
      }
      // All of them came back, while the thread that writes is stuck: a pipe takes 64 KiB.
      assertThat(audit.lost()).isZero();
      List<String> found = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      byte[] some = new byte[1 << 16];
      while (found.size() < changes) {
        int count = pipe.read(some);
        text.append(new String(some, 0, count, StandardCharsets.UTF_8));
        int end;
        int begin = 0;
        while ((end = text.indexOf("\n", begin)) >= 0) {
          found.add(AuditLine.parse(text.substring(begin, end)).orElseThrow().what());
          begin = end + 1;
        }
        text.delete(0, begin);
      }
      assertThat(found)
          .containsExactlyElementsOf(
              LongStream.range(0, changes)
                  .mapToObj(i -> "POST /v1/models/churn/promote-" + i)
                  .toList());
    }
    assertThat(told).isEmpty();
  }

  private void pipe(String name) throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "there is no mkfifo");
    assertThat(
            new ProcessBuilder("/usr/bin/mkfifo", folder.resolve(name).toString())
                .start()
                .waitFor())
        .isZero();
  }

  @Test
  void fullDiskIsToldOnceAndLinesWait() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/dev/full")), "there is no /dev/full");
    Files.createSymbolicLink(file(), Path.of("/dev/full"));
    try (Audit audit = audit()) {
      change(audit, 0);
      await(() -> Audits.state(file()).failing());
      for (int i = 1; i < 100; i++) {
        change(audit, i);
      }
      assertThat(Audits.state(file()).why()).contains("No space left");
      Files.delete(file());
      await(() -> !Audits.state(file()).failing());
      assertThat(told).hasSize(1).first().asString().contains("audit.jsonl", "No space left");
    }
    assertThat(Audit.read(file(), ALL))
        .hasSize(100)
        .first()
        .satisfies(line -> assertThat(line.what()).endsWith("promote-99"));
    assertThat(Audit.kept(file()).state().failedAt()).isEqualTo(NOW.toString());
    assertThat(Audit.kept(file()).state().lost()).isZero();
  }

  private static final class Audits {
    static AuditState state(Path file) {
      return AuditState.read(AuditState.in(file));
    }
  }

  @Test
  void linesAreNumberedOnAfterTheEndOfAProcessInMidWrite() throws Exception {
    try (Audit audit = audit()) {
      change(audit, 1);
      refuse(audit, "1.1.1.1");
    }
    Files.writeString(file(), "{\"n\":3,\"at\":\"20", StandardOpenOption.APPEND);
    try (Audit audit = audit()) {
      change(audit, 2);
    }
    assertThat(Audit.read(file(), ALL)).extracting(AuditLine::number).containsExactly(3L, 2L, 1L);
    assertThat(Audit.read(file(), ALL))
        .extracting(line -> line.outcome().word() + " " + line.useCase())
        .containsExactly("done churn", "refused churn", "done churn");
  }

  @Test
  void pathsThatLeadNowhereAreNotKept() throws Exception {
    try (Audit audit = audit()) {
      audit.record("", asked("POST", ""), "/v1/usecases/churn/features/secret-key", "1.1.1.1", 401);
      audit.record(
          "",
          asked("POST", "/v1/models/{name}/x", "churn"),
          "/" + "x".repeat(9_000),
          "1.1.1.1",
          401);
    }
    assertThat(Audit.read(file(), ALL).getLast().what()).isEqualTo("POST to no route");
    assertThat(Audit.read(file(), ALL).getFirst().what()).hasSizeLessThan(600);
  }

  /// Reading backwards in pages, over files that were put aside, gives what was written.
  @Test
  void pagesGiveEveryLineOnce() throws IOException {
    Random random = new Random(7);
    AuditFiles files = new AuditFiles(file(), 150_000, 4);
    List<AuditLine> written = new ArrayList<>();
    for (int i = 1; i <= 3_000; i++) {
      AuditLine line =
          new AuditLine(
              i, NOW, "é".repeat(random.nextInt(40)), "POST /x", "", "1.1.1.1", 200, 0, NOW);
      files.append((line.json() + "\n").getBytes(StandardCharsets.UTF_8));
      written.add(line);
    }
    List<AuditLine> read = new ArrayList<>();
    long before = 0;
    while (true) {
      List<AuditLine> page = files.newest(before, 1 + random.nextInt(200), _ -> true);
      if (page.isEmpty()) {
        break;
      }
      read.addAll(page);
      before = page.getLast().number();
    }
    assertThat(read.size()).isBetween(1_000, 3_000);
    assertThat(read).isEqualTo(written.reversed().subList(0, read.size()));
    assertThat(files.oldest()).contains(read.getLast());
  }
}
