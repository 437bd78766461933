package dev.gnomon.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.ModelSection.Calibration;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.expression.Expression;
import dev.gnomon.models.SegmentThresholds;
import dev.gnomon.stats.RandomStream;
import dev.gnomon.training.Evaluation.ConstraintPrice;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/// Lines for a population whose true probabilities are known: logit p = -1 + 1.5 x.
class PolicyFitTest {
  private static final int ROWS = 6000;
  private final double[] x = new double[ROWS];
  private final double[] label = new double[ROWS];

  PolicyFitTest() {
    RandomStream random = RandomStream.of(7);
    for (int i = 0; i < ROWS; i++) {
      x[i] = random.nextGaussian();
      label[i] = random.nextDouble() < 1 / (1 + Math.exp(1 - 1.5 * x[i])) ? 1 : 0;
    }
  }

  private static Optional<Stakes.Costs> costs() {
    return Optional.of(
        new Stakes.Costs(
            "EUR",
            Expression.parse("10"),
            Expression.parse("10"),
            Expression.parse("40"),
            Expression.parse("0")));
  }

  private Trained train(
      Optional<Stakes.Costs> costs,
      OptionalDouble recall,
      OptionalDouble precision,
      Optional<Stakes.Review> review,
      Optional<Stakes.Thresholds> thresholds) {
    Stakes plain = Sets.stakes(costs, recall, precision);
    Sets sets =
        Sets.of(ROWS)
            .number("x", i -> x[i])
            .text("group", i -> i % 20 == 0 ? "few" : x[i] > 0.5 ? "high" : "low")
            .candidates(Calibration.PLATT, "plain")
            .gates()
            .stakes(
                new Stakes(
                    plain.decision(),
                    plain.owner(),
                    plain.costs(),
                    plain.repeat(),
                    plain.constraints(),
                    review,
                    thresholds));
    return Training.run(
        sets.useCase(),
        sets.set(i -> label[i]),
        List.of(new PlainTrainer()),
        Training.Options.of(InstantSource.fixed(Instant.EPOCH)),
        Progress.NONE);
  }

  @Test
  void oneConstraintWithoutCostsAsksForTheBestOfTheOther() {
    Evaluation byRecall =
        train(
                Optional.empty(),
                OptionalDouble.of(0.8),
                OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty())
            .evaluation();
    // The highest line that keeps the recall: little above what was asked for.
    assertThat(byRecall.served().recall().estimate()).isBetween(0.78, 0.87);
    Evaluation byPrecision =
        train(
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.of(0.6),
                Optional.empty(),
                Optional.empty())
            .evaluation();
    assertThat(byPrecision.served().precision().estimate()).isBetween(0.57, 0.68);
    assertThat(byPrecision.served().threshold().orElseThrow())
        .isNotCloseTo(byRecall.served().threshold().orElseThrow(), within(0.01));
  }

  @Test
  void everyConstraintHasItsPrice() {
    List<ConstraintPrice> prices =
        train(
                costs(),
                OptionalDouble.of(0.9),
                OptionalDouble.of(0.4),
                Optional.empty(),
                Optional.empty())
            .evaluation()
            .money()
            .orElseThrow()
            .prices();
    assertThat(prices)
        .extracting(ConstraintPrice::constraint)
        .containsExactly("min-recall 0.9", "min-precision 0.4");
    assertThat(prices.get(0).price().estimate()).isPositive();
    // The cheapest line keeps this one already.
    assertThat(prices.get(1).price().estimate()).isZero();
  }

  @Test
  void aLevelKeepsTheConstraintByItselfAndFewRowsKeepTheCommonLine() {
    Trained trained =
        train(
            Optional.empty(),
            OptionalDouble.of(0.7),
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.of(new Stakes.Thresholds("group", 500)));
    SegmentThresholds own = trained.policy().segments().orElseThrow();
    assertThat(own.byLevel()).containsOnlyKeys("high", "low");
    // The same recall needs a lower line where scores are low.
    double low = Objects.requireNonNull(own.byLevel().get("low"));
    double high = Objects.requireNonNull(own.byLevel().get("high"));
    assertThat(low).isLessThan(high - 0.2);
    assertThat(trained.evaluation().served().name()).isEqualTo("by group");
    assertThat(trained.evaluation().served().threshold()).isEmpty();
    assertThat(trained.evaluation().notes())
        .anyMatch(note -> note.startsWith("1 level(s) of 'group' have fewer than 500"));
  }

  @Test
  void aCheapReviewIsSaidToSave() {
    Stakes.Review review =
        new Stakes.Review(
            OptionalDouble.of(2), 0.95, 0.95, OptionalDouble.empty(), OptionalDouble.empty());
    Trained trained =
        train(
            costs(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.of(review),
            Optional.empty());
    assertThat(trained.policy().review()).isPresent();
    assertThat(trained.evaluation().notes())
        .anyMatch(note ->
            note.contains("go to review between")
                && note.contains("at 2.00 EUR each: against deciding them at once this saves"));
  }
}
