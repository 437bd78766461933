package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.DecideJson;
import dev.gnomon.serving.DecideRequest;
import dev.gnomon.serving.Decided;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.DecisionRecord.Cause;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.testkit.TroubledModel.Mood;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cached answer is a decision: with its own record, its own costs and limits, and the mark.
class ScoreCacheTest {
  private static final String OFTEN =
      """
      problem:
        repeat: {at-most: 1000000, per: 1d}
        costs: {false-positive: 1 + size, false-negative: 4}
      """;

  @TempDir private Path directory = Path.of("");

  private static Decided with(LiveUseCase live, int k, double age, double size) {
    return live.decide(
        new DecideRequest(
            Optional.empty(),
            "k" + k,
            OptionalLong.empty(),
            Map.of("age", age, "size", size),
            false));
  }

  @Test
  void rowsThatAgreeShareAScoreForItsTime() throws IOException {
    try (RiskWorld world =
        new RiskWorld(directory, OFTEN, "serving: {cache: {keys: [age], for: 60s}}")) {
      LiveUseCase live = world.live();
      TroubledModel model = new TroubledModel(RiskWorld.line(0.3));
      live.decisions().install(world.version(1, model));

      Decided first = with(live, 1, 0.25, 0);
      Decided second = with(live, 2, 0.25, 2);
      assertThat(model.calls.get()).isEqualTo(1);
      assertThat(first.record().cached()).isFalse();
      assertThat(second.record().cached()).isTrue();
      assertThat(second.record().score())
          .isEqualTo(first.record().score())
          .isEqualTo(RiskWorld.score(0.3, 0.25));
      assertThat(second.id()).isNotEqualTo(first.id());
      // The score is given again; costs and line are those of the row.
      assertThat(second.record().costs()[1]).isEqualTo(3);
      assertThat(first.record().costs()[1]).isEqualTo(1);
      double p = second.record().score();
      assertThat(second.record().act()).isEqualTo(p * 4 > (1 - p) * 3);
      assertThat(new String(DecideJson.answer(second), StandardCharsets.UTF_8))
          .contains("\"cached\":true");
      assertThat(new String(DecideJson.answer(first), StandardCharsets.UTF_8))
          .doesNotContain("cached");

      world.clock.advance(Duration.ofMillis(59_999));
      assertThat(with(live, 3, 0.25, 1).record().cached()).isTrue();
      world.clock.advance(Duration.ofMillis(1));
      assertThat(with(live, 3, 0.25, 1).record().cached()).isFalse();
      assertThat(model.calls.get()).isEqualTo(2);
      assertThat(with(live, 3, 0.5, 1).record().cached()).isFalse();

      List<DecisionRecord> logged = world.logged();
      assertThat(logged).hasSize(5);
      assertThat(logged.stream().map(DecisionRecord::cached))
          .containsExactly(false, true, true, false, false);
      assertThat(live.resilience().cacheHits()).isEqualTo(2);
      assertThat(live.resilience().cacheMisses()).isEqualTo(3);
    }
  }

  @Test
  void anotherVersionStartsAnew() throws IOException {
    try (RiskWorld world =
        new RiskWorld(directory, OFTEN, "serving: {cache: {keys: [key], for: 60s}}")) {
      LiveUseCase live = world.live();
      live.decisions().install(world.version(1, RiskWorld.line(0.3)));
      RiskWorld.decide(live, 5);
      assertThat(RiskWorld.decide(live, 5).record().cached()).isTrue();
      live.decisions().install(world.version(2, RiskWorld.line(-0.3)));
      DecisionRecord record = RiskWorld.decide(live, 5).record();
      assertThat(record.cached()).isFalse();
      assertThat(record.version()).isEqualTo(2);
      assertThat(record.score()).isEqualTo(RiskWorld.score(-0.3, RiskWorld.age(5)));
      assertThat(RiskWorld.decide(live, 5).record().cached()).isTrue();
      assertThat(RiskWorld.decide(live, 6).record().cached()).isFalse();
    }
  }

  @Test
  void whatItWouldSayFalselyIsNotAsked() throws IOException {
    try (RiskWorld world =
        new RiskWorld(
            directory,
            "problem: {repeat: {at-most: 1, per: 1d}}",
            "serving: {cache: {keys: [key], for: 60s}}")) {
      LiveUseCase live = world.live();
      TroubledModel model = new TroubledModel(RiskWorld.line(3));
      live.decisions().install(world.version(1, model));
      assertThat(RiskWorld.decide(live, 45).record().yes()).isTrue();
      DecisionRecord again = RiskWorld.decide(live, 45).record();
      assertThat(again.cached()).isTrue();
      assertThat(again.cause()).as("limits hold for it too").isEqualTo(Cause.REPEAT);
      assertThat(again.yes()).isFalse();

      Decided explained =
          live.decide(
              new DecideRequest(Optional.empty(), "k45", OptionalLong.empty(), Map.of(), true));
      assertThat(explained.record().cached()).isFalse();
      assertThat(explained.reasons()).isNotEmpty();
      Decided past =
          live.decide(
              new DecideRequest(
                  Optional.empty(),
                  "k45",
                  OptionalLong.of(Times.micros(RiskWorld.NOON) - Times.HOUR),
                  Map.of(),
                  false));
      assertThat(past.record().cached()).isFalse();

      // What a version in trouble or the rules decide is not kept.
      model.mood(Mood.THROWS);
      assertThat(RiskWorld.decide(live, 31).record().cause()).isEqualTo(Cause.MODEL_FAILED);
      model.mood(Mood.WELL);
      DecisionRecord well = RiskWorld.decide(live, 31).record();
      assertThat(well.cached()).isFalse();
      assertThat(well.score()).isEqualTo(RiskWorld.score(3, RiskWorld.age(31)));
    }
  }

  @Test
  void itsKeysAreFeatures() {
    assertThatThrownBy(() ->
            new RiskWorld(directory, OFTEN, "serving: {cache: {keys: [key, agge], for: 60s}}"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("production.serving.cache.keys")
        .hasMessageContaining("there is no feature 'agge'");
  }

  @Test
  void itHoldsNoMoreThanItMay() throws IOException {
    try (RiskWorld world =
        new RiskWorld(
            directory, OFTEN, "serving: {cache: {keys: [age], for: 60s, at-most: 160}}")) {
      LiveUseCase live = world.live();
      live.decisions().install(world.version(1, RiskWorld.line(0.3)));
      for (int i = 0; i < 5_000; i++) {
        with(live, 1, i / 5_000.0, 0);
      }
      assertThat(live.resilience().cached()).isBetween(100, 160);
    }
  }
}
