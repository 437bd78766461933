package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A version leaves as ONNX, preprocessing included, comes back as a model from elsewhere and gives
/// the scores it gave.
class BundleExportTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-06-01T12:00:00Z"));

  @TempDir Path folder = Path.of("");

  /// Numbers of a few binary digits, so that they are the same in single precision.
  @BeforeEach
  void table() throws IOException {
    Random random = new Random(3);
    String[] plans = {"basic", "plus", "pro", ""};
    StringBuilder rows = new StringBuilder("id,tenure,monthly,plan,paperless,gone\n");
    for (int i = 0; i < 900; i++) {
      int tenure = random.nextInt(72);
      double monthly = random.nextInt(480) / 4.0;
      int plan = random.nextInt(20) == 0 ? 3 : random.nextInt(3);
      boolean paperless = random.nextBoolean();
      double odds = 0.4 - 0.05 * tenure + 0.012 * monthly + (plan == 0 ? 0.8 : 0);
      rows.append(
          String.format(
              Locale.ROOT,
              "k%d,%s,%s,%s,%s,%s%n",
              i,
              i % 17 == 0 ? "" : Integer.toString(tenure),
              monthly,
              plans[plan],
              paperless ? "Yes" : "No",
              random.nextDouble() < 1 / (1 + Math.exp(-odds)) ? "Yes" : "No"));
    }
    Files.writeString(folder.resolve("customers.csv"), rows);
  }

  private void useCase(String candidate, String calibration) throws IOException {
    Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: leavers
        problem: {decision: Call, costs: {currency: EUR, true-positive: 5, false-positive: 5, false-negative: 20}}
        frame: {task: binary, entity: person, target: {column: gone, positive: "Yes"}}
        data: {table: customers.csv, key: id}
        models: {candidates: [%s], calibration: %s}
        training: {split: {by: random}, search: {method: none}}
        evaluation: {gates: []}
        """
            .formatted(candidate, calibration));
  }

  private Recorded run(int exitCode, String... arguments) {
    Recorded recorded = new Recorded(false);
    int code = Main.run(recorded.terminal, CLOCK, arguments);
    assertThat(code).as(recorded.out() + recorded.err()).isEqualTo(exitCode);
    return recorded;
  }

  private JsonNode json(Recorded recorded) {
    return JsonMapper.shared().readTree(recorded.out());
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private List<Double> scores(int version) throws IOException {
    String out = "scores" + version + ".csv";
    run(
        0,
        "predict",
        path("usecase.yaml"),
        "--in",
        path("customers.csv"),
        "--out",
        path(out),
        "--version",
        Integer.toString(version));
    List<String> lines = Files.readAllLines(folder.resolve(out));
    int column = List.of(lines.getFirst().split(",", -1)).indexOf("score");
    List<Double> scores = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      scores.add(Double.parseDouble(line.split(",", -1)[column]));
    }
    return scores;
  }

  @ParameterizedTest
  @CsvSource({"xgboost, platt", "logistic, isotonic", "random-forest, isotonic"})
  void aVersionComesBackFromOnnxWithTheScoresItHad(String candidate, String calibration)
      throws IOException {
    useCase(candidate, calibration);
    json(run(0, "train", path("usecase.yaml"), "--json"));
    JsonNode written =
        json(
            run(
                0,
                "bundle",
                "export",
                "leavers@1",
                "--onnx",
                path("leavers.onnx"),
                "--home",
                path(".gnomon"),
                "--json"));
    assertThat(written.at("/files/0/bytes").longValue()).isPositive();

    // What comes back is calibrated already.
    useCase(candidate, "none");
    JsonNode imported =
        json(
            run(
                0,
                "models",
                "import",
                path("usecase.yaml"),
                "--model",
                path("leavers.onnx"),
                "--json"));
    assertThat(imported.get("version").intValue()).isEqualTo(2);
    List<Double> before = scores(1);
    List<Double> after = scores(2);
    assertThat(after).hasSize(900);
    double most = 0;
    for (int i = 0; i < before.size(); i++) {
      most = Math.max(most, Math.abs(before.get(i) - after.get(i)));
    }
    assertThat(most).isLessThan(1e-9);
    assertThat(before.stream().distinct().count()).isGreaterThan(5);
  }

  /// In a home of its own the version that came back is the champion.
  @Test
  void aModelInOnnxIsServedExplainedAndWatched() throws Exception {
    useCase("logistic", "none");
    run(0, "train", path("usecase.yaml"));
    String old = path(".gnomon");
    run(0, "bundle", "export", "leavers", "--onnx", path("leavers.onnx"), "--home", old);
    Files.move(folder.resolve(".gnomon"), folder.resolve("old-home"));
    JsonNode imported =
        json(
            run(
                0,
                "models",
                "import",
                path("usecase.yaml"),
                "--model",
                path("leavers.onnx"),
                "--json"));
    assertThat(imported.get("champion").booleanValue()).isTrue();
    double expected = scores(1).get(3);
    String[] row = Files.readAllLines(folder.resolve("customers.csv")).get(4).split(",", -1);
    try (LiveServer server =
        new LiveServer(folder.resolve("usecase.yaml"), ArrivalClock.wall(CLOCK))) {
      JsonNode answer =
          LiveServer.json(
              server.post(
                  "/v1/usecases/leavers/decide",
                  """
                  {"key": "%s", "explain": true, "inputs":
                   {"tenure": %s, "monthly": %s, "plan": "%s", "paperless": "%s"}}\
                  """
                      .formatted(row[0], row[1], row[2], row[3], row[4])));
      assertThat(answer.get("score").doubleValue()).isEqualTo(expected);
      assertThat(answer.get("degraded").booleanValue()).isFalse();
      assertThat(answer.get("reasons").size()).isPositive();
      assertThat(server.failures).isEmpty();
    }
    assertThat(run(0, "monitor", path("usecase.yaml")).out()).contains("leavers:");
  }

  /// The directory is read by the reader of what MLflow wrote, which holds its signature against
  /// the features.
  @Test
  void aDirectoryOfMlflowComesBackWithTheScoresItHad() throws IOException {
    useCase("xgboost", "platt");
    run(0, "train", path("usecase.yaml"));
    run(0, "bundle", "export", "leavers@1", "--mlmodel", path("model"), "--home", path(".gnomon"));
    assertThat(folder.resolve("model"))
        .isDirectoryContaining("glob:**/{MLmodel}")
        .isDirectoryContaining("glob:**/requirements.txt")
        .isDirectoryContaining("glob:**/conda.yaml")
        .isDirectoryContaining("glob:**/python_env.yaml");
    JsonNode example =
        JsonMapper.shared().readTree(folder.resolve("model/input_example.json").toFile());
    assertThat(example.at("/inputs/tenure/0/0").isNumber()).isTrue();
    assertThat(example.at("/inputs/plan/1/0").isString()).isTrue();
    assertThat(Files.readString(folder.resolve("model/MLmodel")))
        .contains("loader_module: mlflow.onnx")
        .contains("\"dtype\":\"float32\"")
        .contains("utc_time_created: '2024-06-01 12:00:00.000000'");
    useCase("xgboost", "none");
    run(0, "models", "import", path("usecase.yaml"), "--model", path("model"));
    List<Double> before = scores(1);
    List<Double> after = scores(2);
    for (int i = 0; i < before.size(); i++) {
      assertThat(after.get(i)).isCloseTo(before.get(i), org.assertj.core.data.Offset.offset(1e-9));
    }
  }

  @Test
  void aZipHoldsTheBundleAndNothingToWriteIsAnError() throws IOException {
    useCase("constant", "none");
    assertThat(run(2, "models", "list", "--home", path("nowhere")).err())
        .contains("no version was ever registered there");
    assertThat(folder.resolve("nowhere")).doesNotExist();
    run(0, "train", path("usecase.yaml"));
    run(0, "bundle", "export", "leavers", "--zip", path("b.zip"), "--home", path(".gnomon"));
    assertThat(Files.size(folder.resolve("b.zip"))).isGreaterThan(1000);
    assertThat(run(2, "bundle", "export", "leavers", "--home", path(".gnomon")).err())
        .contains("--onnx FILE, --mlmodel DIR, --zip FILE");
    assertThat(
            run(
                    2,
                    "bundle",
                    "export",
                    "leavers@7",
                    "--zip",
                    path("b.zip"),
                    "--home",
                    path(".gnomon"))
                .err())
        .contains("no version or alias '7'; one of 1, champion");
  }
}
