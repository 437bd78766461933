package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CompareTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-06-01T12:00:00Z"));

  @TempDir Path folder = Path.of("");

  private Recorded run(int exitCode, String... arguments) {
    Recorded recorded = new Recorded(false);
    int code = Main.run(recorded.terminal, CLOCK, arguments);
    assertThat(code).as(recorded.out() + recorded.err()).isEqualTo(exitCode);
    return recorded;
  }

  /// A version that sees the columns named.
  private void train(String columns, int seed) throws IOException {
    Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: shop
        problem: {costs: {currency: EUR, true-positive: 5, false-positive: 5, false-negative: 30}}
        frame: {task: binary, entity: customer, target: {column: y, positive: "1"}}
        data: {table: rows.csv, key: id}
        features: {columns: [%s]}
        models: {candidates: [logistic], calibration: none}
        training: {search: {method: none}, seed: %d}
        evaluation: {metrics: [roc-auc, lift, profit], gates: []}
        """
            .formatted(columns, seed));
    run(ExitCode.DONE, "train", folder.resolve("usecase.yaml").toString());
  }

  @Test
  void tellsTwoVersionsApartOnTheRowsTheyShare() throws IOException {
    Random random = new Random(5);
    StringBuilder rows = new StringBuilder("id,x,noise,y\n");
    for (int i = 0; i < 1500; i++) {
      double x = random.nextGaussian();
      int y = random.nextDouble() < 1 / (1 + Math.exp(1 - 2 * x)) ? 1 : 0;
      rows.append("c%d,%s,%s,%d%n".formatted(i, x, x + 3 * random.nextGaussian(), y));
    }
    Files.writeString(folder.resolve("rows.csv"), rows);
    train("noise", 1);
    train("x", 1);
    train("x", 2);

    String file = folder.resolve("usecase.yaml").toString();
    JsonNode json =
        JsonMapper.shared().readTree(run(ExitCode.DONE, "compare", file, "1", "2", "--json").out());
    assertThat(json.get("rows").asInt()).isEqualTo(300);
    assertThat(json.get("metrics").get(0).get("metric").asString()).isEqualTo("roc-auc");
    assertThat(json.get("metrics").get(0).get("reading").asString()).isEqualTo("better");
    assertThat(json.get("deLong").get("pValue").asDouble()).isLessThan(0.01);
    assertThat(json.get("savedBySecond").get("lower").asDouble()).isPositive();

    // By name, from beside the home; the first version is the champion.
    String home = folder.resolve(".gnomon").toString();
    String text = run(ExitCode.DONE, "compare", "shop", "champion", "2", "--home", home).out();
    assertThat(text)
        .startsWith("version 2 is better than version 1: it saves ")
        .contains("They read different features.")
        .contains("McNemar: only version 1 right on");

    assertThat(run(ExitCode.REFUSED, "compare", file, "2", "3").err())
        .contains("tested on different rows");
    assertThat(run(ExitCode.BAD_INPUT, "compare", file, "1", "champion").err())
        .contains("both are version 1");
    assertThat(run(ExitCode.BAD_INPUT, "compare", file, "1", "9").err())
        .contains("1 to 3, champion");
  }
}
