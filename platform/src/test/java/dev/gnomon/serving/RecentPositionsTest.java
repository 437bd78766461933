package dev.gnomon.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RecentPositionsTest {
  @Test
  void findsTheNewestOfEachAndNothingElse() {
    RecentPositions positions = new RecentPositions();
    Map<String, Long> oracle = new HashMap<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 200_000; i++) {
      String key = "k" + random.nextInt(60_000);
      long at = random.nextInt(3);
      positions.put(key, at, i);
      oracle.put(key + "/" + at, (long) i);
    }
    for (int k = 0; k < 61_000; k++) {
      for (long at = 0; at < 4; at++) {
        assertThat(positions.get("k" + k, at))
            .isEqualTo(oracle.getOrDefault("k" + k + "/" + at, RecentPositions.NONE));
      }
    }
  }

  @Test
  void remembersAtLeastOneGenerationAndAtMostTwo() {
    RecentPositions positions = new RecentPositions();
    int all = 3 * RecentPositions.GENERATION + 10;
    for (int i = 0; i < all; i++) {
      positions.put("key-" + i, 5, i);
    }
    assertThat(positions.get("key-" + (all - RecentPositions.GENERATION), 5))
        .isEqualTo(all - RecentPositions.GENERATION);
    assertThat(positions.get("key-" + (all - 2 * RecentPositions.GENERATION - 11), 5))
        .isEqualTo(RecentPositions.NONE);
  }
}
