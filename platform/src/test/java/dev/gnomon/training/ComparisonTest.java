package dev.gnomon.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.ModelSection.Calibration;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Manifest;
import dev.gnomon.models.ReferenceStatistics;
import dev.gnomon.stats.Interval;
import dev.gnomon.stats.RandomStream;
import dev.gnomon.stats.ResampledT;
import dev.gnomon.stats.Samples;
import dev.gnomon.training.Comparison.Measured;
import dev.gnomon.training.Comparison.Side;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final int ROWS = 3000;
  private final double[] x = new double[ROWS];
  private final double[] blurred = new double[ROWS];
  private final double[] label = new double[ROWS];

  ComparisonTest() {
    RandomStream random = RandomStream.of(11);
    for (int i = 0; i < ROWS; i++) {
      x[i] = random.nextGaussian();
      blurred[i] = x[i] + 2 * random.nextGaussian();
      label[i] = random.nextDouble() < 1 / (1 + Math.exp(1 - 1.5 * x[i])) ? 1 : 0;
    }
  }

  private Side side(String name, double[] feature, long seed, boolean costs) {
    Optional<Stakes.Costs> stated =
        costs
            ? Optional.of(
                new Stakes.Costs(
                    "EUR",
                    Expression.parse("10"),
                    Expression.parse("10"),
                    Expression.parse("40"),
                    Expression.parse("0")))
            : Optional.empty();
    Sets sets =
        Sets.of(ROWS)
            .number("x", i -> feature[i])
            .seed(seed)
            .candidates(Calibration.PLATT, "plain")
            .gates()
            .stakes(Sets.stakes(stated, OptionalDouble.empty(), OptionalDouble.empty()));
    UseCase useCase = sets.useCase();
    TrainingSet set = sets.set(i -> label[i]);
    Trained trained =
        Training.run(
            useCase,
            set,
            List.of(new PlainTrainer()),
            Training.Options.of(InstantSource.fixed(Instant.EPOCH)),
            Progress.NONE);
    Manifest manifest =
        new Manifest(
            useCase.name(),
            useCase.source(),
            set.rows().schema(),
            set.plan().inputs(),
            set.plan().hash(),
            set.hash(),
            Map.of(),
            Map.of(),
            Map.of("test-rows", trained.split().testHash()),
            Map.of());
    Bundle bundle =
        Bundle.of(
            manifest,
            trained.preprocessing(),
            trained.model(),
            trained.calibration(),
            trained.policy(),
            ReferenceStatistics.of(set.rows(), trained.split().train(), trained.probabilities()),
            CanonicalJson.object(),
            1);
    return new Side(name, useCase, set, bundle);
  }

  private static Measured metric(Comparison c, String name) {
    return c.metrics().stream().filter(m -> m.metric().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void theBetterFeatureIsShownToBeBetterInEveryRespect() {
    Comparison c = Comparison.of(side("v1", blurred, 1, true), side("v2", x, 1, true));

    assertThat(metric(c, "roc-auc").reading()).isEqualTo("better");
    assertThat(metric(c, "brier").reading()).isEqualTo("better");
    assertThat(metric(c, "brier").difference().estimate()).isNegative();
    assertThat(c.deLong().statistic()).isGreaterThan(4);
    assertThat(c.deLong().pValue()).isLessThan(1e-4);
    assertThat(c.mcNemar().onlySecondRight()).isGreaterThan(c.mcNemar().onlyFirstRight());
    Interval saved = c.savedBySecond().orElseThrow();
    assertThat(saved.lower()).isPositive();
    // What it saves in all is what it saves per row.
    assertThat(saved.estimate() / c.rows())
        .isCloseTo(-metric(c, "expected-cost").difference().estimate(), within(1e-9));
    assertThat(c.verdict()).startsWith("v2 is better than v1: it saves ");

    Comparison turned = Comparison.of(side("v2", x, 1, true), side("v1", blurred, 1, true));
    assertThat(turned.verdict()).startsWith("v1 is worse than v2: it costs ");
    assertThat(turned.deLong().statistic()).isEqualTo(-c.deLong().statistic());
  }

  @Test
  void aVersionDoesNotDifferFromItself() {
    Side side = side("v1", x, 1, false);
    Comparison c = Comparison.of(side, side);

    assertThat(c.metrics()).allMatch(m -> m.reading().equals("no difference shown"));
    assertThat(c.deLong().pValue()).isEqualTo(1);
    assertThat(c.mcNemar().pValue()).isEqualTo(1);
    assertThat(c.savedBySecond()).isEmpty();
    assertThat(c.verdict()).startsWith("No difference is shown between v1 and v1: ROC-AUC");
  }

  @Test
  void rowsThatOneLearnedFromAreNoTestOfIt() {
    Side one = side("v1", x, 1, false);
    Side other = side("v2", x, 2, false);
    assertThatThrownBy(() -> Comparison.of(one, other))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("tested on different rows");
    Side changed = new Side("v3", other.useCase(), other.set(), one.bundle());
    assertThatThrownBy(() -> Comparison.of(one, changed))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("can't be found again");
  }

  @Test
  void theCorrectionForOverlapWidensThePlainTest() {
    double[] differences = {0.02, 0.01, -0.005, 0.015, 0.03, 0.008, 0.012, -0.002, 0.02, 0.011};
    // scipy 1.10.1: m / sqrt(v (1/10 + 1/9)) with ddof 1, p from scipy.stats.t.sf(t, 9) * 2
    Samples.Welch test = ResampledT.test(differences, 100, 900, 0.95);
    assertThat(test.t()).isCloseTo(2.498744724620286, within(1e-9));
    assertThat(test.pValue()).isCloseTo(0.033931642892895325, within(1e-9));
    assertThat(test.degreesOfFreedom()).isEqualTo(9);
    double[] zeros = new double[10];
    assertThat(Samples.paired(differences, zeros, 0.95).pValue()).isLessThan(test.pValue());
    assertThat(ResampledT.test(zeros, 1, 9, 0.95).pValue()).isEqualTo(1);
  }
}
