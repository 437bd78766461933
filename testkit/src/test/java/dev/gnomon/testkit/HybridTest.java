package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.features.OnlineStores;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.DecisionRecord.Cause;
import dev.gnomon.serving.DecisionRecord.Variant;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.LiveVersion;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.testkit.TroubledModel.Mood;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The fast version decides outside of the band, the champion within.
class HybridTest {
  private static final String OFTEN = "problem: {repeat: {at-most: 1000000, per: 1d}}";
  private static final String HYBRID = "serving: {hybrid: {fast: quick, band: [0.3, 0.7]}}";
  private static final double FAST = 0.2;
  private static final double ACCURATE = -1;

  @TempDir private Path directory = Path.of("");

  private static boolean doubtful(int k) {
    double score = RiskWorld.score(FAST, RiskWorld.age(k));
    return score >= 0.3 && score <= 0.7;
  }

  @Test
  void eachVersionIsAskedForItsPartAndNoOther() throws IOException {
    try (RiskWorld world = new RiskWorld(directory, OFTEN, HYBRID)) {
      LiveUseCase live = world.live();
      TroubledModel fast = new TroubledModel(RiskWorld.line(FAST));
      TroubledModel accurate = new TroubledModel(RiskWorld.line(ACCURATE));
      live.decisions().install(world.version(1, accurate));
      live.decisions().installFast(Optional.of(world.version(2, fast)));
      int within = 0;
      for (int k = 0; k < RiskWorld.KEYS; k++) {
        DecisionRecord record = RiskWorld.decide(live, k).record();
        assertThat(record.cause()).isEqualTo(Cause.NONE);
        assertThat(record.version()).isEqualTo(doubtful(k) ? 1 : 2);
        assertThat(record.variant()).isEqualTo(doubtful(k) ? Variant.CHAMPION : Variant.FAST);
        assertThat(record.score())
            .isEqualTo(RiskWorld.score(doubtful(k) ? ACCURATE : FAST, RiskWorld.age(k)));
        within += doubtful(k) ? 1 : 0;
      }
      assertThat(within).isBetween(10, 50);
      assertThat(fast.calls.get()).isEqualTo(RiskWorld.KEYS);
      assertThat(accurate.calls.get()).isEqualTo(within);
      assertThat(live.resilience().fast()).isEqualTo(RiskWorld.KEYS - within);
      assertThat(live.resilience().accurate()).isEqualTo(within);

      fast.mood(Mood.THROWS);
      for (int k = 0; k < RiskWorld.KEYS; k++) {
        DecisionRecord record = RiskWorld.decide(live, k).record();
        assertThat(record.cause()).as("the accurate one is no worse").isEqualTo(Cause.NONE);
        assertThat(record.score()).isEqualTo(RiskWorld.score(ACCURATE, RiskWorld.age(k)));
      }
    }
  }

  @Test
  void theFastVersionDecidesWithinTheBandTooWhileTheChampionIsTroubled() throws IOException {
    try (RiskWorld world = new RiskWorld(directory, OFTEN, HYBRID)) {
      LiveUseCase live = world.live();
      TroubledModel accurate = new TroubledModel(RiskWorld.line(ACCURATE));
      live.decisions().install(world.version(1, accurate));
      live.decisions().installFast(Optional.of(world.version(2, RiskWorld.line(FAST))));
      accurate.mood(Mood.THROWS);
      for (int k = 0; k < RiskWorld.KEYS; k++) {
        DecisionRecord record = RiskWorld.decide(live, k).record();
        assertThat(record.version()).isEqualTo(2);
        assertThat(record.cause()).isEqualTo(doubtful(k) ? Cause.FAST_VERSION : Cause.NONE);
        assertThat(record.score()).isEqualTo(RiskWorld.score(FAST, RiskWorld.age(k)));
      }
      assertThat(accurate.calls.get()).isEqualTo(5);
    }
  }

  @Test
  void theFastVersionIsTheOneThatTheAliasNames() throws IOException {
    try (RiskWorld world = new RiskWorld(directory, OFTEN, HYBRID)) {
      int accurate = world.register(ACCURATE, ServingNode.CHAMPION);
      ServingNode node = world.open(OnlineStores.inProcess());
      LiveUseCase live = RiskWorld.live(node);
      assertThat(RiskWorld.decide(live, 0).record().version()).isEqualTo(accurate);
      int fast = world.register(FAST, "quick");
      node.refresh();
      assertThat(live.decisions().fast().map(LiveVersion::version)).hasValue(fast);
      assertThat(RiskWorld.decide(live, 0).record().version()).isEqualTo(fast);
      world.registry.removeAlias("risk", "quick", "test", "");
      node.refresh();
      assertThat(RiskWorld.decide(live, 0).record().version()).isEqualTo(accurate);
    }
  }
}
