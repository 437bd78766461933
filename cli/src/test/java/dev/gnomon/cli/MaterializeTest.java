package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What late and corrected rows change of what is served, and of what was learnt from.
class MaterializeTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-06-01T12:00:00Z"));
  private static final Instant BEGIN = Instant.parse("2024-01-01T00:00:00Z");

  @TempDir private Path folder;

  @BeforeEach
  void files() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    StringBuilder visits = new StringBuilder("person,at,loaded,minutes\n");
    StringBuilder observations = new StringBuilder("person,observed_at,bought\n");
    for (int i = 0; i < 700; i++) {
      Instant at = BEGIN.plusSeconds(random.nextLong(90 * 86_400));
      int minutes = random.nextInt(60);
      visits.append("p%d,%s,%s,%d%n".formatted(i, at, at, minutes));
      observations.append(
          "p%d,%s,%s%n"
              .formatted(i, at.plusSeconds(86_400), random.nextInt(60) < minutes ? "yes" : "no"));
    }
    Files.writeString(folder.resolve("visits.csv"), visits);
    Files.writeString(folder.resolve("observations.csv"), observations);
    Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: visits
        problem: {costs: {currency: EUR, false-positive: 1, false-negative: 2}}
        frame:
          task: binary
          entity: person
          observe: {table: observations.csv}
          target: {column: bought, positive: "yes"}
        data:
          sources:
            visits: {kind: events, path: visits.csv, key: person, event-time: at, known-at: loaded}
        features:
          visits:
            - {count: "*", windows: [30d, 365d]}
            - {sum: minutes, windows: [365d]}
        models: {candidates: [logistic], calibration: none}
        training: {split: {by: random, validation: 0.2, test: 0.2}, seed: 1}
        evaluation: {gates: []}
        """);
  }

  private Recorded run(String... line) {
    Recorded recorded = new Recorded(false);
    int code = Main.run(recorded.terminal, CLOCK, line);
    assertThat(code).as(recorded.err()).isZero();
    return recorded;
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private JsonNode materialize() {
    return JsonMapper.shared()
        .readTree(
            run(
                    "features",
                    "materialize",
                    path("usecase.yaml"),
                    "--out",
                    path("current"),
                    "--as-of",
                    "2024-05-01",
                    "--sets",
                    path("chunks"),
                    "--json")
                .out());
  }

  @Test
  void judgesByWhatWasKnown() throws IOException {
    run("train", path("usecase.yaml"));
    run("features", "backfill", path("usecase.yaml"), "--out", path("chunks"), "--chunk", "30d");
    JsonNode first = materialize();
    assertThat(first.get("rows").asInt()).isEqualTo(700);
    assertThat(first.get("changes").isNull()).isTrue();
    assertThat(first.get("trainingSets").findValuesAsString("set"))
        .containsExactly(path("chunks"), "version 1");

    // Late: it happened in February and was known at the end of April, after all observations.
    Files.writeString(
        folder.resolve("visits.csv"),
        "p7,2024-02-01T10:00:00Z,2024-04-30T10:00:00Z,1000\n",
        StandardOpenOption.APPEND);
    JsonNode late = materialize();
    assertThat(late.get("before").asString()).isEqualTo(first.get("hash").asString());
    JsonNode changes = late.get("changes");
    assertThat(changes.get("keysChanged").asInt()).isEqualTo(1);
    assertThat(changes.get("features").findValuesAsString("name"))
        .containsExactly("visits_count_365d", "visits_minutes_sum_365d");
    assertThat(changes.get("features").findValuesAsString("key")).containsOnly("p7");
    assertThat(changes.get("features").get(0).get("examples").get(0).get("before").asString())
        .isEqualTo("1");
    assertThat(changes.get("features").get(0).get("examples").get(0).get("after").asString())
        .isEqualTo("2");
    for (JsonNode set : late.get("trainingSets")) {
      assertThat(set.get("reproducible").asBoolean()).as(set.toString()).isTrue();
      assertThat(set.get("why").asString()).startsWith("unchanged");
    }

    // Corrected in the file, with the known-at it always had.
    List<String> lines = Files.readAllLines(folder.resolve("visits.csv"));
    lines.set(9, lines.get(9).substring(0, lines.get(9).lastIndexOf(',')) + ",999");
    Files.write(folder.resolve("visits.csv"), lines);
    JsonNode corrected = materialize();
    assertThat(corrected.get("changes").get("features").findValuesAsString("name"))
        .containsExactly("visits_minutes_sum_365d");
    assertThat(corrected.get("changes").get("features").findValuesAsString("key"))
        .containsExactly("p8");
    for (JsonNode set : corrected.get("trainingSets")) {
      assertThat(set.get("reproducible").asBoolean()).as(set.toString()).isFalse();
      assertThat(set.get("why").asString()).startsWith("not reproducible from today's files");
    }
    try (Stream<Path> files = Files.list(folder.resolve("current"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).hasSize(1);
    }
    assertThat(
            run(
                    "features",
                    "materialize",
                    path("usecase.yaml"),
                    "--out",
                    path("current"),
                    "--as-of",
                    "2024-05-01")
                .out())
        .contains("700 keys as of 2024-05-01T00:00:00Z", "the same values as before");
  }
}
