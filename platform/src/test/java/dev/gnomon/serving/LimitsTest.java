package dev.gnomon.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.schema.Times;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static final long DAY = Times.DAY;

  @Test
  void givesAKeyOneDecisionPerPeriodInEitherDirectionOfTime() {
    Limits limits =
        new Limits(Optional.of(new Stakes.Repeat(1, Duration.ofDays(30))), Optional.empty());
    assertThat(limits.take("a", 100 * DAY)).isEqualTo(DecisionRecord.Cause.NONE);
    assertThat(limits.take("a", 129 * DAY)).isEqualTo(DecisionRecord.Cause.REPEAT);
    assertThat(limits.take("a", 71 * DAY)).isEqualTo(DecisionRecord.Cause.REPEAT);
    assertThat(limits.take("b", 101 * DAY)).isEqualTo(DecisionRecord.Cause.NONE);
    assertThat(limits.take("a", 130 * DAY)).isEqualTo(DecisionRecord.Cause.NONE);
  }

  @Test
  void leavesAKeyItsDecisionWhenTheCapacityLeftItOut() {
    Limits limits =
        new Limits(
            Optional.of(new Stakes.Repeat(1, Duration.ofDays(30))),
            Optional.of(new Stakes.Capacity(1, Duration.ofDays(1))));
    assertThat(limits.take("a", 100 * DAY)).isEqualTo(DecisionRecord.Cause.NONE);
    assertThat(limits.take("b", 100 * DAY)).isEqualTo(DecisionRecord.Cause.CAPACITY);
    assertThat(limits.take("b", 101 * DAY)).isEqualTo(DecisionRecord.Cause.NONE);
    assertThat(limits.take("b", 102 * DAY)).isEqualTo(DecisionRecord.Cause.REPEAT);
  }
}
