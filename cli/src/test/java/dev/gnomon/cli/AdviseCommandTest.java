package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.training.advice.Rules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdviseCommandTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

  @TempDir private Path folder;

  private Recorded advise(int exitCode, Path file, String... options) {
    Recorded recorded = new Recorded(false);
    List<String> arguments = new ArrayList<>(List.of("advise", file.toString()));
    arguments.addAll(List.of(options));
    assertThat(Main.run(recorded.terminal, CLOCK, arguments.toArray(String[]::new)))
        .as(recorded.err())
        .isEqualTo(exitCode);
    return recorded;
  }

  /// Skipped where the data are not at hand.
  @Test
  void theWholePageForTelcoChurn() throws IOException {
    UseCase useCase = RealData.example("telco-churn", "telco-churn/telco-churn.csv.gz", "", "");
    Path file = Files.writeString(folder.resolve("usecase.yaml"), useCase.source());
    try (var golden =
        AdviseCommandTest.class.getResourceAsStream(
            "advise-telco-churn.txt")) { // printed by the command, read and found right
      assertThat(advise(0, file).out())
          .isEqualTo(
              new String(Objects.requireNonNull(golden).readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void everyContradictionIsListedFirst() throws IOException {
    StringBuilder rows = new StringBuilder("k,at,x,z,worth,y\n");
    for (int i = 0; i < 400; i++) {
      rows.append(
          "k%d,2024-%02d-%02dT00:00:00Z,%d,%d,%d,%d\n"
              .formatted(i, 1 + i / 40, 1 + i % 4, i % 7, i % 5, i % 3, i % 4 == 0 ? 1 : 0));
    }
    Files.writeString(folder.resolve("t.csv"), rows);
    Path file = folder.resolve("usecase.yaml");
    Files.writeString(
        file,
        """
        gnomon: 1
        name: t
        problem:
          costs: {true-positive: 5, false-positive: 0, false-negative: worth}
          constraints: {min-recall: 0.95, min-precision: 0.9, capacity: {per: 1d, max: 1}, reasons: transparent-model}
        frame: {task: binary, target: {column: y, positive: "1"}}
        data: {table: t.csv, key: k, event-time: at}
        features: {columns: [x, z]}
        models: {candidates: [logistic, k-nn], calibration: none}
        training: {split: {by: random}, imbalance: class-weights}
        evaluation: {gates: [{metric: accuracy, at-least: 0.7}]}
        production: {monitor: {outcomes-after: 30d}, retrain: {every: 7d}}
        """);
    String page = advise(1, file, "--strict").out();
    assertThat(page.lines().skip(2).findFirst()).contains("CONTRADICTIONS");
    String first = page.substring(0, page.indexOf("1. problem"));
    assertThat(first)
        .contains(
            "[acting-never-pays]",
            "[acting-always-pays]",
            "[recall-and-precision-near-one]",
            "[capacity-below-recall]",
            "[opaque-where-transparent]",
            "[resampled-uncalibrated]",
            "[random-split-over-time]",
            "[accuracy-gate-says-nothing]",
            "[retrain-before-labels]");
    JsonNode json = JsonMapper.shared().readTree(advise(0, file, "--json").out());
    assertThat(json.at("/data/rows").intValue()).isEqualTo(400);
    assertThat(json.at("/data/positives").intValue()).isEqualTo(100);
    assertThat(json.at("/findings/0/severity").stringValue()).isEqualTo("CONTRADICTION");
    assertThat(json.at("/findings/0/step").stringValue()).isEqualTo("PROBLEM");
    // With such a feature there is no training set; the statement still says why.
    Files.writeString(
        file,
        Files.readString(file)
            .replace("event-time: at}", "event-time: at, known-after: [z]}")
            .replace("{columns: [x, z]}", "{columns: [x], derived: {w: 2 * z}}"));
    assertThat(advise(0, file).out())
        .contains("The data can't be used:", "[known-after-as-feature]", "[no-data]");
  }

  @Test
  void withoutDataTheStatementIsAdvisedOn() throws IOException {
    Path file = folder.resolve("usecase.yaml");
    Files.writeString(
        file,
        """
        gnomon: 1
        name: t
        frame: {task: regression, target: {column: y}}
        data: {table: absent.csv}
        """);
    assertThat(advise(0, file).out())
        .startsWith("t: the statement alone\n  The data can't be used:\n")
        .contains("absent.csv: no such file", "[no-data]", "[mae-or-mse]");
    assertThat(advise(0, file, "--statement-only").out()).contains("were not looked at, as asked");
  }

  /// docs/concepts/defaults.md holds the rules as they are; to write them anew, paste
  /// [Rules#tables] there.
  @Test
  void thePageOfDefaultsHoldsTheRules() throws IOException {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("docs/concepts"))) {
      at = Objects.requireNonNull(at.getParent(), "no docs above the working directory");
    }
    assertThat(Files.readString(at.resolve("docs/concepts/defaults.md"))).contains(Rules.tables());
  }
}
