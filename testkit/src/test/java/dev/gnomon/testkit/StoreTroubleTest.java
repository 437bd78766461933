package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.Breaker;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.features.OnlineStores;
import dev.gnomon.features.SharedSettings;
import dev.gnomon.features.StoreReadings;
import dev.gnomon.features.internal.MemoryKeyRecords;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.DecideJson;
import dev.gnomon.serving.DecideRequest;
import dev.gnomon.serving.Decided;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.DecisionRecord.Cause;
import dev.gnomon.serving.FeatureSource;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.testkit.FaultyKeyRecords.Reads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// While the store of features fails, hangs or is gone, every decision is given in its time and
/// says what it is made from; and all is as before once the store is back.
class StoreTroubleTest {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  @TempDir private Path directory = Path.of("");

  private final MemoryKeyRecords memory = new MemoryKeyRecords();
  private final FaultyKeyRecords store = new FaultyKeyRecords(_ -> memory.connect());

  private OnlineStores stores(RiskWorld world, int atOnce) {
    return (plan, history, home, told) ->
        OnlineFeatures.shared(
            plan,
            history,
            new SharedSettings(
                store::connect,
                "a",
                List.of(),
                home.online(),
                plan.useCase().production().serving().deadline(),
                atOnce,
                64,
                world.clock::nanos,
                told));
  }

  private LiveUseCase open(RiskWorld world, int atOnce) throws IOException {
    LiveUseCase live = RiskWorld.live(world.open(stores(world, atOnce)));
    RiskWorld.until("filled", () -> live.features().trouble().isEmpty());
    live.decisions().install(world.version(1, RiskWorld.line(0.5)));
    assertThat(live.blocking()).isTrue();
    return live;
  }

  private static StoreReadings readings(LiveUseCase live) {
    return live.resilience().store().orElseThrow();
  }

  private static void fresh(Decided decided, int k) {
    DecisionRecord record = decided.record();
    assertThat(record.cause()).isEqualTo(Cause.NONE);
    assertThat(record.version()).isEqualTo(1);
    assertThat(record.score()).isEqualTo(RiskWorld.score(0.5, RiskWorld.age(k)));
    assertThat(record.featuresAge()).isZero();
  }

  private static void byRules(Decided decided) {
    DecisionRecord record = decided.record();
    assertThat(record.cause()).isEqualTo(Cause.FEATURES_AWAY);
    assertThat(record.cause().degraded()).isTrue();
    assertThat(record.version()).isZero();
    assertThat(record.score()).isEqualTo(RiskWorld.RULES);
    assertThat(RiskWorld.age(decided)).isEmpty();
  }

  @Test
  void aFailingStoreIsLeftAloneAndAskedAgainOnceItIsBack() throws IOException {
    try (RiskWorld world = new RiskWorld(directory, "", "serving: {last-good: 0s}")) {
      LiveUseCase live = open(world, 256);
      fresh(RiskWorld.decide(live, 7), 7);
      store.reads(Reads.FAILING);
      // A failed read makes the feed look at the store first; so it takes turns until it opens.
      RiskWorld.until(
          "opened",
          () -> {
            byRules(RiskWorld.decide(live, 7));
            return readings(live).breaker() == Breaker.State.OPEN;
          });
      RiskWorld.until("connected", () -> readings(live).connected());
      int asked = store.asked();
      for (int i = 0; i < 1_000; i++) {
        byRules(RiskWorld.decide(live, i % RiskWorld.KEYS));
      }
      assertThat(store.asked()).as("an open breaker asks nothing").isEqualTo(asked);
      assertThat(readings(live).rejected()).isGreaterThanOrEqualTo(1_000);
      assertThat(readings(live).opened()).isEqualTo(1);

      world.clock.advance(PAUSE);
      byRules(RiskWorld.decide(live, 7));
      assertThat(store.asked()).as("one probe, which failed").isEqualTo(asked + 1);
      assertThat(readings(live).opened()).isEqualTo(2);

      store.reads(Reads.ANSWERED);
      RiskWorld.until("connected", () -> readings(live).connected());
      world.clock.advance(PAUSE);
      for (int i = 0; i < 3; i++) {
        fresh(RiskWorld.decide(live, i), i);
      }
      assertThat(readings(live).breaker()).isEqualTo(Breaker.State.CLOSED);
      fresh(RiskWorld.decide(live, 9), 9);
    }
  }

  @Test
  void aReadThatFailedOnceIsTriedAgainAsLongAsFewAre() throws IOException {
    try (RiskWorld world = new RiskWorld(directory, "", "serving: {last-good: 0s}")) {
      LiveUseCase live = open(world, 256);
      int good = 0;
      for (int i = 0; i < 2_000; i++) {
        if (i % 4 == 0) {
          store.failNext(1);
        }
        Decided decided = RiskWorld.decide(live, 5);
        if (decided.record().cause() == Cause.NONE) {
          fresh(decided, 5);
          good++;
        } else {
          byRules(decided);
          RiskWorld.until("connected", () -> readings(live).connected());
        }
      }
      StoreReadings readings = readings(live);
      // One in ten and the reserve; a quarter of all would have needed it.
      assertThat(readings.retries()).isBetween(200L, 215L);
      assertThat(readings.spared()).isBetween(270L, 300L);
      assertThat(good).isEqualTo(2_000 - (int) readings.spared());
      assertThat(readings.breaker()).isEqualTo(Breaker.State.CLOSED);
    }
  }

  @Test
  void aHangingStoreCostsNoMoreThanTheDeadlineAndThenNothing() throws Exception {
    try (RiskWorld world =
        new RiskWorld(directory, "", "serving: {deadline: 200ms, last-good: 0s}")) {
      LiveUseCase live = open(world, 256);
      store.reads(Reads.HANGING);
      List<Long> took = new ArrayList<>();
      RiskWorld.until(
          "opened",
          () -> {
            long begun = System.nanoTime();
            byRules(RiskWorld.decide(live, 1));
            took.add(System.nanoTime() - begun);
            return readings(live).breaker() == Breaker.State.OPEN;
          });
      assertThat(readings(live).late()).isEqualTo(10);
      // Four fifths of the deadline were waited, each time; how much more depends on the machine.
      assertThat(took.getFirst()).isGreaterThanOrEqualTo(Duration.ofMillis(160).toNanos());
      int asked = store.asked();
      for (int i = 0; i < 500; i++) {
        byRules(RiskWorld.decide(live, 1));
      }
      assertThat(store.asked()).isEqualTo(asked);
      store.reads(Reads.ANSWERED);
      store.release();
      world.clock.advance(PAUSE);
      RiskWorld.until(
          "closed",
          () -> {
            RiskWorld.decide(live, 1);
            return readings(live).breaker() == Breaker.State.CLOSED;
          });
      fresh(RiskWorld.decide(live, 3), 3);
    }
  }

  @Test
  void aCallerWithLittleTimeGetsItsAnswerAndDoesNotSpoilTheStoreForOthers() throws IOException {
    try (RiskWorld world =
        new RiskWorld(directory, "", "serving: {deadline: 60s, last-good: 0s}")) {
      LiveUseCase live = open(world, 256);
      store.reads(Reads.HANGING);
      for (int i = 0; i < 30; i++) {
        byRules(live.decide(DecideRequest.of("k1").within(Duration.ofMillis(2))));
      }
      byRules(live.decide(DecideRequest.of("k1").within(Duration.ZERO)));
      assertThat(readings(live).late()).isEqualTo(30);
      assertThat(readings(live).breaker()).isEqualTo(Breaker.State.CLOSED);
      store.reads(Reads.ANSWERED);
      store.release();
      fresh(RiskWorld.decide(live, 4), 4);
    }
  }

  /// What a store answers after half of the deadline is used, and counts against it.
  @Test
  void aStoreThatIsSlowButInTimeIsUsedUntilItIsTooOften() throws Exception {
    try (RiskWorld world =
            new RiskWorld(directory, "", "serving: {deadline: 600s, last-good: 0s}");
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      LiveUseCase live = open(world, 256);
      store.reads(Reads.HANGING);
      for (int k = 0; k < 10; k++) {
        int key = k;
        Future<Decided> one = callers.submit(() -> RiskWorld.decide(live, key));
        RiskWorld.until("it waits", () -> store.hanging() == 1);
        world.clock.advance(Duration.ofSeconds(301));
        store.release();
        fresh(one.get(), k);
      }
      assertThat(readings(live).slow()).isEqualTo(10);
      assertThat(readings(live).breaker()).isEqualTo(Breaker.State.OPEN);
      byRules(RiskWorld.decide(live, 1));
    }
  }

  @Test
  void aSlowStoreHoldsOnlySoManyRequests() throws Exception {
    try (RiskWorld world = new RiskWorld(directory, "", "serving: {deadline: 60s, last-good: 0s}");
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      int places = 8;
      LiveUseCase live = open(world, places);
      store.reads(Reads.HANGING);
      Map<Integer, Future<Decided>> waiting = new HashMap<>();
      for (int k = 0; k < places; k++) {
        int key = k;
        waiting.put(k, callers.submit(() -> RiskWorld.decide(live, key)));
      }
      RiskWorld.until("all wait", () -> store.hanging() == places);
      for (int i = 0; i < 100; i++) {
        byRules(RiskWorld.decide(live, 50)); // at once
      }
      assertThat(readings(live).full()).isEqualTo(100);
      assertThat(store.asked()).isEqualTo(places);
      store.reads(Reads.ANSWERED);
      store.release();
      for (Map.Entry<Integer, Future<Decided>> one : waiting.entrySet()) {
        Decided decided = one.getValue().get();
        assertThat(decided.record().score())
            .isEqualTo(RiskWorld.score(0.5, RiskWorld.age(one.getKey())));
      }
      fresh(RiskWorld.decide(live, 50), 50);
    }
  }

  @Test
  void featuresReadBeforeStandInWithTheirAgeUntilTheyAreTooOld() throws IOException {
    try (RiskWorld world = new RiskWorld(directory, "", "serving: {last-good: 10m}")) {
      LiveUseCase live = open(world, 256);
      fresh(RiskWorld.decide(live, 7), 7);
      store.gone(true);
      world.clock.advance(Duration.ofMinutes(4));
      RiskWorld.until("noticed", () -> live.features().trouble().isPresent());

      Decided decided = RiskWorld.decide(live, 7);
      DecisionRecord record = decided.record();
      assertThat(record.cause()).isEqualTo(Cause.STALE_FEATURES);
      assertThat(record.cause().degraded()).isTrue();
      assertThat(record.featuresAge()).isEqualTo(4 * Times.MINUTE);
      assertThat(record.version()).isEqualTo(1);
      assertThat(record.score()).isEqualTo(RiskWorld.score(0.5, RiskWorld.age(7)));
      assertThat(new String(DecideJson.answer(decided), StandardCharsets.UTF_8))
          .contains("\"degraded\":true")
          .contains("\"cause\":\"stale features\"")
          .contains("\"featuresAgeSeconds\":240.0");
      byRules(RiskWorld.decide(live, 8)); // never read

      // Values of the request lie over them, as over those of the store.
      Decided given =
          live.decide(
              new DecideRequest(
                  Optional.empty(), "k7", OptionalLong.empty(), Map.of("age", 1.0), false));
      assertThat(given.record().cause()).isEqualTo(Cause.STALE_FEATURES);
      assertThat(given.record().score()).isEqualTo(RiskWorld.score(0.5, 1));

      // Nor do they stand in for an earlier time: that would be knowing the future.
      Decided past =
          live.decide(
              new DecideRequest(
                  Optional.empty(),
                  "k7",
                  OptionalLong.of(Times.micros(RiskWorld.NOON) - Times.HOUR),
                  Map.of(),
                  false));
      byRules(past);

      // Whoever asks for features gets none that are old.
      FeatureRow row = new FeatureRow(live.features().plan().row());
      assertThatThrownBy(() -> live.read("k7", Times.micros(world.clock.instant()), row))
          .isInstanceOf(FeatureSource.Unavailable.class);

      world.clock.advance(Duration.ofMinutes(6));
      assertThat(RiskWorld.decide(live, 7).record().featuresAge()).isEqualTo(10 * Times.MINUTE);
      world.clock.advance(Duration.ofMillis(1));
      byRules(RiskWorld.decide(live, 7));
      assertThat(live.resilience().stale()).isEqualTo(3);

      store.gone(false);
      RiskWorld.until("back", () -> live.features().trouble().isEmpty());
      fresh(RiskWorld.decide(live, 7), 7);
      List<DecisionRecord> logged = world.logged();
      assertThat(logged.get(1).featuresAge()).isEqualTo(4 * Times.MINUTE);
      assertThat(logged.get(1).cause()).isEqualTo(Cause.STALE_FEATURES);
      assertThat(logged.getLast().featuresAge()).isZero();
    }
  }
}
