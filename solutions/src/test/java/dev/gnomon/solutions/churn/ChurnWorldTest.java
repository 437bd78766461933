package dev.gnomon.solutions.churn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.schema.Times;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChurnWorldTest {
  private static final ChurnEvents EVENTS = ChurnEvents.generate(ChurnScenario.standard(1));
  private static final ChurnOracle ORACLE = new ChurnOracle(EVENTS);

  @Test
  void asksEachCustomerOnceOverTheFourWeeks() {
    List<ChurnWorld.DecisionPoint> points = new ChurnWorld(EVENTS).decisions();
    assertThat(points).extracting(ChurnWorld.DecisionPoint::key).doesNotHaveDuplicates();
    assertThat(points).hasSizeBetween(7_500, 8_200);
    assertThat(points).isSortedAccordingTo((a, b) -> Long.compare(a.at(), b.at()));
    assertThat(points.stream().map(ChurnWorld.DecisionPoint::at).distinct()).hasSize(28);
  }

  /// An offer keeps 30 % of those who would leave: over everybody that is 30 % of the base rate.
  @Test
  void hasTheStatedEffect() {
    ChurnWorld world = new ChurnWorld(EVENTS);
    List<ChurnWorld.DecisionPoint> leavers = new ArrayList<>();
    for (ChurnWorld.DecisionPoint point : world.decisions()) {
      if (world.potential(point).withoutOffer()) {
        leavers.add(point);
      } else {
        assertThat(world.potential(point).withOffer()).isFalse();
      }
    }
    double error = Math.sqrt(0.3 * 0.7 / leavers.size());
    double effect = world.effect(leavers);
    System.out.printf("%d leavers, kept by an offer %.3f +- %.3f%n", leavers.size(), effect, error);
    assertThat(effect).isCloseTo(ChurnScenario.SAVED_BY_OFFER, within(3 * error));
  }

  @Test
  void answersADecisionWithThePotentialOutcomeOfIt() {
    ChurnWorld world = new ChurnWorld(EVENTS);
    boolean offer = false;
    for (ChurnWorld.DecisionPoint point : world.decisions()) {
      ChurnWorld.PotentialOutcomes both = world.potential(point);
      world.decide(point, offer);
      ChurnWorld.Outcome outcome = world.outcome(point);
      assertThat(outcome.cancelled()).isEqualTo(offer ? both.withOffer() : both.withoutOffer());
      assertThat(outcome.at()).isGreaterThan(point.at());
      assertThat(outcome.at()).isLessThanOrEqualTo(point.at() + 30 * Times.DAY);
      offer = !offer;
    }
  }

  @Test
  void deliversRowsInTheOrderOfArrivalAfterTheCut() {
    List<ChurnWorld.LaterEvent> events = new ChurnWorld(EVENTS).events();
    System.out.printf("%d later rows%n", events.size());
    assertThat(events).isSortedAccordingTo((a, b) -> Long.compare(a.knownAt(), b.knownAt()));
    assertThat(events).allMatch(e -> e.knownAt() >= ChurnScenario.CUT);
    assertThat(events).anyMatch(e -> e.at() < ChurnScenario.CUT);
    assertThat(events)
        .extracting(ChurnWorld.LaterEvent::source)
        .contains("customers", "logins", "payments", "tickets", "cancellations");
    Map<String, Map<String, Object>> seen = new HashMap<>();
    int repeated = 0;
    for (ChurnWorld.LaterEvent event : events) {
      Map<String, Object> before = seen.put(event.id(), event.fields());
      if (before != null) {
        repeated++;
        assertThat(before).isEqualTo(event.fields());
      }
    }
    assertThat(repeated).isGreaterThan(20);
  }

  @Test
  void stopsTheRowsOfLeaversAndGoesOnForTheKept() {
    ChurnWorld alone = new ChurnWorld(EVENTS);
    ChurnWorld offering = new ChurnWorld(EVENTS);
    Set<String> kept = new HashSet<>();
    for (ChurnWorld.DecisionPoint point : offering.decisions()) {
      offering.decide(point, true);
      ChurnWorld.PotentialOutcomes both = offering.potential(point);
      if (both.withoutOffer() && !both.withOffer()) {
        kept.add(point.key());
      }
    }
    int more = 0;
    for (ChurnWorld.LaterEvent event : alone.events()) {
      boolean cancellation = event.source().equals("cancellations");
      if (kept.contains(event.key()) && cancellation) {
        assertThat(alone.happens(event)).isTrue();
        assertThat(offering.happens(event)).isFalse();
      } else if (kept.contains(event.key()) && !alone.happens(event)) {
        assertThat(offering.happens(event)).isTrue();
        more++;
      } else {
        assertThat(offering.happens(event)).isEqualTo(alone.happens(event));
      }
    }
    assertThat(more).isPositive();
  }

  @Test
  void knowsTheTruthOfEveryDecision() {
    ChurnWorld world = new ChurnWorld(EVENTS);
    for (ChurnWorld.DecisionPoint point : world.decisions()) {
      assertThat(ORACLE.at(point.key(), point.at())).isPresent();
    }
    assertThat(ORACLE.at("nobody", ChurnScenario.CUT)).isEmpty();
    assertThatThrownBy(() -> world.potential(new ChurnWorld.DecisionPoint("nobody", 0)))
        .hasMessageContaining("no customer 'nobody'");
  }
}
