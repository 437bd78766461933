package dev.gnomon.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.gnomon.log.LogSettings;
import dev.gnomon.log.SegmentedLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/// How long an append to the decision log takes at a steady 5,000 per second, how many go in flat
/// out, and how long a caller waits for a force. Records of 300 bytes, as a decision with 20
/// features has.
///
/// Not JMH: the steady rate needs a schedule, and the times wanted are percentiles of single calls.
/// A call is timed from its own begin, not from its place in the schedule: what is measured is what
/// it adds to a request, not the machine's other work.
public final class DecisionLogLoad {
  private static final int RECORD = 300;

  private DecisionLogLoad() {}

  /// Arguments: a directory on the disk to measure, rounds (default 5), segment MiB (default 32).
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    int segment = (arguments.length > 2 ? Integer.parseInt(arguments[2]) : 32) << 20;
    LogSettings settings = LogSettings.DEFAULT.withSegmentBytes(segment);
    for (int round = 0; round <= rounds; round++) {
      String label = round == 0 ? "warm-up" : "round " + round;
      try (Scratch scratch = new Scratch(directory, settings)) {
        steady(scratch.log, label, 5_000, 3);
      }
      for (int producers = 1; producers <= 2; producers++) {
        try (Scratch scratch = new Scratch(directory, settings)) {
          flatOut(scratch.log, label, producers, 2_000_000);
        }
      }
      try (Scratch scratch = new Scratch(directory, settings)) {
        forced(scratch.log, label, 500);
      }
    }
  }

  private static void steady(SegmentedLog log, String label, int perSecond, int seconds)
      throws IOException {
    byte[] body = new byte[RECORD];
    long[] nanos = new long[perSecond * seconds];
    long step = 1_000_000_000L / perSecond;
    long due = System.nanoTime();
    for (int i = 0; i < nanos.length; i++) {
      due += step;
      while (System.nanoTime() < due - 60_000) {
        LockSupport.parkNanos(due - 60_000 - System.nanoTime());
      }
      while (System.nanoTime() < due) {
        Thread.onSpinWait();
      }
      long start = System.nanoTime();
      log.append(1, i, body, 0, body.length);
      nanos[i] = System.nanoTime() - start;
    }
    print(label, perSecond + "/s append us", nanos, 1e3);
  }

  private static void flatOut(SegmentedLog log, String label, int producers, int each)
      throws Exception {
    var beans = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] allocated = new long[producers];
    List<Thread> threads = new ArrayList<>();
    long start = System.nanoTime();
    for (int p = 0; p < producers; p++) {
      int producer = p;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                byte[] body = new byte[RECORD];
                long before = beans.getCurrentThreadAllocatedBytes();
                try {
                  for (int i = 0; i < each; i++) {
                    log.append(1, i, body, 0, body.length);
                  }
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
                allocated[producer] = beans.getCurrentThreadAllocatedBytes() - before;
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    log.awaitForced();
    double durable = (System.nanoTime() - start) / 1e9;
    double records = (double) producers * each;
    say(
        String.format(
            Locale.ROOT,
            "%-8s flat out, %d producers: %.2f M/s appended, %.2f M/s forced, %.3f bytes allocated per append",
            label,
            producers,
            records / seconds / 1e6,
            records / durable / 1e6,
            Arrays.stream(allocated).sum() / records));
  }

  private static void forced(SegmentedLog log, String label, int count) throws IOException {
    byte[] body = new byte[RECORD];
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      log.appendForced(1, i, body, 0, body.length);
      nanos[i] = System.nanoTime() - start;
    }
    print(label, "append and wait for the force ms", nanos, 1e6);
  }

  private static void print(String label, String what, long[] nanos, double unit) {
    Arrays.sort(nanos);
    say(
        String.format(
            Locale.ROOT,
            "%-8s %s: p50 %.2f, p99 %.2f, p99.9 %.2f, max %.1f",
            label,
            what,
            nanos[nanos.length / 2] / unit,
            nanos[nanos.length * 99 / 100] / unit,
            nanos[nanos.length * 999 / 1000] / unit,
            nanos[nanos.length - 1] / unit));
  }

  @SuppressWarnings("SystemOut") // a measurement for people
  private static void say(String line) {
    System.out.println(line);
  }

  /// A log in a directory of its own, which is deleted afterwards.
  private static final class Scratch implements AutoCloseable {
    private final Path directory;
    private final SegmentedLog log;

    Scratch(Path parent, LogSettings settings) throws IOException {
      directory = Files.createTempDirectory(Files.createDirectories(parent), "log");
      log = SegmentedLog.open(directory, settings);
    }

    @Override
    public void close() throws IOException {
      log.close();
      dev.gnomon.core.AtomicFiles.deleteTree(directory);
    }
  }
}
