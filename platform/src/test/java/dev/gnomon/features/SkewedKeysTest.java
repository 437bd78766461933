package dev.gnomon.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys that all fall into one partition, one of them larger than all others together.
class SkewedKeysTest {
  private static final UseCase USE_CASE =
      RandomWorld.useCase(BackfillTest.grid(null, true), BackfillTest.leaves(false), true);
  private static final int PARTITION = part("giant", 24);

  @TempDir private Path folder;

  private static int part(String key, int shift) {
    int hash = key.hashCode() * 0x9E37_79B9;
    return (hash >>> shift) & 255;
  }

  /// Forty keys of the partition of the giant, some of which share further bits with it.
  private static List<String> keys() {
    List<String> keys = new ArrayList<>(List.of("giant"));
    for (int i = 0; keys.size() < 40; i++) {
      String key = "c" + i;
      boolean near = part(key, 16) == part("giant", 16);
      if (part(key, 24) == PARTITION && (near || keys.size() > 5)) {
        keys.add(key);
      }
    }
    return keys;
  }

  private static MemorySources sources() {
    Random random = new Random(3);
    List<@Nullable Object[]> customers = new ArrayList<>();
    List<@Nullable Object[]> events = new ArrayList<>();
    List<@Nullable Object[]> leaving = new ArrayList<>();
    for (String key : keys()) {
      customers.add(new @Nullable Object[] {key, 0L, 0L, "basic", 30.0, null, "no"});
      int count = key.equals("giant") ? 12_000 : 200;
      for (int i = 0; i < count; i++) {
        long at = random.nextLong(RandomWorld.SPAN);
        long known = at + random.nextInt(3) * Times.MINUTE;
        double amount = random.nextInt(1_000) / 7.0;
        events.add(new @Nullable Object[] {key + i, key, at, known, amount, "b"});
      }
      if (random.nextInt(3) == 0) {
        long at = random.nextLong(RandomWorld.SPAN);
        leaving.add(new @Nullable Object[] {key, at, at + random.nextInt(900) * Times.SECOND});
      }
    }
    return new MemorySources(512)
        .with("customers", RandomWorld.CUSTOMERS, customers)
        .with("events", RandomWorld.EVENTS, events)
        .with("leaving", RandomWorld.LEAVING, leaving);
  }

  private TrainingSet build(int threads, long memory) {
    return TrainingSets.build(
        USE_CASE,
        sources(),
        new TrainingSets.Options(OptionalLong.empty(), threads, memory, folder),
        Progress.NONE);
  }

  @Test
  void aPartitionBeyondItsShareIsSplitToTheSameSet() throws IOException {
    TrainingSet whole = build(1, 1L << 30);
    assertThat(whole.size()).isGreaterThan(500);
    for (int threads : new int[] {1, 3}) {
      TrainingSet split = build(threads, 0);
      assertThat(split.hash()).isEqualTo(whole.hash());
      assertThat(split.unlabelled()).isEqualTo(whole.unlabelled());
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aKeyThatDoesNotFitIsNamedBeforeMemoryRunsOut() throws IOException {
    System.setProperty("gnomon.backfill.key-memory", "1500000");
    try {
      assertThatThrownBy(() -> build(2, 0))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("key giant")
          .hasMessageMatching("(?s).*its 1[12],[0-9]{3} rows.*")
          .hasMessageContaining("-Xmx");
    } finally {
      System.clearProperty("gnomon.backfill.key-memory");
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}
