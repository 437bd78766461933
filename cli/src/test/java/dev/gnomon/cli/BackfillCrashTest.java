package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real process that is killed while it back-fills: the one that goes on ends with the hash of an
/// undisturbed run.
class BackfillCrashTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));
  private static final Instant BEGIN = Instant.parse("2024-01-01T00:00:00Z");

  @TempDir private Path folder;

  @Test
  void goesOnAfterTwoKills() throws Exception {
    kill(2);
  }

  @Test
  @Tag("long")
  void goesOnAfterTwentyKills() throws Exception {
    kill(20);
  }

  private void kill(int kills) throws Exception {
    write();
    String undisturbed = backfill("undisturbed").get("hash").asString();
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < kills; i++) {
      Process process = start();
      // The first is stopped once it has begun to compute, the others anywhere.
      if (i == 0) {
        await(process, folder.resolve("killed/.work/runs"));
      } else {
        process.waitFor(random.nextLong(500, 4_000), TimeUnit.MILLISECONDS);
      }
      process.destroyForcibly().waitFor();
    }
    assertThat(backfill("killed").get("hash").asString()).isEqualTo(undisturbed);
    List<String> names = names("killed");
    assertThat(names).isEqualTo(names("undisturbed"));
    for (String name : names) {
      if (name.endsWith(".parquet")) {
        assertThat(folder.resolve("killed").resolve(name))
            .hasSameBinaryContentAs(folder.resolve("undisturbed").resolve(name));
      }
    }
  }

  private List<String> names(String out) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(out))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void await(Process process, Path file) throws InterruptedException {
    while (process.isAlive() && !Files.exists(file)) {
      process.waitFor(5, TimeUnit.MILLISECONDS);
    }
  }

  private List<String> line(String out) {
    return List.of(
        "features",
        "backfill",
        folder.resolve("usecase.yaml").toString(),
        "--out",
        folder.resolve(out).toString(),
        "--chunk",
        "5d",
        "--json");
  }

  private JsonNode backfill(String out) {
    Recorded recorded = new Recorded(false);
    int code = Main.run(recorded.terminal, CLOCK, line(out).toArray(String[]::new));
    assertThat(code).as(recorded.err()).isZero();
    return JsonMapper.shared().readTree(recorded.out());
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx256m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    command.addAll(line("killed"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output.txt").toFile())
        .start();
  }

  private void write() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder visits = new StringBuilder("person,at,loaded,minutes\n");
    for (int i = 0; i < 30_000; i++) {
      Instant at = BEGIN.plusSeconds(random.nextLong(60 * 86_400));
      visits.append(
          "p%d,%s,%s,%d%n"
              .formatted(
                  random.nextInt(500),
                  at,
                  at.plusSeconds(random.nextInt(3) * 3_600L),
                  random.nextInt(90)));
    }
    Files.writeString(folder.resolve("visits.csv"), visits, StandardCharsets.UTF_8);
    StringBuilder observations = new StringBuilder("person,observed_at\n");
    for (int i = 0; i < 20_000; i++) {
      observations.append(
          "p%d,%s%n"
              .formatted(random.nextInt(600), BEGIN.plusSeconds(random.nextLong(60 * 86_400))));
    }
    Files.writeString(folder.resolve("observations.csv"), observations, StandardCharsets.UTF_8);
    Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: visits
        frame:
          task: binary
          entity: person
          observe: {table: observations.csv}
          target: {event: visits, within: 2d}
        data:
          sources:
            visits: {kind: events, path: visits.csv, key: person, event-time: at, known-at: loaded}
        features:
          visits:
            - {count: "*", windows: [1d, 7d, 30d]}
            - {sum: minutes, windows: [30d]}
            - {mean: minutes, windows: [7d]}
            - {time-since-last: "*"}
        """);
  }
}
