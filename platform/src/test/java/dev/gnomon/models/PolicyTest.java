package dev.gnomon.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.data.Table;
import dev.gnomon.expression.Expression;
import dev.gnomon.stats.Confusion;
import dev.gnomon.stats.ProbabilityScores;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class PolicyTest {
  private static final Table TABLE =
      Tables.of(Tables.numbers("clv", 100, 20, 400, Double.NaN, 200, 300));
  private static final int[] ROWS = {0, 1, 2, 3, 4, 5};

  private static Stakes.Costs costs(String tp, String fp, String fn, String tn) {
    return new Stakes.Costs(
        "USD",
        Expression.parse(tp),
        Expression.parse(fp),
        Expression.parse(fn),
        Expression.parse(tn));
  }

  private static Policy policy(String tp, String fp, String fn, String tn) {
    return Policy.of(Optional.of(costs(tp, fp, fn, tn)), TABLE.schema(), TABLE, ROWS);
  }

  private static Policy byRow() {
    return policy("10 + 0.7 * clv", "10", "clv", "0");
  }

  private static Decision decide(Policy policy, double p, int row) {
    Decision decision = new Decision();
    policy.decide(p, TABLE.cursor().at(row), decision);
    return decision;
  }

  @Test
  void constantCostsGiveTheThresholdOfTheClosedForm() {
    assertThat(policy("0", "5", "40", "0").threshold().orElseThrow())
        .isCloseTo(1 / 9.0, within(1e-15));
    // Extra costs against the outcomes that would have been without acting.
    assertThat(policy("10", "10", "70", "-5").threshold().orElseThrow())
        .isCloseTo(15 / 75.0, within(1e-15));
  }

  @Test
  void costCurveOfThePublishedCase() {
    double[] labels = {0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0};
    double[] scores = {0.1, 0.35, 0.4, 0.8, 0.35, 0.65, 0.2, 0.9, 0.4, 0.55, 0.7, 0.4};
    double[] thresholds = {0.0, 0.1, 0.2, 0.35, 0.4, 0.55, 0.65, 0.7, 0.8, 0.9, 1.01};
    double[] expected = {30, 30, 25, 20, 10, 85, 80, 120, 160, 200, 240};
    Policy policy = policy("0", "5", "40", "0");
    for (int t = 0; t < thresholds.length; t++) {
      Confusion confusion = Confusion.at(thresholds[t], scores, labels, ProbabilityScores.ones(12));
      double cost =
          confusion.falsePositives() * policy.cost(true, false, TABLE.cursor())
              + confusion.falseNegatives() * policy.cost(false, true, TABLE.cursor());
      assertThat(cost).isEqualTo(expected[t]);
    }
  }

  @Test
  void costsPerRowDecideEachRowOnItsOwn() {
    // clv 100: value = 20 p - 10 (1 - p) - ..., that is p (100 - 80) - (1 - p) 10 > 0 from p = 1/3.
    Policy policy = byRow();
    assertThat(policy.threshold()).isEmpty();
    assertThat(decide(policy, 0.34, 0).acts()).isTrue();
    assertThat(decide(policy, 0.33, 0).acts()).isFalse();
    assertThat(decide(policy, 0.34, 0).threshold()).isNaN();
    assertThat(decide(policy, 0.5, 0).value()).isCloseTo(0.5 * 20 - 0.5 * 10, within(1e-12));
    assertThat(decide(policy, 0.5, 0).expectedCost()).isCloseTo(0.5 * 80 + 0.5 * 10, within(1e-12));
    assertThat(decide(policy, 0.2, 0).expectedCost()).isCloseTo(0.2 * 100, within(1e-12));
  }

  @Test
  void neverActsWhereActingCannotHelp() {
    // clv 20: a kept customer costs 24, a lost one 20.
    assertThat(decide(byRow(), 1, 1).acts()).isFalse();
    // Even when a false alarm would be a gain.
    assertThat(decide(policy("10 + 0.7 * clv", "-50", "clv", "0"), 0.1, 1).acts()).isFalse();
    assertThatThrownBy(() -> policy("50", "5", "40", "0"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("problem.costs: a missed positive costs 40.0");
  }

  @Test
  void missingCostsAreAssumedToBeTypical() {
    // Median clv 200: acts from p = 10 / (60 - 10 + 10) = 1/6.
    assertThat(decide(byRow(), 0.17, 3).acts()).isTrue();
    assertThat(decide(byRow(), 0.16, 3).acts()).isFalse();
    assertThat(decide(byRow(), 0.17, 3).costsAssumed()).isTrue();
    assertThat(decide(byRow(), 0.17, 0).costsAssumed()).isFalse();
  }

  @Test
  void constraintsAndCapacity() {
    assertThat(decide(byRow().atScore(0.2), 0.2, 0).acts()).isTrue();
    assertThat(decide(byRow().atScore(0.2), 0.2, 0).value()).isNegative();
    assertThat(decide(byRow().atBidPrice(5), 0.5, 0).acts()).isFalse();
    assertThat(decide(byRow().atBidPrice(5), 0.51, 0).acts()).isTrue();
    assertThat(decide(policy("0", "5", "40", "0").atBidPrice(4), 0.19, 0).acts()).isFalse();
    assertThat(policy("0", "5", "40", "0").atBidPrice(4).threshold().orElseThrow())
        .isCloseTo(0.2, within(1e-15));
  }

  @Test
  void withoutCostsThereIsNoMoney() {
    Policy policy = Policy.of(Optional.empty(), TABLE.schema(), TABLE, ROWS);
    Decision decision = decide(policy, 0.5, 0);
    assertThat(decision.acts()).isTrue();
    assertThat(decision.threshold()).isEqualTo(0.5);
    assertThat(decision.expectedCost()).isNaN();
    assertThat(policy.hasCosts()).isFalse();
  }

  @Test
  void readsBackWhatItWrote() {
    for (Policy policy :
        new Policy[] {
          byRow(),
          byRow().atScore(0.3),
          byRow().atBidPrice(2.5),
          Policy.of(Optional.empty(), TABLE.schema(), TABLE, ROWS)
        }) {
      String text = CanonicalJson.text(policy.toJson());
      Policy read = Policy.fromJson(JsonMapper.shared().readTree(text), TABLE.schema());
      assertThat(CanonicalJson.text(read.toJson())).isEqualTo(text);
      assertThat(decide(read, 0.34, 0).acts()).isEqualTo(decide(policy, 0.34, 0).acts());
    }
  }

  @Test
  void namesEveryCostThatDoesNotFit() {
    assertThatThrownBy(() -> policy("0", "plan", "clv > 3", "0"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("problem.costs.false-positive")
        .hasMessageContaining("problem.costs.false-negative");
  }

  @Property
  void actsExactlyWhenActingIsCheaper(
      @ForAll @DoubleRange(min = 0, max = 1) double p,
      @ForAll @DoubleRange(min = -100, max = 100) double tp,
      @ForAll @DoubleRange(min = -100, max = 100) double fp,
      @ForAll @DoubleRange(min = -100, max = 100) double tn,
      @ForAll @DoubleRange(min = 0.1, max = 100) double harm) {
    double fn = tp + harm;
    Policy policy =
        policy(Double.toString(tp), Double.toString(fp), Double.toString(fn), Double.toString(tn));
    Decision decision = decide(policy, p, 0);
    double acting = p * tp + (1 - p) * fp;
    double not = p * fn + (1 - p) * tn;
    if (Math.abs(acting - not) > 1e-9) {
      assertThat(decision.acts()).isEqualTo(acting < not);
    }
    assertThat(decision.expectedCost()).isCloseTo(Math.min(acting, not), within(1e-9));
    if (decision.acts()) {
      assertThat(decision.band()).isNotEqualTo(Decision.Band.LOW);
    }
  }
}
