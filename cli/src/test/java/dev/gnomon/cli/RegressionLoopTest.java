package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A number as the target, from the file to the served answer.
class RegressionLoopTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-06-01T12:00:00Z"));

  @TempDir Path folder = Path.of("");

  /// rent = 300 + 10 area + 150 in the centre + noise of 20.
  @BeforeEach
  void table() throws IOException {
    Random random = new Random(5);
    StringBuilder rows = new StringBuilder("id,day,area,place,rent\n");
    for (int i = 0; i < 800; i++) {
      double area = 30 + random.nextInt(90);
      boolean centre = i % 3 == 0;
      double rent = 300 + 10 * area + (centre ? 150 : 0) + 20 * random.nextGaussian();
      rows.append(
          String.format(
              Locale.ROOT,
              "f%d,2024-%02d-%02d,%s,%s,%s%n",
              i,
              1 + i / 160,
              1 + i / 6 % 27,
              i % 19 == 0 ? "" : Double.toString(area),
              centre ? "centre" : "edge",
              i % 50 == 0 ? "" : Double.toString(rent)));
    }
    Files.writeString(folder.resolve("flats.csv"), rows);
    Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: rents
        problem: {decision: Quote a rent}
        frame: {task: regression, entity: flat, target: {column: rent}}
        data: {table: flats.csv, key: id, event-time: day}
        models: {candidates: [constant, linear]}
        evaluation: {metrics: [mae, r2], segments: [place], gates: [{metric: mae, at-most: 60}]}
        production:
          fallback: [{when: area > 100, score: 1500}, {otherwise: true, score: 900}]
        """);
  }

  private Recorded run(int exitCode, String... arguments) {
    Recorded recorded = new Recorded(false);
    int code = Main.run(recorded.terminal, CLOCK, arguments);
    assertThat(code).as(recorded.out() + recorded.err()).isEqualTo(exitCode);
    return recorded;
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void aNumberIsLearnedEvaluatedPredictedServedAndWatched() throws Exception {
    JsonNode trained =
        JsonMapper.builder()
            .build()
            .readTree(run(0, "train", path("usecase.yaml"), "--json").out());
    assertThat(trained.get("version").intValue()).isEqualTo(1);
    assertThat(trained.get("threshold").isNull()).isTrue();
    assertThat(trained.at("/metrics/test/r2").doubleValue()).isGreaterThan(0.9);
    assertThat(trained.at("/metrics/test/rmse").doubleValue()).isBetween(10.0, 120.0);
    assertThat(trained.at("/rows/train").intValue()).isGreaterThan(400);
    JsonNode line = trained.at("/candidates/1");
    assertThat(line.get("name").stringValue()).isEqualTo("linear");
    assertThat(line.get("chosen").booleanValue()).isTrue();
    assertThat(line.get("p50Micros").doubleValue()).isPositive();
    assertThat(line.get("modelBytes").longValue()).isPositive();
    assertThat(trained.at("/candidates/0/behind/lower").doubleValue()).isPositive();
    assertThat(Files.readString(Path.of(trained.get("report").stringValue())))
        .contains("Foresees rent, off by");

    JsonNode evaluation =
        JsonMapper.builder()
            .build()
            .readTree(run(0, "evaluate", path("usecase.yaml"), "--json").out());
    assertThat(evaluation.at("/numbers/target").stringValue()).isEqualTo("rent");
    assertThat(evaluation.at("/test/mae/estimate").doubleValue())
        .isEqualTo(trained.at("/metrics/test/mae").doubleValue());
    assertThat(run(0, "evaluate", path("usecase.yaml")).out()).contains("off by");

    Files.writeString(
        folder.resolve("new.csv"),
        "id,day,area,place\nn1,2024-06-01,50,centre\nn2,2024-06-01,,x\n");
    run(0, "predict", path("usecase.yaml"), "--in", path("new.csv"), "--out", path("out.csv"));
    List<String> out = Files.readAllLines(folder.resolve("out.csv"));
    assertThat(out.getFirst()).isEqualTo("id,observed_at,score,decision,reasons,version");
    List<String> first = List.of(out.get(1).split(",", -1));
    assertThat(Double.parseDouble(first.get(2))).isBetween(900.0, 1000.0);
    assertThat(first.get(3)).isEmpty();

    try (LiveServer server =
        new LiveServer(folder.resolve("usecase.yaml"), ArrivalClock.wall(CLOCK))) {
      JsonNode answer =
          ok(
              server.post(
                  "/v1/usecases/rents/decide",
                  "{\"key\":\"n1\",\"inputs\":{\"area\":50,\"place\":\"centre\"},\"explain\":true}"));
      assertThat(answer.get("score").doubleValue()).isEqualTo(Double.parseDouble(first.get(2)));
      assertThat(answer.get("decision").isNull()).isTrue();
      assertThat(answer.get("band").isNull()).isTrue();
      assertThat(answer.get("threshold").isNull()).isTrue();
      assertThat(answer.get("expectedCost").isNull()).isTrue();
      assertThat(answer.get("version").intValue()).isEqualTo(1);
      assertThat(answer.get("reasons").size()).isPositive();
      String id = answer.get("predictionId").stringValue();
      HttpResponse<String> again = server.get("/v1/predictions/" + id);
      assertThat(ok(again).get("decision").isNull()).isTrue();
      HttpResponse<String> outcome =
          server.post(
              "/v1/usecases/rents/outcomes", "{\"predictionId\":\"" + id + "\",\"outcome\":1}");
      assertThat(outcome.statusCode()).isEqualTo(400);
      assertThat(outcome.body()).contains("it foresees a number");
      assertThat(server.get("/usecases/rents").statusCode()).isIn(200, 404);
      assertThat(server.failures).isEmpty();
    }
    String monitored = run(0, "monitor", path("usecase.yaml")).out();
    assertThat(monitored).contains("rents:").doesNotContain("NaN");
  }

  @Test
  void withoutAVersionTheFallbackSaysANumber() throws Exception {
    try (LiveServer server =
        new LiveServer(folder.resolve("usecase.yaml"), ArrivalClock.wall(CLOCK))) {
      JsonNode answer =
          ok(
              server.post(
                  "/v1/usecases/rents/decide",
                  "{\"key\":\"n1\",\"inputs\":{\"area\":120,\"place\":\"edge\"}}"));
      assertThat(answer.get("score").doubleValue()).isEqualTo(1500);
      assertThat(answer.get("decision").isNull()).isTrue();
      assertThat(answer.get("degraded").booleanValue()).isTrue();
    }
  }

  @Test
  void whatOnlyDecisionsHaveIsRefusedAllAtOnce() throws IOException {
    Path file = folder.resolve("wrong.yaml");
    Files.writeString(
        file,
        """
        name: wrong
        problem: {costs: {false-negative: 5}, constraints: {min-recall: 0.5}}
        frame: {task: regression, target: {column: rent, positive: "1"}}
        data: {table: flats.csv, key: id}
        models: {candidates: [linear], calibration: platt}
        evaluation: {metrics: [roc-auc], gates: [{metric: rmse, at-least: 3}]}
        production: {hold-out: 0.1}
        """);
    assertThat(run(2, "train", file.toString()).err())
        .contains(
            "'costs'",
            "'min-recall'",
            "'positive'",
            "'platt' calibrates probabilities",
            "'roc-auc' measures classes",
            "'at-least' with rmse, of which less is better",
            "'hold-out'");
    Files.writeString(
        file,
        """
        name: wrong
        frame: {task: multiclass, target: {column: place}}
        data: {table: flats.csv}
        """);
    assertThat(run(2, "train", file.toString()).err())
        .contains("'multiclass' is not supported yet", "binary, regression");
    Files.writeString(
        file,
        """
        name: wrong
        frame: {task: regression, target: {column: rent}}
        data: {table: flats.csv, key: id}
        models: {candidates: [logistic]}
        """);
    assertThat(run(2, "train", file.toString()).err())
        .contains("'logistic' can't learn numbers", "linear");
  }

  private static JsonNode ok(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JsonMapper.builder().build().readTree(response.body());
  }
}
