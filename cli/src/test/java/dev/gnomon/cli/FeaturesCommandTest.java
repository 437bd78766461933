package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FeaturesCommandTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

  @TempDir Path folder;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(
        folder.resolve("people.csv"),
        """
        person,changed,plan
        7,2024-01-01T00:00:00Z,basic
        8,2024-01-05T00:00:00Z,plus
        7,2024-02-10T00:00:00Z,pro
        """);
    Files.writeString(
        folder.resolve("visits.csv"),
        """
        person,at,loaded,minutes,id
        7,2024-01-10T10:00:00Z,2024-01-10T10:00:00Z,2.5,a
        7,2024-01-31T10:00:00Z,2024-02-03T10:00:00Z,4,b
        8,2024-02-10T10:00:00Z,2024-02-10T10:00:00Z,1,c
        8,2024-02-10T10:00:00Z,2024-02-10T10:00:00Z,1,c
        8,2024-04-01T10:00:00Z,2024-04-01T10:00:00Z,9,d
        """);
    Files.writeString(
        folder.resolve("observations.csv"),
        """
        person,observed_at
        8,2024-02-01T00:00:00Z
        7,2024-02-01T00:00:00Z
        7,2024-02-15T00:00:00Z
        9,2024-02-15T00:00:00Z
        """);
    Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: visits
        frame:
          task: binary
          entity: person
          observe: {table: observations.csv}
          target: {event: visits, within: 30d, lateness: 1d}
        data:
          sources:
            people: {kind: state, path: people.csv, key: person, event-time: changed}
            visits: {kind: events, path: visits.csv, key: person, event-time: at, known-at: loaded, id: id}
        features:
          people: {columns: [plan]}
          visits:
            - {count: "*", windows: [30d]}
            - {sum: minutes, windows: [30d], resolution: exact}
            - {time-since-last: "*"}
        """);
  }

  private Recorded run(int exitCode, String... arguments) {
    Recorded recorded = new Recorded(false);
    int code = Main.run(recorded.terminal, CLOCK, arguments);
    assertThat(code).as(recorded.err()).isEqualTo(exitCode);
    return recorded;
  }

  @Test
  void writesOneRowPerListedObservation() throws IOException {
    Path out = folder.resolve("set.csv");
    JsonNode result =
        JsonMapper.shared()
            .readTree(
                run(
                        0,
                        "features",
                        "training-set",
                        folder.resolve("usecase.yaml").toString(),
                        "--out",
                        out.toString(),
                        "--json")
                    .out());
    assertThat(result.get("rows").asInt()).isEqualTo(4);
    assertThat(result.get("positive").asInt()).isEqualTo(1);
    List<String> lines = Files.readAllLines(out);
    assertThat(lines.getFirst())
        .isEqualTo(
            "person,observed_at,plan,visits_count_30d,visits_minutes_sum_30d,"
                + "visits_time_since_last,label");
    assertThat(lines).hasSize(5);
    // The visit of 31 January was not known on 1 February, and so there is no label either.
    assertThat(lines.get(1)).startsWith("7,2024-02-01").contains(",basic,1").endsWith(",");
    assertThat(lines.get(2)).startsWith("8,2024-02-01").contains(",plus,0").endsWith(",1");
    assertThat(lines.get(3)).startsWith("7,2024-02-15").contains(",pro,1").endsWith(",0");
    assertThat(lines.get(4)).startsWith("9,2024-02-15").contains(",,0").endsWith(",0");
  }

  @Test
  void listsViewsWithTheirVersionsAndWhatTheirFeaturesAre() {
    String file = folder.resolve("usecase.yaml").toString();
    JsonNode views =
        JsonMapper.shared().readTree(run(0, "features", "list", file, "--json").out()).get("views");
    assertThat(views).hasSize(2);
    JsonNode visits = views.get(1);
    assertThat(visits.get("name").asString()).isEqualTo("visits");
    assertThat(visits.get("version").asString()).matches("[0-9a-f]{64}");
    assertThat(visits.at("/useCases/0").asString()).isEqualTo("visits");
    assertThat(visits.at("/features/1/name").asString()).isEqualTo("visits_minutes_sum_30d");
    assertThat(visits.at("/features/1/window").asString()).isEqualTo("the last 30 days, exactly");
    assertThat(visits.at("/reads/minutes").toString()).isEqualTo("[\"visits_minutes_sum_30d\"]");
    assertThat(run(0, "features", "list", file).out())
        .contains("visits  of visits, about person, used by visits")
        .contains("count, the last 30 days, begun at full 12 hours")
        .contains("plan  as it is in the newest row known");
  }

  @Test
  void tellsLineageOfWhatItBuiltAndOfWhatFailed() throws IOException {
    String file = folder.resolve("usecase.yaml").toString();
    Path out = folder.resolve("set.csv");
    String hash =
        JsonMapper.shared()
            .readTree(
                run(0, "features", "training-set", file, "--out", out.toString(), "--json").out())
            .get("hash")
            .asString();
    Files.writeString(folder.resolve("visits.csv"), "person,at\n7,2024-01-10T10:00:00Z\n");
    run(2, "features", "training-set", file, "--out", out.toString());
    List<JsonNode> events =
        Files.readAllLines(folder.resolve(".gnomon/lineage/2026-03-01.ndjson")).stream()
            .map(line -> JsonMapper.shared().readTree(line))
            .toList();
    assertThat(events)
        .extracting(event -> event.get("eventType").asString())
        .containsExactly("START", "COMPLETE", "START", "FAIL");
    assertThat(events.get(0).at("/job/name").asString()).isEqualTo("visits.training_set");
    JsonNode made = events.get(1).at("/outputs/0");
    assertThat(made.get("name").asString()).isEqualTo(out.toString());
    assertThat(made.at("/facets/version/datasetVersion").asString()).isEqualTo(hash);
    assertThat(events.get(1).at("/inputs/1/inputFacets/dataQualityMetrics/rowCount").asInt())
        .isEqualTo(5);
    assertThat(events.get(3).at("/run/facets/errorMessage/message").asString()).contains("visits");
  }

  @Test
  void servesWhatWasWritten() {
    JsonNode result =
        JsonMapper.shared()
            .readTree(
                run(0, "features", "verify", folder.resolve("usecase.yaml").toString(), "--json")
                    .out());
    assertThat(result.get("values").asInt()).isEqualTo(16);
    assertThat(result.get("differing").asInt()).isZero();
    assertThat(result.get("first").isNull()).isTrue();
  }

  @Test
  void refusesAFormatItDoesNotWrite() {
    assertThat(
            run(
                    2,
                    "features",
                    "training-set",
                    folder.resolve("usecase.yaml").toString(),
                    "--out",
                    "x.xlsx")
                .err())
        .contains(".parquet, .csv or .csv.gz");
  }

  private JsonNode backfill(int exitCode, String... more) {
    List<String> line =
        new java.util.ArrayList<>(
            List.of(
                "features",
                "backfill",
                folder.resolve("usecase.yaml").toString(),
                "--out",
                folder.resolve("chunks").toString(),
                "--chunk",
                "5d",
                "--json"));
    line.addAll(List.of(more));
    return JsonMapper.shared().readTree(run(exitCode, line.toArray(String[]::new)).out());
  }

  @Test
  void chunksAreTheSameSetAndOnlyWhatChangedIsComputed() throws IOException {
    String set =
        JsonMapper.shared()
            .readTree(
                run(
                        0,
                        "features",
                        "training-set",
                        folder.resolve("usecase.yaml").toString(),
                        "--out",
                        folder.resolve("set.parquet").toString(),
                        "--json")
                    .out())
            .get("hash")
            .asString();
    JsonNode first = backfill(0);
    assertThat(first.get("hash").asString()).isEqualTo(set);
    assertThat(first.get("chunks").asInt()).isEqualTo(2);
    assertThat(first.get("computed").get(0).get("why").get(0).asString()).isEqualTo("new");
    assertThat(backfill(0).get("computed").size()).isZero();
    // Known on 10 February: no news to the chunk of 1 February.
    Files.writeString(
        folder.resolve("visits.csv"),
        "7,2024-01-17T10:00:00Z,2024-02-10T10:00:00Z,5,e\n",
        java.nio.file.StandardOpenOption.APPEND);
    JsonNode late = backfill(0);
    List<String> features = new java.util.ArrayList<>();
    for (JsonNode chunk : late.get("computed")) {
      for (JsonNode why : chunk.get("why")) {
        if (why.asString().startsWith("features")) {
          features.add(chunk.get("from").asString());
        }
      }
    }
    assertThat(features).containsExactly("2024-02-12T00:00:00Z");
    assertThat(late.get("before").asString()).isEqualTo(set);
    assertThat(late.get("hash").asString()).isNotEqualTo(set);
    Files.writeString(
        folder.resolve("usecase.yaml"),
        Files.readString(folder.resolve("usecase.yaml")).replace("30d, lateness", "20d, lateness"));
    assertThat(
            run(
                    1,
                    "features",
                    "backfill",
                    folder.resolve("usecase.yaml").toString(),
                    "--out",
                    folder.resolve("chunks").toString(),
                    "--chunk",
                    "5d")
                .err())
        .contains("another definition", "--restart");
    assertThat(backfill(0, "--restart").get("chunks").asInt()).isEqualTo(2);
  }
}
