package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.stats.RandomStream;
import dev.gnomon.training.Evaluation;
import dev.gnomon.training.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tables as they come: each is learned from with a stated treatment, or refused in one message
/// that says what to do.
class OddTablesTest {
  private static final String CANDIDATES =
      "[logistic, naive-bayes, k-nn, decision-tree, xgboost: {rounds: 20}]";

  @TempDir private Path folder;

  private Evaluation learn(String header, int rows, IntFunction<String> line, String more)
      throws IOException {
    Path file = folder.resolve("table.csv");
    Files.writeString(
        file,
        IntStream.range(0, rows)
            .mapToObj(line)
            .collect(Collectors.joining("\n", header + "\n", "\n")));
    UseCase useCase =
        UseCaseReader.parse(
            """
            gnomon: 1
            name: odd
            frame: {task: binary, entity: row, target: {column: y, positive: "1"}}
            data: {table: %s%s}
            features: {columns: all}
            models: {candidates: %s, calibration: none}
            training: {split: {by: random}}
            """
                .formatted(file, more, CANDIDATES),
            folder.resolve("usecase.yaml"));
    TrainingSet set = RealData.trainingSet(useCase, folder.resolve("home"));
    return Training.run(
            useCase, set, RealData.trainers(), Training.Options.of(RealData.CLOCK), Progress.NONE)
        .evaluation();
  }

  /// A number that tells, with noise, and the class it tells of.
  private static String row(int i) {
    RandomStream random = RandomStream.of(i);
    double x = random.nextDouble();
    return "%.9f,%d".formatted(x, x + 0.6 * (random.nextDouble() - 0.5) > 0.5 ? 1 : 0);
  }

  private static double rocAuc(Evaluation evaluation) {
    return Objects.requireNonNull(evaluation.test().get("roc-auc")).estimate();
  }

  @Test
  void constantDuplicateAndMissingColumnsAreDroppedOrHarmless() throws IOException {
    Evaluation found =
        learn(
            "same,x,y,again,none",
            600,
            i -> {
              String row = row(i);
              return "7,%s,%s,".formatted(row, row.substring(0, row.indexOf(',')));
            },
            "");
    assertThat(rocAuc(found)).isGreaterThan(0.8);
    assertThat(found.notes())
        .anyMatch(note -> note.contains("'same' is the same in all training rows"))
        .anyMatch(note -> note.contains("'none' is missing in all training rows"));
  }

  @Test
  void tenThousandLevelsShareOneInput() throws IOException {
    Evaluation found = learn("x,y,id", 10_000, i -> row(i) + ",level" + i, "");
    assertThat(rocAuc(found)).isGreaterThan(0.8);
  }

  @Test
  void onePerCentPositivesAreLearnedFrom() throws IOException {
    Evaluation found =
        learn(
            "x,y",
            4000,
            i -> {
              double x = RandomStream.of(i).nextDouble();
              return i % 100 == 0 ? "%.9f,1".formatted(0.5 + x / 2) : "%.9f,0".formatted(x);
            },
            "");
    assertThat(found.facts().train().positives()).isBetween(20, 28);
    assertThat(rocAuc(found)).isGreaterThan(0.6);
  }

  @Test
  void moreColumnsThanRows() throws IOException {
    int width = 600;
    String header =
        IntStream.range(0, width).mapToObj(j -> "n" + j).collect(Collectors.joining(",")) + ",x,y";
    Evaluation found =
        learn(
            header,
            150,
            i -> {
              RandomStream random = RandomStream.of(i).split("noise");
              return IntStream.range(0, width)
                      .mapToObj(j -> "%.3f".formatted(random.nextDouble()))
                      .collect(Collectors.joining(","))
                  + ","
                  + row(i);
            },
            "");
    assertThat(found.facts().features()).isEqualTo(width + 1);
    assertThat(rocAuc(found)).isBetween(0.0, 1.0);
  }

  @Test
  void infiniteValuesAreNamedWithTheirLine() {
    assertThatThrownBy(
            () -> learn("x,y,z", 600, i -> row(i) + "," + (i % 50 == 0 ? "1e999" : i % 3), ""))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("line 2: column 'z' holds 12 infinite values");
  }

  @Test
  void textInAColumnStatedAsNumbersIsNamedWithItsLine() {
    assertThatThrownBy(
            () -> learn("x,y", 600, i -> i == 41 ? "twelve,1" : row(i), ", types: {x: number}"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("line 43")
        .hasMessageContaining("twelve");
  }

  @Test
  void fiveRowsAreTooFew() {
    assertThatThrownBy(() -> learn("x,y", 5, OddTablesTest::row, ""))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("only 5 observations");
  }

  @Test
  void oneClassIsNothingToLearn() {
    assertThatThrownBy(() -> learn("x,y", 600, i -> "0." + i + ",0", ""))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("no row is '1'");
  }
}
