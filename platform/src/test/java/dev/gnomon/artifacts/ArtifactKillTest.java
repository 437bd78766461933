package dev.gnomon.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that keeps files is killed, or finds the disk full: what it said is kept is there, and
/// nothing is there by half.
class ArtifactKillTest {
  private static final int LARGEST = 6_000_000;

  @TempDir private Path folder;

  /// Keeps files until it is killed, or until one can't be kept; says so for each.
  public static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws IOException {
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      int seed = Integer.parseInt(args[1]);
      try (Artifacts artifacts = Artifacts.open(args[0], Map.of(), Instant::now)) {
        for (int i = 0; ; i++) {
          // A few paths, so that files are replaced too, and in parts every third time.
          ArtifactPath path = new ArtifactPath("1/run/artifacts/d" + i % 5 + "/f" + i % 7);
          byte[] content = content(seed + i);
          try {
            if (i % 3 == 0) {
              inParts(artifacts, path, content);
            } else {
              artifacts.put(path, new ByteArrayInputStream(content));
            }
            out.println(path.text() + " " + (seed + i));
          } catch (IOException e) {
            out.println("full " + e.getMessage());
            artifacts.put(
                new ArtifactPath("1/run/artifacts/small"), new ByteArrayInputStream(new byte[9]));
            out.println("small");
            return;
          }
        }
      }
    }

    private static void inParts(Artifacts artifacts, ArtifactPath path, byte[] content)
        throws IOException {
      Uploads uploads = artifacts.uploads();
      String id = uploads.begin(path, Optional.of("key"));
      int half = content.length / 2;
      List<Uploads.Part> parts = new ArrayList<>();
      parts.add(uploads.put(path, id, 1, new ByteArrayInputStream(content, 0, half)));
      parts.add(
          uploads.put(path, id, 2, new ByteArrayInputStream(content, half, content.length - half)));
      uploads.complete(path, id, parts);
    }
  }

  /// Collects what nothing names, two days later.
  static final class Collector {
    private Collector() {}

    public static void main(String[] args) throws IOException {
      try (Artifacts artifacts =
          Artifacts.open(args[0], Map.of(), () -> Instant.now().plus(Duration.ofDays(2)))) {
        new PrintStream(System.out, true, StandardCharsets.UTF_8).println("begins");
        artifacts.collect(Duration.ofDays(1), false);
      }
    }
  }

  @Test
  void keepsWhatIsNamedWhenACollectionIsKilled() throws Exception {
    Path store = folder.resolve("store");
    Map<String, Integer> kept = new java.util.TreeMap<>();
    Random random = new Random(23);
    for (int round = 0; round < 4; round++) {
      try (Artifacts artifacts = Artifacts.open(store.toString(), Map.of(), Instant::now)) {
        for (int i = 0; i < 12; i++) {
          int seed = round * 100 + i;
          ArtifactPath path = new ArtifactPath("1/run/artifacts/f" + seed);
          artifacts.put(path, new ByteArrayInputStream(content(seed)));
          if (i % 3 == 0) {
            kept.put(path.text(), seed);
          } else {
            artifacts.delete(path);
          }
        }
      }
      Process process =
          start(
              "",
              command(store.toString(), 0)
                  .replace(Writer.class.getName(), Collector.class.getName()));
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        assertThat(lines.readLine()).isEqualTo("begins");
        java.util.concurrent.locks.LockSupport.parkNanos(random.nextInt(6_000_000));
      } finally {
        process.destroyForcibly();
      }
      process.waitFor();
      check(store, kept, 0);
    }
    try (Artifacts artifacts =
        Artifacts.open(store.toString(), Map.of(), () -> Instant.now().plus(Duration.ofDays(2)))) {
      artifacts.collect(Duration.ofDays(1), false);
      assertThat(artifacts.verify(false).damaged()).isEmpty();
      assertThat(artifacts.collect(Duration.ofDays(1), true).contents()).isZero();
    }
    check(store, kept, 0);
    try (var contents = Files.walk(store.resolve("contents"))) {
      assertThat(contents.filter(Files::isRegularFile)).hasSize(kept.size());
    }
    try (var sums = Files.walk(store.resolve("sums"))) {
      assertThat(sums.filter(Files::isRegularFile))
          .allMatch(file ->
              Files.exists(
                  store
                      .resolve("contents")
                      .resolve(store.resolve("sums").relativize(file).toString())));
    }
  }

  private static byte[] content(int seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[random.nextInt(LARGEST)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String command(String store, int seed) throws URISyntaxException {
    return "'%s' -Xmx200m -cp '%s:%s' '%s' '%s' %d"
        .formatted(
            Path.of(System.getProperty("java.home"), "bin", "java"),
            place(Artifacts.class),
            place(Writer.class),
            Writer.class.getName(),
            store,
            seed);
  }

  private static Path place(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static Process start(String limit, String command) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no shell to set limits with");
    return new ProcessBuilder("/bin/sh", "-c", limit + " exec " + command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private void killed(int times) throws Exception {
    Path store = folder.resolve("store");
    Random random = new Random(17);
    Map<String, Integer> said = new java.util.TreeMap<>();
    for (int round = 0; round < times; round++) {
      int seed = round * 10_000;
      Process process = start("", command(store.toString(), seed));
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        int until = 2 + random.nextInt(12);
        String line = lines.readLine();
        for (int i = 0; line != null; i++) {
          said.put(line.split(" ", 2)[0], Integer.parseInt(line.split(" ", 2)[1]));
          if (i == until) {
            // A moment within the next file, whichever.
            java.util.concurrent.locks.LockSupport.parkNanos(random.nextInt(40_000_000));
            process.toHandle().destroyForcibly();
          }
          line = lines.readLine();
        }
      } finally {
        process.destroyForcibly();
      }
      process.waitFor();
      check(store, said, seed);
    }
    try (Artifacts artifacts =
        Artifacts.open(store.toString(), Map.of(), () -> Instant.now().plus(Duration.ofDays(2)))) {
      Collected collected = artifacts.collect(Duration.ofDays(1), false);
      assertThat(collected.contents() + collected.drafts()).isPositive();
      assertThat(artifacts.collect(Duration.ofDays(1), true).contents()).isZero();
    }
    check(store, said, 0);
  }

  /// @param last seeds of the process that was killed begin here
  private static void check(Path store, Map<String, Integer> said, int last) throws IOException {
    try (Artifacts artifacts = Artifacts.open(store.toString(), Map.of(), Instant::now)) {
      for (Map.Entry<String, Integer> one : said.entrySet()) {
        ArtifactFile file = artifacts.find(new ArtifactPath(one.getKey())).orElseThrow();
        byte[] found;
        try (InputStream in = artifacts.read(file, 0, file.size())) {
          found = in.readAllBytes();
        }
        int seed = one.getValue();
        boolean whole = Arrays.equals(found, content(seed));
        // Or what the last process kept, whose word did not get out any more.
        for (int i = 0; i < 100 && !whole; i++) {
          seed = last + i;
          whole = Arrays.equals(found, content(seed));
        }
        assertThat(whole).as(one.getKey()).isTrue();
        one.setValue(seed);
      }
    }
  }

  @Test
  void leavesNothingByHalfWhenKilled() throws Exception {
    killed(3);
  }

  @Test
  @Tag("long")
  void leavesNothingByHalfWhenKilledTwentyTimes() throws Exception {
    killed(20);
  }

  @Test
  void leavesNothingByHalfWhenTheDiskIsFull() throws Exception {
    Path store = folder.resolve("store");
    // No file longer than 2,000 blocks: a write fails in the middle.
    Process process = start("ulimit -f 2000;", command(store.toString(), 1));
    List<String> lines;
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      lines = in.lines().toList();
    }
    assertThat(process.waitFor()).isZero();
    assertThat(lines).last().isEqualTo("small");
    assertThat(lines.get(lines.size() - 2)).startsWith("full ");
    try (Artifacts artifacts = Artifacts.open(store.toString(), Map.of(), Instant::now)) {
      ArtifactFile small = artifacts.find(new ArtifactPath("1/run/artifacts/small")).orElseThrow();
      try (InputStream in = artifacts.read(small, 0, 9)) {
        assertThat(in.readAllBytes()).hasSize(9);
      }
      for (String line : lines.subList(0, lines.size() - 2)) {
        assertThat(artifacts.find(new ArtifactPath(line.split(" ", 2)[0]))).isPresent();
      }
    }
    assertThat(store.resolve("drafts")).isEmptyDirectory();
  }
}
