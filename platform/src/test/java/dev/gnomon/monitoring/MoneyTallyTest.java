package dev.gnomon.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.monitoring.MonitorReport.Effect;
import dev.gnomon.monitoring.MonitorReport.Realised;
import dev.gnomon.schema.Times;
import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MoneyTallyTest {
  private static Units.Unit unit(boolean act, boolean heldOut, int happened, double score) {
    return new Units.Unit(
        Worlds.START, score, 30, 10, 50, 0, act, act && !heldOut, heldOut, (byte) happened);
  }

  @Test
  void coversTheTruthAsOftenAsItSays() {
    int difference = 0;
    int saved = 0;
    int prevented = 0;
    for (int seed = 0; seed < 100; seed++) {
      RandomStream random = RandomStream.of(seed);
      MoneyTally tally = new MoneyTally(new Slices(new int[0]));
      int treated = 0;
      for (int i = 0; i < 4_000; i++) {
        boolean heldOut = random.nextDouble() < 0.05;
        treated += heldOut ? 0 : 1;
        double rate = heldOut ? 0.4 : 0.25;
        tally.take(unit(true, heldOut, random.nextDouble() < rate ? 1 : 0, 0.4));
      }
      Effect effect = tally.effect().orElseThrow();
      Realised money = tally.money(Optional.of("EUR")).orElseThrow().realised().orElseThrow();
      // Held out: 0.4 x 50; treated: 0.25 x 50 + 10.
      double truth = treated * (20 - 22.5);
      difference += holds(effect.difference(), -0.15) ? 1 : 0;
      prevented += holds(effect.saved(), 0.375) ? 1 : 0;
      saved += holds(money.saved(), truth) ? 1 : 0;
    }
    assertThat(difference).isBetween(90, 100);
    assertThat(prevented).isBetween(90, 100);
    assertThat(saved).isBetween(90, 100);
  }

  private static boolean holds(dev.gnomon.stats.Interval interval, double truth) {
    return interval.lower() <= truth && truth <= interval.upper();
  }

  @Test
  void withoutHoldOutCountsWhatTheFileStatesAndSaysAssumed() {
    MoneyTally tally = new MoneyTally(new Slices(new int[0]));
    tally.take(unit(true, false, 1, 0.5)); // 30 instead of 50
    tally.take(unit(true, false, 0, 0.5)); // 10 instead of 0
    tally.take(unit(false, false, 1, 0.5)); // 50
    tally.take(unit(false, false, 0, 0.5)); // 0
    tally.take(unit(true, false, OutcomeTable.UNKNOWN, 0.5));
    Realised realised = tally.money(Optional.of("EUR")).orElseThrow().realised().orElseThrow();
    assertThat(realised.measured()).isFalse();
    assertThat(realised.outcomes()).isEqualTo(4);
    assertThat(realised.costs()).isEqualTo(new MonitorReport.Costs(90, 100, 80));
    assertThat(realised.saved().estimate()).isEqualTo(10);
    assertThat(realised.saved().lower()).isNaN();
  }

  @Test
  void countsOneOutcomePerKeyAndPeriodOnce() {
    List<Units.Unit> taken = new ArrayList<>();
    Units units = new Units(30 * Times.DAY, taken::add);
    for (int week = 0; week < 8; week++) {
      for (long key = 1; key <= 2_000; key++) {
        boolean act = week % 4 == 2;
        units.add(
            KeyHash.of("k" + key),
            new Units.Unit(
                Worlds.START + week * 7L * Times.DAY, week, 1, 2, 3, 4, act, act, false, (byte) 1));
      }
    }
    units.finish();
    assertThat(taken).hasSize(2 * 2_000); // weeks 0 to 4, weeks 5 to 7
    assertThat(taken).filteredOn(u -> u.score() == 2).hasSize(2_000).allMatch(Units.Unit::yes);
    assertThat(taken).filteredOn(u -> u.score() == 6).hasSize(2_000).allMatch(Units.Unit::yes);
  }

  @Test
  void samplesWholeKeysWhenThereAreTooManyOutcomes() {
    RandomStream random = RandomStream.of(3);
    Labelled few = new Labelled(2_000);
    Labelled all = new Labelled(100_000);
    for (int i = 0; i < 50_000; i++) {
      double score = random.nextDouble();
      boolean happened = random.nextDouble() < score;
      long key = KeyHash.of("k" + i % 10_000);
      few.add(key, score, happened, score > 0.5, score > 0.5, false);
      all.add(key, score, happened, score > 0.5, score > 0.5, false);
    }
    var sampled = few.performance(Worlds.reference(0.8, 0.1), 50).orElseThrow();
    var whole = all.performance(Worlds.reference(0.8, 0.1), 10).orElseThrow();
    assertThat(sampled.rows()).isBetween(900L, 2_000L);
    assertThat(whole.rows()).isEqualTo(50_000);
    assertThat(sampled.rocAuc().estimate()).isCloseTo(whole.rocAuc().estimate(), within(0.04));
  }
}
