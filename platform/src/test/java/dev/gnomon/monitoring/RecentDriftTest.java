package dev.gnomon.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.models.Decision;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.DecisionRecord.Cause;
import dev.gnomon.serving.DecisionRecord.Variant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecentDriftTest {
  private final RecentDrift drift = new RecentDrift();
  private final Reference reference = Worlds.reference(0.8, 0.1);

  private void decide(double amount, Cause cause) {
    drift.saw(
        new DecisionRecord(
            0,
            "k",
            Worlds.START,
            Worlds.START,
            Optional.empty(),
            0.5,
            false,
            false,
            Variant.CHAMPION,
            cause,
            Decision.Band.LOW,
            1,
            Double.NaN,
            Double.NaN,
            Worlds.NO_COSTS,
            Worlds.row(amount, 0.5, "basic"),
            false,
            0,
            false),
        reference);
  }

  @Test
  void theIndexIsThatOfTheReportOverRecentDecisions() {
    for (int i = 0; i < 199; i++) {
      decide(0.75, Cause.NONE);
    }
    assertThat(drift.psi("amount")).isEmpty();
    // An hour ago's shift leaves after two generations.
    for (int i = 199; i < 2 * RecentDrift.GENERATION; i++) {
      decide(0.75, Cause.NONE);
    }
    assertThat(drift.psi("amount").orElseThrow()).isGreaterThan(2);
    for (int i = 0; i < 2 * RecentDrift.GENERATION; i++) {
      // The upper five of the ten bins, evenly; a tenth is missing.
      decide(i % 10 == 9 ? Double.NaN : 0.5 + 0.5 * (i + 0.5) / 10_000, Cause.NONE);
      decide(0.01, Cause.UNKNOWN_KEY);
    }
    assertThat(drift.decisions()).isBetween(5_000L, 10_000L);
    assertThat(drift.missing("amount").orElseThrow()).isCloseTo(0.1, within(1e-3));
    assertThat(drift.psi("nothing")).isEmpty();
  }

  @Test
  void aClosedForm() {
    for (int i = 0; i < 4_000; i++) {
      decide(0.5 + 0.5 * (i + 0.5) / 4_000, Cause.NONE);
    }
    // Reference: 1,000 rows in each of ten bins; now 800 in each of the upper five.
    double p = 1000.5 / 10_005;
    double full = 800.5 / 4_005;
    double none = 0.5 / 4_005;
    double expected = 5 * ((full - p) * Math.log(full / p) + (none - p) * Math.log(none / p));
    assertThat(drift.psi("amount").orElseThrow()).isCloseTo(expected, within(1e-12));
  }
}
