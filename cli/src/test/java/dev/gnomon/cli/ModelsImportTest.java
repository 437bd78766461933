package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.CanonicalJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A model that was trained here, taken out of its bundle and brought back as one from elsewhere.
class ModelsImportTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-06-01T12:00:00Z"));

  @TempDir Path folder = Path.of("");

  @BeforeEach
  void table() throws IOException {
    Random random = new Random(11);
    StringBuilder rows = new StringBuilder("id,age,visits,spend,gone\n");
    for (int i = 0; i < 900; i++) {
      double age = 18 + random.nextInt(60);
      double visits = random.nextInt(20);
      double spend = 100 * random.nextDouble();
      boolean gone = random.nextDouble() < 1 / (1 + Math.exp(0.3 * visits - 0.03 * age - 0.5));
      rows.append(
          String.format(
              Locale.ROOT,
              "k%d,%s,%s,%.3f,%s%n",
              i,
              i % 13 == 0 ? "" : Double.toString(age),
              visits,
              spend,
              gone ? "yes" : "no"));
    }
    Files.writeString(folder.resolve("people.csv"), rows);
    Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: leavers
        problem: {decision: Call, costs: {currency: EUR, true-positive: 5, false-positive: 5, false-negative: 20}}
        frame: {task: binary, entity: person, target: {column: gone, positive: "yes"}}
        data: {table: people.csv, key: id}
        models: {candidates: [xgboost], calibration: none}
        training: {split: {by: random}, search: {method: none}}
        evaluation: {gates: [{metric: roc-auc, at-least: 0.6}]}
        """);
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

  @ParameterizedTest
  @CsvSource({"xgboost, model.json", "lightgbm, model.txt"})
  void aModelOfOursBroughtBackGivesTheSameScoresMetricsAndLine(String trainer, String file)
      throws IOException {
    Path useCase = folder.resolve("usecase.yaml");
    Files.writeString(useCase, Files.readString(useCase).replace("[xgboost]", "[" + trainer + "]"));
    JsonNode trained = json(run(0, "train", path("usecase.yaml"), "--json"));
    Path bundle = folder.resolve(".gnomon/bundles/" + trained.get("bundle").stringValue());
    Files.copy(bundle.resolve("model").resolve(file), folder.resolve("booster.json"));

    JsonNode imported =
        json(
            run(
                0,
                "models",
                "import",
                path("usecase.yaml"),
                "--model",
                path("booster.json"),
                "--columns",
                "age,visits,spend",
                "--json"));
    assertThat(imported.get("version").intValue()).isEqualTo(2);
    assertThat(imported.at("/metrics/test/roc-auc")).isEqualTo(trained.at("/metrics/test/roc-auc"));
    assertThat(imported.at("/metrics/test/log-loss"))
        .isEqualTo(trained.at("/metrics/test/log-loss"));
    assertThat(imported.get("threshold")).isEqualTo(trained.get("threshold"));

    for (int version = 1; version <= 2; version++) {
      run(
          0,
          "predict",
          path("usecase.yaml"),
          "--in",
          path("people.csv"),
          "--out",
          path("scores" + version + ".csv"),
          "--version",
          Integer.toString(version));
    }
    assertThat(scores(2)).isEqualTo(scores(1)).hasSizeGreaterThan(900);

    JsonNode shown =
        json(run(0, "models", "show", "leavers@2", "--json", "--home", path(".gnomon")));
    assertThat(shown.at("/manifest/lineage/imported-from").asString("")).startsWith(trainer);
    assertThat(shown.at("/manifest/lineage/imported-sha256").asString("")).hasSize(64);
    JsonNode listed = json(run(0, "models", "list", "--json", "--home", path(".gnomon")));
    assertThat(listed.get("versions")).hasSize(2);
    assertThat(listed.at("/versions/0/aliases/0").asString("")).isEqualTo("champion");
    assertThat(CanonicalJson.read(bundle.resolve("bundle.json")).at("/lineage").size())
        .isEqualTo(shown.at("/manifest/lineage").size() - 2);
  }

  private java.util.List<String> scores(int version) throws IOException {
    return Files.readAllLines(folder.resolve("scores" + version + ".csv")).stream()
        .map(line -> line.replaceAll(",[0-9]+$", ""))
        .toList();
  }

  @Test
  void whatDoesNotFitIsToldAtOnceWithTheNearestName() throws IOException {
    JsonNode trained = json(run(0, "train", path("usecase.yaml"), "--json"));
    Path bundle = folder.resolve(".gnomon/bundles/" + trained.get("bundle").stringValue());
    Files.copy(bundle.resolve("model/model.json"), folder.resolve("booster.json"));
    String[] start = {"models", "import", path("usecase.yaml"), "--model", path("booster.json")};
    assertThat(run(2, with(start, "--columns", "aeg,visit,spend")).err())
        .contains("no feature 'aeg'; did you mean 'age'?")
        .contains("no feature 'visit'; did you mean 'visits'?");
    assertThat(run(2, with(start, "--columns", "age")).err())
        .contains("1 columns; one per input of the model: 3");
    mlflow(start);
    Files.write(folder.resolve("model.pkl"), new byte[] {(byte) 0x80, 4, 'c', 'o', 's'});
    assertThat(run(2, "models", "import", path("usecase.yaml"), "--model", path("model.pkl")).err())
        .contains("pickle")
        .contains("skl2onnx");
  }

  /// Directories as MLflow logs them.
  private void mlflow(String[] start) throws IOException {
    Path directory = Files.createDirectory(folder.resolve("mlflow"));
    start[4] = directory.toString();
    Files.copy(folder.resolve("booster.json"), directory.resolve("model.xgb"));
    String signature =
        """
        signature:
          inputs: '[{"type": "double", "name": "age", "required": true}, {"type": "double",
            "name": "visits", "required": true}, {"type": "%s", "name": "%s", "required": true}]'
        """;
    String xgboost =
        """
        artifact_path: model
        flavors:
          python_function: {data: model.xgb, env: {conda: conda.yaml}, loader_module: mlflow.xgboost}
          xgboost: {code: null, data: %s, model_class: xgboost.core.Booster, model_format: xgb}
        """;
    Path file = directory.resolve("MLmodel");

    Files.writeString(file, xgboost.formatted("model.xgb") + signature.formatted("string", "spnd"));
    assertThat(run(2, start).err())
        .contains(
            "signature input 'spnd': the use case has no feature 'spnd'; did you mean 'spend'?");
    Files.writeString(
        file, xgboost.formatted("model.xgb") + signature.formatted("string", "spend"));
    assertThat(run(2, start).err())
        .contains("signature input 'spend': it is a string, the feature is a number");
    Files.writeString(file, xgboost.formatted("../booster.json"));
    assertThat(run(2, start).err())
        .contains("flavors.xgboost.data: '../booster.json'; a file inside of the directory");
    Files.writeString(
        file, "flavors: {python_function: {loader_module: mlflow.sklearn}, sklearn: {}}");
    assertThat(run(2, start).err()).contains("pickle, which is a program").contains("never code");
    Files.writeString(
        file, xgboost.formatted("model.xgb") + signature.formatted("double", "spend"));
    JsonNode imported = json(run(0, with(start, "--json")));
    assertThat(imported.get("version").intValue()).isEqualTo(2);
    assertThat(imported.at("/candidates/0/name").asString("")).isEqualTo("mlflow xgboost json");
  }

  private static String[] with(String[] start, String... more) {
    String[] all = java.util.Arrays.copyOf(start, start.length + more.length);
    System.arraycopy(more, 0, all, start.length, more.length);
    return all;
  }
}
