package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Breaker;
import dev.gnomon.serving.Decided;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.DecisionRecord.Cause;
import dev.gnomon.serving.DecisionRecord.Variant;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.ServingReadings;
import dev.gnomon.testkit.TroubledModel.Mood;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A model that throws, gives no number or is late never has its say: another version decides, or
/// the rules, and the record names who did.
class ModelTroubleTest {
  private static final String OFTEN = "problem: {repeat: {at-most: 1000000, per: 1d}}";
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Map<Integer, Double> BIAS = Map.of(1, -0.5, 2, 0.7);

  @TempDir private Path directory = Path.of("");

  private static void right(DecisionRecord record) {
    double expected =
        record.version() == 0
            ? RiskWorld.RULES
            : RiskWorld.score(
                BIAS.getOrDefault(record.version(), Double.NaN),
                RiskWorld.age(RiskWorld.number(record.key())));
    assertThat(record.score()).as(record::toString).isEqualTo(expected);
  }

  private static void decidedBy(int version, Cause cause, Decided decided) {
    assertThat(decided.record().version()).isEqualTo(version);
    assertThat(decided.record().cause()).isEqualTo(cause);
    right(decided.record());
  }

  private static ServingReadings.Model model(LiveUseCase live, ServingReadings.Part part) {
    return live.resilience().models().stream()
        .filter(one -> one.part() == part)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(value = Mood.class, mode = EnumSource.Mode.EXCLUDE, names = "WELL")
  void theVersionBeforeDecidesWhileTheChampionIsTroubled(Mood mood) throws IOException {
    try (RiskWorld world = new RiskWorld(directory, OFTEN)) {
      LiveUseCase live = world.live();
      live.decisions().install(world.version(1, RiskWorld.line(-0.5)));
      TroubledModel champion = new TroubledModel(RiskWorld.line(0.7));
      live.decisions().install(world.version(2, champion));
      for (int i = 0; i < 500; i++) {
        decidedBy(2, Cause.NONE, RiskWorld.decide(live, i % RiskWorld.KEYS));
      }

      champion.mood(mood);
      int before = champion.calls.get();
      for (int i = 0; i < 300; i++) {
        decidedBy(1, Cause.PREVIOUS_VERSION, RiskWorld.decide(live, i % RiskWorld.KEYS));
      }
      assertThat(champion.calls.get() - before).as("then it was left alone").isEqualTo(5);
      ServingReadings.Model readings = model(live, ServingReadings.Part.CHAMPION);
      assertThat(readings.breaker()).isEqualTo(Breaker.State.OPEN);
      assertThat(readings.failures()).isEqualTo(5);
      assertThat(readings.rejected()).isEqualTo(295);
      assertThat(world.told).anyMatch(line -> line.contains("the model failed"));

      world.clock.advance(PAUSE);
      decidedBy(1, Cause.PREVIOUS_VERSION, RiskWorld.decide(live, 3));
      decidedBy(1, Cause.PREVIOUS_VERSION, RiskWorld.decide(live, 4));
      assertThat(champion.calls.get() - before).as("one probe").isEqualTo(6);

      champion.mood(Mood.WELL);
      decidedBy(1, Cause.PREVIOUS_VERSION, RiskWorld.decide(live, 3));
      world.clock.advance(PAUSE);
      for (int i = 0; i < 2_000; i++) {
        decidedBy(2, Cause.NONE, RiskWorld.decide(live, i % RiskWorld.KEYS));
      }
      assertThat(model(live, ServingReadings.Part.CHAMPION).breaker())
          .isEqualTo(Breaker.State.CLOSED);
      world.logged().forEach(ModelTroubleTest::right);
    }
  }

  @Test
  void theRulesDecideWhereNoVersionCan() throws IOException {
    try (RiskWorld world = new RiskWorld(directory, OFTEN)) {
      LiveUseCase live = world.live();
      decidedBy(0, Cause.NO_VERSION, RiskWorld.decide(live, 1));
      TroubledModel one = new TroubledModel(RiskWorld.line(-0.5));
      TroubledModel two = new TroubledModel(RiskWorld.line(0.7));
      live.decisions().install(world.version(1, one));
      live.decisions().install(world.version(2, two));
      one.mood(Mood.THROWS);
      two.mood(Mood.NO_NUMBER);
      for (int i = 0; i < 100; i++) {
        Decided decided = RiskWorld.decide(live, i % RiskWorld.KEYS);
        decidedBy(0, Cause.MODEL_FAILED, decided);
        assertThat(decided.record().variant()).isEqualTo(Variant.FALLBACK);
        assertThat(decided.record().cause().degraded()).isTrue();
      }
      assertThat(one.calls.get()).isEqualTo(5);
      assertThat(two.calls.get()).isEqualTo(5);
      one.mood(Mood.WELL);
      world.clock.advance(PAUSE);
      decidedBy(1, Cause.PREVIOUS_VERSION, RiskWorld.decide(live, 1));
    }
  }

  /// One row in four fails: that row alone is decided by the other version, and the champion stays.
  @Test
  void aModelThatFailsNowAndThenKeepsDecidingTheOtherRows() throws IOException {
    try (RiskWorld world = new RiskWorld(directory, OFTEN)) {
      LiveUseCase live = world.live();
      live.decisions().install(world.version(1, RiskWorld.line(-0.5)));
      TroubledModel champion = new TroubledModel(RiskWorld.line(0.7));
      live.decisions().install(world.version(2, champion));
      for (int i = 0; i < 400; i++) {
        boolean fails = i % 4 == 0;
        champion.mood(fails ? Mood.THROWS : Mood.WELL);
        decidedBy(
            fails ? 1 : 2,
            fails ? Cause.PREVIOUS_VERSION : Cause.NONE,
            RiskWorld.decide(live, i % RiskWorld.KEYS));
      }
      assertThat(model(live, ServingReadings.Part.CHAMPION).breaker())
          .isEqualTo(Breaker.State.CLOSED);
    }
  }

  @Test
  void aModelThatTakesLongerThanADecisionMayIsLeftAlone() throws IOException {
    try (RiskWorld world = new RiskWorld(directory, OFTEN, "serving: {deadline: 50ms}")) {
      LiveUseCase live = world.live();
      live.decisions().install(world.version(1, RiskWorld.line(-0.5)));
      TroubledModel champion = new TroubledModel(RiskWorld.line(0.7));
      live.decisions().install(world.version(2, champion));
      champion.before(() -> world.clock.advance(Duration.ofMillis(80)));
      int own = 0;
      for (int i = 0; i < 200; i++) {
        Decided decided = RiskWorld.decide(live, i % RiskWorld.KEYS);
        right(decided.record());
        own += decided.record().version() == 2 ? 1 : 0;
      }
      // One in 64 is timed, then each.
      assertThat(own).isBetween(5, 69);
      decidedBy(1, Cause.PREVIOUS_VERSION, RiskWorld.decide(live, 1));
      assertThat(model(live, ServingReadings.Part.CHAMPION).late()).isEqualTo(5);
    }
  }
}
