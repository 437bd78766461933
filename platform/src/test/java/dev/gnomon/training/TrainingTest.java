package dev.gnomon.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.EvaluationSection.Gate;
import dev.gnomon.core.usecase.ModelSection.Calibration;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.stats.RandomStream;
import dev.gnomon.training.Evaluation.GateResult;
import dev.gnomon.training.report.HtmlReport;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/// A made-up population whose true probabilities are known: logit p = -1 + 1.5 x.
class TrainingTest {
  private static final int ROWS = 6000;
  private final double[] x = new double[ROWS];
  private final double[] label = new double[ROWS];

  TrainingTest() {
    RandomStream random = RandomStream.of(7);
    for (int i = 0; i < ROWS; i++) {
      x[i] = random.nextGaussian();
      label[i] = random.nextDouble() < 1 / (1 + Math.exp(1 - 1.5 * x[i])) ? 1 : 0;
    }
  }

  private Sets sets() {
    return Sets.of(ROWS)
        .number("x", i -> x[i])
        .number("value", i -> 50 + i % 3 * 50)
        .text("group", i -> i % 2 == 0 ? "a" : "b<script>")
        .segments("group")
        .candidates(Calibration.PLATT, "plain");
  }

  private static Optional<Stakes.Costs> costs(String fp, String fn) {
    return Optional.of(
        new Stakes.Costs(
            "EUR",
            Expression.parse(fp),
            Expression.parse(fp),
            Expression.parse(fn),
            Expression.parse("0")));
  }

  private Trained train(Sets sets, Map<String, Double> champion) {
    TrainingSet set = sets.set(i -> label[i]);
    return Training.run(
        sets.useCase(),
        set,
        List.of(new PlainTrainer()),
        new Training.Options(
            1,
            InstantSource.fixed(Instant.EPOCH),
            _ -> champion.isEmpty() ? Optional.empty() : Optional.of(champion)),
        Progress.NONE);
  }

  @Test
  void findsTheLineThatTheCostsAskForAndCountsTheMoney() {
    Sets sets =
        sets()
            .stakes(Sets.stakes(costs("10", "40"), OptionalDouble.empty(), OptionalDouble.empty()));
    Evaluation e = train(sets, Map.of()).evaluation();

    // Acting pays from p = 10 / 40.
    assertThat(e.served().threshold().orElseThrow()).isCloseTo(0.25, within(1e-12));
    Evaluation.Money money = e.money().orElseThrow();
    var counts = e.served().counts();
    assertThat(money.policy().estimate())
        .isEqualTo(
            10 * (counts.truePositives() + counts.falsePositives()) + 40 * counts.falseNegatives());
    assertThat(money.nobody().estimate()).isEqualTo(40.0 * e.facts().test().positives());
    assertThat(money.everybody().estimate()).isEqualTo(10.0 * e.facts().test().rows());
    assertThat(money.saved().lower()).isPositive();
    // Nowhere on the curve is it much cheaper than at the line that follows from the costs.
    double least =
        e.costCurve().orElseThrow().points().stream()
            .mapToDouble(Evaluation.Point::y)
            .min()
            .orElseThrow();
    assertThat(money.policy().estimate()).isLessThan(1.03 * least);
    assertThat(e.calibration().orElseThrow().slope().lower()).isLessThan(1);
    assertThat(e.calibration().orElseThrow().slope().upper()).isGreaterThan(1);
    assertThat(e.passed()).isTrue();
    assertThat(e.headline()).contains("Yes at >= 0.25: ").contains("EUR").contains("assumed");
  }

  @Test
  void meetsAConstraintAtALowerBoundAndPricesIt() {
    Sets sets =
        sets()
            .stakes(Sets.stakes(costs("10", "20"), OptionalDouble.of(0.9), OptionalDouble.empty()));
    Evaluation e = train(sets, Map.of()).evaluation();

    assertThat(e.points()).hasSize(2);
    assertThat(e.served().name()).isEqualTo("under the constraints");
    assertThat(e.served().recall().estimate()).isGreaterThan(0.88);
    assertThat(e.points().getFirst().recall().estimate()).isLessThan(0.8);
    assertThat(e.money().orElseThrow().constraintPrice().orElseThrow().estimate()).isPositive();
  }

  @Test
  void refusesWhatCannotBeMetAndNamesTheBestReachable() {
    Sets sets =
        sets()
            .stakes(Sets.stakes(costs("10", "20"), OptionalDouble.of(0.9), OptionalDouble.of(0.9)));
    assertThatThrownBy(() -> train(sets, Map.of()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("min-recall 0.9 and min-precision 0.9")
        .hasMessageContaining("the best recall is");
  }

  @Test
  void costsPerRowHaveNoSingleThreshold() {
    Sets sets =
        sets()
            .stakes(
                Sets.stakes(costs("10", "value"), OptionalDouble.empty(), OptionalDouble.empty()));
    Trained trained = train(sets, Map.of());
    assertThat(trained.evaluation().served().threshold()).isEmpty();
    assertThat(trained.policy().threshold()).isEmpty();
    assertThat(trained.evaluation().headline()).contains("expected gain > 0 EUR");
  }

  @Test
  void aGateFailsOnlyWhenTheIntervalExcludesItsBound() {
    Evaluation plain = train(sets(), Map.of()).evaluation();
    double auc = Metrics.required(plain.test(), "roc-auc").estimate();
    Gate within =
        new Gate(
            "roc-auc",
            OptionalDouble.of(auc + 0.005),
            OptionalDouble.empty(),
            Optional.empty(),
            0,
            1);
    Gate beyond =
        new Gate(
            "roc-auc",
            OptionalDouble.of(auc + 0.06),
            OptionalDouble.empty(),
            Optional.empty(),
            0,
            2);
    Gate champion =
        new Gate(
            "brier",
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.of("champion"),
            0.02,
            3);
    List<GateResult> gates =
        train(sets().gates(within, beyond, champion), Map.of("brier", 0.01)).evaluation().gates();
    assertThat(gates.subList(0, 3))
        .extracting(GateResult::passed)
        .containsExactly(true, false, false);
    assertThat(train(sets().gates(champion), Map.of()).evaluation().passed()).isTrue();
    assertThat(train(sets().gates(), Map.of()).evaluation().gates()).isEmpty();
  }

  @Test
  void theReportStandsAloneAndEscapesWhatComesFromData() {
    String html = HtmlReport.render(train(sets(), Map.of()).evaluation());
    assertThat(html)
        .contains("b&lt;script&gt;")
        .doesNotContain("<script", "src=", "href=", "NaN")
        .contains("<svg", "prefers-color-scheme:dark");
  }

  @Test
  void unknownCandidatesAndMetricsAreNamed() {
    assertThatThrownBy(
            () -> train(sets().candidates(Calibration.NONE, "plain", "forest"), Map.of()))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("no trainer named 'forest'")
        .hasMessageContaining("plain");
  }
}
