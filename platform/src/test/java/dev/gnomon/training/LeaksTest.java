package dev.gnomon.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.Refusal;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.stats.RandomStream;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class LeaksTest {
  private static final int ROWS = 3000;
  private final double[] noise = gaussians(1);
  private final double[] other = gaussians(2);

  private static double[] gaussians(long seed) {
    RandomStream random = RandomStream.of(seed);
    double[] values = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      values[i] = random.nextGaussian();
    }
    return values;
  }

  private double label(int i) {
    return noise[i] + other[i] > 2 ? 1 : 0;
  }

  private List<String> check(Sets sets, IntToDoubleFunction label) {
    TrainingSet set = sets.set(label);
    return Leaks.refuse(sets.useCase(), set, Splits.of(sets.useCase(), set));
  }

  @Test
  void honestFeaturesPass() {
    Sets sets =
        Sets.of(ROWS)
            .number("noise", i -> noise[i])
            .number("other", i -> other[i])
            .text("group", i -> "g" + i % 7)
            .text("identifier", i -> "id" + i);
    assertThat(check(sets, this::label)).isEmpty();
  }

  @Test
  void aFeatureThatTellsAloneIsRefusedWithItsFigureAndCanBeAdmitted() {
    Sets sets =
        Sets.of(ROWS).number("x", i -> noise[i]).number("balance", i -> 5 - noise[i] - other[i]);
    assertThatThrownBy(() -> check(sets, this::label))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("feature 'balance'")
        .hasMessageContaining("ROC-AUC")
        .hasMessageContaining("features.admit: [balance]");
    Sets admitted = sets.admit("balance");
    assertThat(check(admitted, this::label)).singleElement().asString().contains("admitted");
  }

  @Test
  void aRareThresholdInANumberIsNotBlurredByItsBin() {
    // 1 % positives, all above the 99th percentile of a continuous column.
    Sets sets = Sets.of(ROWS).number("amount", i -> i);
    assertThatThrownBy(() -> check(sets, i -> i >= ROWS - 60 ? 1 : 0))
        .hasMessageContaining("feature 'amount'");
  }

  @Test
  void missingIsALevelThatCanGiveTheAnswerAway() {
    Sets sets =
        Sets.of(ROWS)
            .number("closed_at", i -> label(i) == 1 ? 100 + noise[i] : Double.NaN)
            .text("reason", i -> label(i) == 1 ? "r" + i % 3 : null);
    assertThatThrownBy(() -> check(sets, this::label))
        .hasMessageContaining("feature 'closed_at'")
        .hasMessageContaining("feature 'reason'");
  }

  @Test
  void flagsWhoseUnionIsTheTargetAreRefusedTogether() {
    Sets sets =
        Sets.of(ROWS)
            .number("x", i -> noise[i])
            .number("heat", i -> i % 20 == 0 ? 1 : 0)
            .number("wear", i -> i % 20 == 7 ? 1 : 0)
            .text("power", i -> i % 20 == 11 ? "failed" : "fine");
    // One positive in forty is in no flag.
    assertThatThrownBy(() ->
            check(sets, i -> i % 20 == 0 || i % 20 == 7 || i % 20 == 11 || i % 1000 == 3 ? 1 : 0))
        .hasMessageContaining("heat = 1")
        .hasMessageContaining("wear = 1")
        .hasMessageContaining("power = 'failed'")
        .hasMessageContaining("together they spell the target");
  }

  @Test
  void aLinearIdentityIsRefused() {
    Sets sets =
        Sets.of(ROWS)
            .number("total", i -> noise[i] + (i % 4 == 0 ? 1 : 0))
            .number("part", i -> noise[i])
            .number("unrelated", i -> other[i]);
    assertThatThrownBy(() -> check(sets, i -> i % 4 == 0 ? 1 : 0))
        .hasMessageContaining("features total, part:")
        .hasMessageContaining("linear combination");
  }

  @Test
  void copiedRowsOfAFlatTableAreRefusedBeyondFivePercentAndReportedBelow() {
    Sets copies = Sets.of(ROWS).number("x", i -> noise[i % (ROWS / 2)]);
    assertThatThrownBy(() -> check(copies, i -> i % (ROWS / 2) % 3 == 0 ? 1 : 0))
        .hasMessageContaining("test part")
        .hasMessageContaining("features.admit: [duplicate-rows]");
    Sets few = Sets.of(ROWS).number("x", i -> noise[i < 60 ? i / 2 : i]);
    assertThat(check(few, i -> (i < 60 ? i / 2 : i) % 3 == 0 ? 1 : 0))
        .singleElement()
        .asString()
        .contains("test rows equal a training row");
  }

  @Test
  void columnsKnownAfterTheDecisionAreRefusedAsFeatures() {
    Sets sets = Sets.of(ROWS).number("duration", i -> noise[i]).knownAfter("duration");
    assertThatThrownBy(() -> Leaks.refuseKnownAfter(sets.useCase()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'duration' is known only after the decision")
        .hasMessageContaining("features.admit: [duration]");
    Leaks.refuseKnownAfter(sets.admit("duration").useCase());
  }
}
