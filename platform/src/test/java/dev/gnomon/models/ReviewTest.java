package dev.gnomon.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ReviewTest {
  private static final Schema SCHEMA =
      new Schema(List.of(new Field("plan", Type.TEXT), new Field("worth", Type.NUMBER)));

  private static Table table() {
    Dictionary plans = new Dictionary();
    int[] codes = {plans.code("a"), plans.code("b"), Dictionary.MISSING};
    return new Table(
        SCHEMA,
        List.of(new Column.Texts(codes, plans), new Column.Numbers(new double[] {100, 1000, 100})),
        3);
  }

  private static Policy policy(String fn, Optional<Stakes.Review> review) {
    Stakes.Costs costs =
        new Stakes.Costs(
            "EUR",
            Expression.parse("20"),
            Expression.parse("50"),
            Expression.parse(fn),
            Expression.parse("0"));
    Policy plain = Policy.of(Optional.of(costs), SCHEMA, table(), new int[] {0, 1, 2});
    return review.map(plain::reviewed).orElse(plain);
  }

  private static Stakes.Review priced(double cost, double sensitivity, double specificity) {
    return new Stakes.Review(
        OptionalDouble.of(cost),
        sensitivity,
        specificity,
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  private static Decision decide(Policy policy, double p, int row) {
    Decision decision = new Decision();
    policy.decide(p, table().cursor().at(row), decision);
    return decision;
  }

  @Test
  void aPerfectReviewerGetsTheBandOfChow() {
    Policy policy = policy("120", Optional.of(priced(8, 1, 1)));
    double[] band = policy.reviewBand().orElseThrow();
    // G = 100, L = 50: from 8 / 100 to 1 - 8 / 50.
    assertThat(band[0]).isCloseTo(0.08, within(1e-12));
    assertThat(band[1]).isCloseTo(0.84, within(1e-12));
    assertThat(decide(policy, 0.0799, 0).review()).isFalse();
    assertThat(decide(policy, 0.0801, 0).review()).isTrue();
    assertThat(decide(policy, 0.0801, 0).acts()).isFalse();
    assertThat(decide(policy, 0.8399, 0).review()).isTrue();
    assertThat(decide(policy, 0.8401, 0).review()).isFalse();
    assertThat(decide(policy, 0.8401, 0).acts()).isTrue();
    // A positive is then acted on, a negative left alone, and the review is paid.
    assertThat(decide(policy, 0.5, 0).expectedCost()).isCloseTo(8 + 0.5 * 20, within(1e-12));
  }

  @Test
  void errorsOfTheReviewerNarrowTheBandAsTheFormulaSays() {
    for (double[] right : new double[][] {{0.95, 0.95}, {0.9, 0.99}, {1, 0.8}}) {
      Policy policy = policy("120", Optional.of(priced(3, right[0], right[1])));
      double[] band = policy.reviewBand().orElseThrow();
      for (int i = 0; i <= 1000; i++) {
        double p = i / 1000.0;
        if (Math.abs(p - band[0]) > 1e-9 && Math.abs(p - band[1]) > 1e-9) {
          assertThat(decide(policy, p, 0).review())
              .as("p %s, band %s to %s", p, band[0], band[1])
              .isEqualTo(p > band[0] && p < band[1]);
        }
      }
    }
    assertThat(policy("120", Optional.of(priced(8, 1, 1))).reviewBand().orElseThrow()[0])
        .isLessThan(policy("120", Optional.of(priced(8, 0.9, 0.9))).reviewBand().orElseThrow()[0]);
    // Dearer than any mistake it could prevent.
    assertThat(policy("120", Optional.of(priced(60, 1, 1))).reviewBand()).isEmpty();
    assertThat(decide(policy("120", Optional.of(priced(60, 1, 1))), 0.4, 0).review()).isFalse();
  }

  @Test
  void theBandFollowsTheCostsOfTheRow() {
    Policy policy = policy("worth", Optional.of(priced(8, 1, 1)));
    // G is 80 for the first row and 980 for the second: from 0.1, and from 0.0082.
    assertThat(decide(policy, 0.05, 0).review()).isFalse();
    assertThat(decide(policy, 0.05, 1).review()).isTrue();
  }

  @Test
  void aStatedBandNeedsNoCosts() {
    Stakes.Review band =
        new Stakes.Review(
            OptionalDouble.empty(), 1, 1, OptionalDouble.of(0.3), OptionalDouble.of(0.6));
    Policy policy = Policy.of(Optional.empty(), SCHEMA, table(), new int[] {0}).reviewed(band);
    assertThat(decide(policy, 0.29, 0).review()).isFalse();
    assertThat(decide(policy, 0.3, 0).review()).isTrue();
    assertThat(decide(policy, 0.6, 0).acts()).isTrue();
    assertThatThrownBy(() ->
            Policy.of(Optional.empty(), SCHEMA, table(), new int[] {0}).reviewed(priced(8, 1, 1)))
        .isInstanceOf(BadInput.class);
  }

  @Test
  void levelsHaveTheirOwnLineAndOthersTheCommonOne() {
    Policy policy =
        policy("120", Optional.empty())
            .atScores(0.5, SegmentThresholds.of("plan", SCHEMA, Map.of("a", 0.2)));
    assertThat(decide(policy, 0.3, 0).acts()).isTrue();
    assertThat(decide(policy, 0.3, 0).threshold()).isEqualTo(0.2);
    assertThat(decide(policy, 0.3, 1).acts()).isFalse();
    assertThat(decide(policy, 0.3, 2).acts()).isFalse();
    assertThat(policy.threshold()).isEmpty();
    assertThatThrownBy(() -> SegmentThresholds.of("worth", SCHEMA, Map.of()))
        .hasMessageContaining("'worth' is no text column");
  }

  @Test
  void bothAreReadBackAsTheyWereWritten() {
    Policy policy =
        policy("120", Optional.of(priced(8, 0.9, 0.95)))
            .atScores(0.5, SegmentThresholds.of("plan", SCHEMA, Map.of("a", 0.2, "b", 0.4)));
    Policy again = Policy.fromJson(policy.toJson(), SCHEMA);
    assertThat(again.toJson()).isEqualTo(policy.toJson());
    for (int row = 0; row < 3; row++) {
      for (double p : new double[] {0.05, 0.25, 0.45, 0.7, 0.95}) {
        assertThat(decide(again, p, row).review()).isEqualTo(decide(policy, p, row).review());
        assertThat(decide(again, p, row).acts()).isEqualTo(decide(policy, p, row).acts());
      }
    }
  }
}
