package dev.gnomon.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.features.TrainingSet;
import dev.gnomon.schema.Times;
import dev.gnomon.training.OutcomePeriods.RowCosts;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Costs: true positive 20, false positive 10, false negative 100, true negative 1.
class OutcomePeriodsTest {
  private static final double TP = 20;
  private static final double FP = 10;
  private static final double FN = 100;
  private static final double TN = 1;

  /// One customer observed on days 0, 7, 14, …, with one decision per 30 days.
  private static double cost(int atMost, double[] labels, boolean... decided) {
    int n = labels.length;
    TrainingSet set =
        Sets.of(n).number("x", i -> i).key(i -> "k").days(i -> 7 * i, 30).set(i -> labels[i]);
    OutcomePeriods periods =
        OutcomePeriods.of(set, IntStream.range(0, n).toArray(), 30 * Times.DAY, atMost);
    RowCosts costs = new RowCosts(fill(n, TP), fill(n, FP), fill(n, FN), fill(n, TN));
    return Arrays.stream(periods.costs(decided, labels, costs)).sum();
  }

  private static double[] fill(int n, double value) {
    double[] values = new double[n];
    Arrays.fill(values, value);
    return values;
  }

  @Test
  void oneCancellationSeenFourTimesIsOneOutcome() {
    double[] labels = {1, 1, 1, 1};
    assertThat(cost(1, labels, true, true, true, true)).isEqualTo(TP);
    assertThat(cost(1, labels, false, false, true, true)).isEqualTo(TP);
    assertThat(cost(1, labels, false, false, false, false)).isEqualTo(FN);
  }

  @Test
  void anActionBeforeItsOwnHorizonIsWastedAndTheOutcomeMissed() {
    assertThat(cost(1, new double[] {0, 0, 1, 1}, true, true, true, true)).isEqualTo(FP + FN);
    assertThat(cost(2, new double[] {0, 1, 1, 1}, true, true, true, true)).isEqualTo(FP + TP);
  }

  @Test
  void quietPeriodsCostOneTrueNegativeEach() {
    double[] quiet = new double[10];
    // Days 0 to 28, then 35 to 63: two periods.
    assertThat(cost(1, quiet, new boolean[10])).isEqualTo(2 * TN);
    boolean[] always = new boolean[10];
    Arrays.fill(always, true);
    assertThat(cost(1, quiet, always)).isEqualTo(2 * FP);
  }

  @Test
  void rowsWithoutTimeStandAlone() {
    double[] labels = {1, 0, 1, 0};
    TrainingSet set = Sets.of(4).number("x", i -> i).key(i -> "same").set(i -> labels[i]);
    OutcomePeriods periods = OutcomePeriods.of(set, new int[] {0, 1, 2, 3}, 0, 1);
    RowCosts costs = new RowCosts(fill(4, TP), fill(4, FP), fill(4, FN), fill(4, TN));
    assertThat(periods.costs(new boolean[] {true, true, false, false}, labels, costs))
        .containsExactly(TP, FP, FN, TN);
    OutcomePeriods.Counts counts = periods.counts(new boolean[] {true, true, false, false}, labels);
    assertThat(counts).isEqualTo(new OutcomePeriods.Counts(2, 1, 1, 1));
  }
}
