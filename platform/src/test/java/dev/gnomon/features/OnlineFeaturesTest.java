package dev.gnomon.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.FeatureVerification.Result;
import dev.gnomon.features.OnlineFeatures.Ingested;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OnlineFeaturesTest {
  private static final Schema EVENTS = RandomWorld.EVENTS;

  private static UseCase useCase(boolean withId) {
    return RandomWorld.useCase(BackfillTest.grid(null, false), BackfillTest.leaves(false), withId);
  }

  private static FeaturePlan plan(boolean withId) {
    return FeaturePlan.compile(
        useCase(withId), TrainingSets.schemas(useCase(withId), new RandomWorld(1).sources(9)));
  }

  private static FeatureRow event(
      @Nullable String id, String who, long at, long loaded, double amount, String kind) {
    FeatureRow row = new FeatureRow(EVENTS);
    row.text(0, id);
    row.text(1, who);
    row.time(2, at);
    row.time(3, loaded);
    row.number(4, amount);
    row.text(5, kind);
    return row;
  }

  @Property(tries = 300)
  void replayedEventByEventGivesTheBitsOfTheBackfill(@ForAll long seed, @ForAll boolean withId) {
    RandomWorld world = new RandomWorld(seed);
    Result result =
        FeatureVerification.verify(
            BackfillTest.build(useCase(withId), world, 64, 1, Long.MAX_VALUE),
            world.sources(64),
            Long.MAX_VALUE,
            Progress.NONE);
    assertThat(result.first()).isEmpty();
    assertThat(result.differing()).isZero();
    assertThat(result.values()).isEqualTo(result.observations() * plan(withId).row().size());
  }

  /// A store that was loaded whole answers for any time since `now - history`.
  @Property(tries = 200)
  void loadedFromFilesAnswersForThePastItPromises(@ForAll long seed, @ForAll boolean withId) {
    RandomWorld world = new RandomWorld(seed);
    OnlineFeatures online = new OnlineFeatures(plan(withId), Duration.ofHours(2));
    online.load(world.sources(17), RandomWorld.SPAN);
    NaiveOracle oracle = new NaiveOracle(world, withId);
    FeatureRow out = new FeatureRow(online.plan().row());
    for (long t = RandomWorld.SPAN / 2; t <= RandomWorld.SPAN; t += 13 * Times.MINUTE) {
      for (String key : List.of("17850", "k1", "k2", "nobody")) {
        online.read(key, t, out);
        @Nullable Object[] expected = oracle.row(key, t);
        for (int c = 0; c < expected.length; c++) {
          Object found =
              switch (out.schema().field(c).type()) {
                case NUMBER -> out.number(c);
                case TEXT -> out.text(c);
                case TIME -> out.time(c) == Times.MISSING ? null : (Object) out.time(c);
              };
          assertThat(found)
              .as("%s of %s at %d", out.schema().field(c).name(), key, t)
              .isEqualTo(expected[c]);
        }
      }
    }
  }

  @Test
  void anIdCountsOnceAndACorrectionIsAConflict() {
    OnlineFeatures online = new OnlineFeatures(plan(true), Duration.ZERO);
    long now = 100 * Times.MINUTE;
    FeatureRow first = event("a", "k1", now - 5, now - 5, 7, "a");
    assertThat(online.ingest("events", first, now)).isEqualTo(Ingested.ADDED);
    assertThat(online.ingest("events", first, now + 1)).isEqualTo(Ingested.REPEATED);
    assertThat(online.ingest("events", event("a", "k1", now - 5, now - 5, 8, "a"), now))
        .isEqualTo(Ingested.CONFLICT);
    assertThat(online.ingest("events", event("a", "k1", now - 9, now - 5, 7, "a"), now))
        .isEqualTo(Ingested.CONFLICT);
    assertThat(online.size().events()).isEqualTo(1);
    FeatureRow out = new FeatureRow(online.plan().row());
    online.read("k1", now + 1, out);
    assertThat(out.number(out.schema().require("sum_10m"))).isEqualTo(7);
  }

  @Test
  void forgetsWhatNoAnswerNeedsAndRefusesOlderTimes() {
    OnlineFeatures online = new OnlineFeatures(plan(false), Duration.ofMinutes(5));
    for (int i = 0; i < 10_000; i++) {
      long at = i * Times.MINUTE;
      online.ingest("events", event(null, "k1", at, at, 1, "a"), at);
    }
    // An hour and a hop of windows and five minutes of history, and a quarter until it is moved.
    assertThat(online.size().events()).isLessThan(100);
    long now = 9_999 * Times.MINUTE;
    assertThat(online.answerableFrom()).isEqualTo(now - 5 * Times.MINUTE);
    FeatureRow out = new FeatureRow(online.plan().row());
    online.read("k1", now - 5 * Times.MINUTE, out);
    assertThat(out.number(out.schema().require("events_1h"))).isEqualTo(60);
    assertThatThrownBy(() -> online.read("k1", now - 6 * Times.MINUTE, out))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("before the retained state");
  }

  @Test
  void theNewestEventIsRememberedHoweverOld() {
    OnlineFeatures online = new OnlineFeatures(plan(false), Duration.ZERO);
    online.ingest("events", event(null, "k1", 0, 0, 1, "a"), 0);
    long later = 1_000 * Times.DAY;
    online.ingest("events", event(null, "k1", later, later, 1, "b"), later);
    FeatureRow out = new FeatureRow(online.plan().row());
    online.read("k1", later, out);
    assertThat(out.number(out.schema().require("recency"))).isEqualTo(1_000 * 86_400.0);
    assertThat(out.number(out.schema().require("events_1h"))).isZero();
  }

  @Test
  void manyThreadsLoseNothing() throws InterruptedException {
    OnlineFeatures online = new OnlineFeatures(plan(false), Duration.ofDays(1));
    Thread[] threads = new Thread[4];
    for (int n = 0; n < threads.length; n++) {
      int mine = n;
      threads[n] =
          new Thread(() -> {
            FeatureRow out = new FeatureRow(online.plan().row());
            for (int i = 0; i < 2_000; i++) {
              long at = (i % 600) * Times.SECOND;
              online.ingest("events", event(null, "k" + i % 3, at, at, mine + 0.1, "a"), at);
              online.read("k" + i % 3, 600 * Times.SECOND, out);
            }
          });
      threads[n].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    FeatureRow out = new FeatureRow(online.plan().row());
    double total = 0;
    for (int k = 0; k < 3; k++) {
      online.read("k" + k, 600 * Times.SECOND, out);
      total += out.number(out.schema().require("events_1h"));
    }
    assertThat(total).isEqualTo(8_000);
  }
}
