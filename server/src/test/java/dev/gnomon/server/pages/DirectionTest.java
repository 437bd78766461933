package dev.gnomon.server.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectionTest {
  @ParameterizedTest
  @CsvSource({
    "val_loss, LOWER",
    "validation/log-loss, LOWER",
    "test/expected-cost, LOWER",
    "test/brier, LOWER",
    "test/brier-skill, HIGHER",
    "meanAbsoluteError, LOWER",
    "RMSE, LOWER",
    "system/wall-seconds, LOWER",
    "test/roc-auc, HIGHER",
    "f1_macro, HIGHER",
    "r2_score, HIGHER",
    "average-precision, HIGHER",
    "loss_at_best_auc, UNKNOWN",
    "closeness, UNKNOWN",
    "system/training-rows-per-second, UNKNOWN",
    "損失, UNKNOWN",
  })
  void isToldByTheWordsOfTheName(String key, Direction expected) {
    assertThat(Direction.of(key)).isEqualTo(expected);
  }

  @Test
  void saysNothingOfNaN() {
    assertThat(Direction.LOWER.better(1, 2)).isTrue();
    assertThat(Direction.HIGHER.better(1, 2)).isFalse();
    assertThat(Direction.UNKNOWN.better(1, 2)).isFalse();
    assertThat(Direction.LOWER.better(Double.NaN, 2)).isFalse();
    assertThat(Direction.HIGHER.better(1, Double.NaN)).isFalse();
  }
}
