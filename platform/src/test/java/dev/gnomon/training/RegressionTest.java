package dev.gnomon.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.EvaluationSection.Gate;
import dev.gnomon.core.usecase.ModelSection.Calibration;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Decision;
import dev.gnomon.models.Manifest;
import dev.gnomon.models.ReferenceStatistics;
import dev.gnomon.stats.Interval;
import dev.gnomon.stats.RandomStream;
import dev.gnomon.training.Evaluation.CandidateResult;
import dev.gnomon.training.Evaluation.Errors;
import dev.gnomon.training.Evaluation.GateResult;
import dev.gnomon.training.Evaluation.Numbers;
import dev.gnomon.training.report.EvaluationJson;
import dev.gnomon.training.report.HtmlReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A made-up target of which everything is known: y = 200 + 30 x - 10 z + noise, whose standard
/// deviation is 5, and 20 in group b.
class RegressionTest {
  private static final int ROWS = 4000;
  private final double[] x = new double[ROWS];
  private final double[] z = new double[ROWS];
  private final double[] label = new double[ROWS];

  @TempDir private Path folder = Path.of("");

  RegressionTest() {
    RandomStream random = RandomStream.of(11);
    for (int i = 0; i < ROWS; i++) {
      x[i] = random.nextGaussian();
      z[i] = random.nextGaussian();
      label[i] = 200 + 30 * x[i] - 10 * z[i] + (i % 4 == 0 ? 20 : 5) * random.nextGaussian();
    }
  }

  private Sets sets() {
    return Sets.of(ROWS)
        .regression()
        .number("x", i -> x[i])
        .number("z", i -> z[i])
        .number("noise", i -> i % 97)
        .text("group", i -> i % 4 == 0 ? "b" : "a")
        .segments("group")
        .candidates(Calibration.NONE, "line");
  }

  private Trained train(Sets sets, Map<String, Double> champion) {
    return Training.run(
        sets.useCase(),
        sets.set(i -> label[i]),
        List.of(new PlainLine("line"), new PlainLine("other-line"), new PlainTrainer()),
        new Training.Options(
            1,
            InstantSource.fixed(Instant.EPOCH),
            _ -> champion.isEmpty() ? Optional.empty() : Optional.of(champion)),
        Progress.NONE);
  }

  @Test
  void findsTheLineAndSaysHowFarOffItIs() {
    Evaluation e = train(sets(), Map.of()).evaluation();

    // The noise is what is left: variance (3 x 25 + 400) / 4 = 118.75 of 1000 + 118.75.
    Interval rmse = Metrics.required(e.test(), "rmse");
    assertThat(rmse.lower()).isLessThan(Math.sqrt(118.75));
    assertThat(rmse.upper()).isGreaterThan(Math.sqrt(118.75));
    Interval r2 = Metrics.required(e.test(), "r2");
    assertThat(r2.lower()).isLessThan(1 - 118.75 / 1118.75);
    assertThat(r2.upper()).isGreaterThan(1 - 118.75 / 1118.75);
    Interval bias = Metrics.required(e.test(), "bias");
    assertThat(bias.lower()).isLessThan(0);
    assertThat(bias.upper()).isGreaterThan(0);

    Numbers numbers = e.numbers().orElseThrow();
    assertThat(numbers.target()).isEqualTo("label");
    assertThat(numbers.slope().below(1) || numbers.slope().above(1)).isFalse();
    assertThat(numbers.bins()).hasSize(10).allMatch(b -> b.low() < b.high());
    assertThat(numbers.bins().getFirst().actual().estimate())
        .isLessThan(numbers.bins().getLast().actual().estimate() - 80);
    // 90 % of normal noise lies within 1.645 standard deviations, of which there are two here.
    assertThat(numbers.within().get(2).value()).isBetween(10.0, 24.0);
    assertThat(e.headline()).startsWith("Foresees label, off by ").contains("(R2 0.8");
    assertThat(e.passed()).isTrue();
    assertThat(e.deLong()).isEmpty();
    assertThat(e.calibration()).isEmpty();
    assertThat(e.points()).isEmpty();
    assertThat(e.importance().getFirst().feature()).isEqualTo("x");
    // Dealing x anew leaves an error of sqrt(118.75 + 2 x 900) instead of sqrt(118.75).
    assertThat(e.importance().getFirst().drop())
        .isCloseTo(Math.sqrt(1918.75) - Math.sqrt(118.75), within(3.0));
  }

  @Test
  void namesTheSegmentInWhichItErrsMore() {
    Evaluation e = train(sets(), Map.of()).evaluation();

    Errors errors = e.errors();
    assertThat(errors.worst().getFirst().column()).isEqualTo("group");
    assertThat(errors.worst().getFirst().level()).isEqualTo("b");
    // The mean size of normal noise is 0.798 standard deviations.
    assertThat(errors.worst().getFirst().mean().estimate()).isCloseTo(0.798 * 20, within(2.0));
    assertThat(errors.worst().getFirst().elsewhere()).isCloseTo(0.798 * 5, within(0.5));
    assertThat(errors.worst().getFirst().adjustedP()).isLessThan(1e-6);
    assertThat(errors.worst()).extracting(Errors.Worst::column).doesNotContain("noise");
    assertThat(errors.looked()).isGreaterThanOrEqualTo(14);
    assertThat(e.segments()).hasSize(2);
    assertThat(e.segments().getFirst().metrics()).containsOnlyKeys("rmse", "mae", "bias");
  }

  @Test
  void gatesAskForLessErrorAndMoreFit() {
    Gate within = gate("rmse", OptionalDouble.empty(), OptionalDouble.of(10.5), Optional.empty());
    Gate beyond = gate("rmse", OptionalDouble.empty(), OptionalDouble.of(8), Optional.empty());
    Gate fit = gate("r2", OptionalDouble.of(0.95), OptionalDouble.empty(), Optional.empty());
    Gate champion =
        gate("mae", OptionalDouble.empty(), OptionalDouble.empty(), Optional.of("champion"));
    List<GateResult> gates =
        train(sets().gates(within, beyond, fit, champion), Map.of("mae", 3.0)).evaluation().gates();
    assertThat(gates)
        .extracting(GateResult::passed)
        .containsExactly(true, false, false, false, true);
    assertThat(gates.getLast().origin()).contains("must beat saying the mean");
  }

  private static Gate gate(
      String metric, OptionalDouble atLeast, OptionalDouble atMost, Optional<String> alias) {
    return new Gate(metric, atLeast, atMost, alias, 0, 1);
  }

  @Test
  void comparesCandidatesOnTheSameResamples() {
    Trained trained = train(sets().candidates(Calibration.NONE, "line", "other-line"), Map.of());

    List<CandidateResult> results = trained.evaluation().candidates();
    assertThat(results).hasSize(2);
    CandidateResult chosen = results.getFirst();
    CandidateResult same = results.getLast();
    assertThat(chosen.chosen()).isTrue();
    assertThat(chosen.interval().lower()).isLessThan(chosen.objective());
    assertThat(chosen.interval().upper()).isGreaterThan(chosen.objective());
    // The same model again is behind by nothing at all, whatever the width of its own interval.
    assertThat(same.behind().lower()).isZero();
    assertThat(same.behind().upper()).isZero();
    assertThat(same.level()).isTrue();
    assertThat(trained.aside().footprints()).hasSize(2);
    assertThat(trained.aside().footprints()).allMatch(f -> f.p50Micros() > 0 && f.bytes() > 50);
    assertThat(String.join(" ", trained.aside().choice())).contains("other-line");
  }

  @Test
  void aCandidateThatCannotLearnNumbersIsRefusedWithThoseThatCan() {
    assertThatThrownBy(() -> train(sets().candidates(Calibration.NONE, "plain"), Map.of()))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("'plain' can't learn numbers")
        .hasMessageContaining("one of line, other-line");
  }

  @Test
  void theBundleAnswersTheSameNumberAndDecidesNothing() throws IOException {
    Sets sets = sets();
    TrainingSet set = sets.set(i -> label[i]);
    Trained trained = train(sets, Map.of());
    Manifest manifest =
        new Manifest(
            "example",
            sets.useCase().source(),
            set.rows().schema(),
            set.plan().inputs(),
            "0".repeat(64),
            set.hash(),
            Map.of(),
            Map.of("training", 1L),
            Map.of(),
            Map.of());
    Bundle made =
        Bundle.of(
            manifest,
            trained.preprocessing(),
            trained.model(),
            trained.calibration(),
            trained.policy(),
            ReferenceStatistics.of(set.rows(), trained.split().train(), trained.probabilities()),
            EvaluationJson.tree(trained.evaluation()),
            1);
    Path directory = Files.createDirectories(folder.resolve("bundle"));
    made.write(directory);
    Bundle read = Bundle.load(directory);

    int[] rows = trained.split().test();
    assertThat(read.scoring().scores(set.rows(), rows))
        .isEqualTo(made.scoring().scores(set.rows(), rows));
    Decision decision = new Decision();
    read.scoring().decide(set.rows().cursor().at(rows[0]), decision);
    assertThat(decision.score()).isCloseTo(label[rows[0]], within(90.0));
    assertThat(decision.acts()).isFalse();
    assertThat(decision.band()).isEqualTo(Decision.Band.NONE);
    assertThat(decision.threshold()).isNaN();
    assertThat(read.policy().decides()).isFalse();
    // The reference that later predictions are compared with is one of numbers.
    assertThat(read.reference().score().mean()).isCloseTo(200, within(3.0));
  }

  @Test
  void theReportShowsNumbersAndStandsAlone() {
    Trained trained = train(sets(), Map.of());
    String html = HtmlReport.render(trained.evaluation(), trained.aside());
    assertThat(html)
        .contains("How near it comes", "Where it errs", "Greatest errors", "the error is at most")
        .doesNotContain("<script", "src=", "href=", "NaN", "ROC", "threshold", "Infinity");
    // What was measured here, and rows, are left out of the one that travels.
    assertThat(HtmlReport.render(trained.evaluation()))
        .doesNotContain("Greatest errors", "time per row");
  }

  @Test
  void partsAndFoldsHoldTheSameSpreadOfTheTarget() {
    Sets sets = sets();
    TrainingSet set = sets.set(i -> label[i]);
    Split split = Splits.of(sets.useCase(), set);
    double[] test = Arrays.stream(split.test()).mapToDouble(r -> label[r]).toArray();
    double[] sorted = label.clone();
    Arrays.sort(sorted);
    for (int tenth = 1; tenth < 10; tenth++) {
      double edge = sorted[ROWS * tenth / 10];
      long below = Arrays.stream(test).filter(v -> v < edge).count();
      assertThat((double) below / test.length).isCloseTo(tenth / 10.0, within(0.005));
    }
    int[] folds = Splits.folds(set, split.train(), 5, 1);
    List<Double> means = new ArrayList<>();
    for (int f = 0; f < 5; f++) {
      double sum = 0;
      int n = 0;
      for (int i = 0; i < folds.length; i++) {
        if (folds[i] == f) {
          sum += label[split.train()[i]];
          n++;
        }
      }
      means.add(sum / n);
    }
    assertThat(means).allMatch(m -> Math.abs(m - 200) < 1.5);
  }

  @Test
  void bytesAreTheSameTwice() {
    Evaluation one = train(sets(), Map.of()).evaluation();
    Evaluation two = train(sets(), Map.of()).evaluation();
    assertThat(two).isEqualTo(one);
    assertThat(HtmlReport.render(two)).isEqualTo(HtmlReport.render(one));
  }

  @Test
  void aTargetThatDoesNotVaryOrCannotBeHeldIsRefused() {
    Arrays.fill(label, 3);
    assertThatThrownBy(() -> train(sets(), Map.of()))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("the target is 3.0 in all 4000 observations");
    label[7] = 1e20;
    assertThatThrownBy(() -> train(sets(), Map.of()))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("1.0E20")
        .hasMessageContaining("another unit");
  }
}
