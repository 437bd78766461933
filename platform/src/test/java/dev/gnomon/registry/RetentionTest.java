package dev.gnomon.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.registry.internal.MemoryRegistryStore;
import dev.gnomon.stats.RandomStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Random histories of registrations, aliases, approvals and releases: what is still needed, found
/// by stepping through the time, stays.
class RetentionTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final List<String> ALIASES = List.of("champion", "challenger", "fast");

  private Instant now = START;

  private static String hash(int i) {
    return "%064x".formatted(i);
  }

  @Property(tries = 300)
  void whatIsNeededStays(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int keepLast,
      @ForAll @IntRange(min = 0, max = 30) int days) {
    now = START;
    InstantSource clock = () -> now;
    Registry registry = new Registry(new MemoryRegistryStore(), clock);
    RandomStream random = RandomStream.of(seed);
    Set<String> approved = new HashSet<>();
    Set<Integer> released = new HashSet<>();
    List<Instant> instants = new ArrayList<>();
    for (int step = 0; step < 60; step++) {
      int known = registry.versions("churn").size();
      int pick = known == 0 ? 0 : 1 + (int) (random.nextDouble() * known);
      double what = random.nextDouble();
      if (known == 0 || what < 0.35) {
        registry.register("churn", hash(step), true, "{}", "t");
      } else if (what < 0.7) {
        String alias = ALIASES.get((int) (random.nextDouble() * ALIASES.size()));
        registry.setAlias("churn", alias, pick, "t", "");
      } else if (what < 0.8) {
        String alias = ALIASES.get((int) (random.nextDouble() * ALIASES.size()));
        registry.removeAlias("churn", alias, "t", "");
      } else if (what < 0.85) {
        registry.promotions().request("churn", pick, "t", "");
        approved.add(Integer.toString(pick));
      } else if (what < 0.88) {
        registry.record(
            "release", "churn", "step " + step, "{\"to\":{\"version\":" + pick + "}}", "t", "");
        released.add(pick);
      }
      instants.add(now);
      now = now.plus(Duration.ofHours((long) (random.nextDouble() * 60)));
    }
    Instant since = now.minus(Duration.ofDays(days));

    List<Retention.Verdict> verdicts =
        registry.collect("churn", new Retention(keepLast, Duration.ofDays(days)), "t", "");

    Set<Integer> gone = new HashSet<>();
    verdicts.stream().filter(v -> !v.stays()).forEach(v -> gone.add(v.version().version()));
    int newest = registry.versions("churn").size();
    for (int i = 0; i < keepLast; i++) {
      assertThat(gone).doesNotContain(newest - i);
    }
    instants.add(since);
    instants.add(now);
    for (String alias : ALIASES) {
      for (Instant at : instants) {
        if (!at.isBefore(since)) {
          registry
              .aliasAt("churn", alias, at)
              .ifPresent(v -> assertThat(gone).doesNotContain(v.version()));
        }
      }
    }
    registry
        .promotions()
        .before("churn")
        .filter(_ -> registry.alias("churn", "champion").isPresent())
        .ifPresent(v -> assertThat(gone).doesNotContain(v.version()));
    assertThat(gone).noneMatch(v -> approved.contains(Integer.toString(v)));
    assertThat(gone).noneMatch(released::contains);
    registry.versions("churn").stream()
        .filter(v -> !v.createdAt().isBefore(since))
        .forEach(v -> assertThat(gone).doesNotContain(v.version()));

    // Not for nothing: what no rule speaks for goes, and is never pointed at again.
    for (ModelVersion version : registry.versions("churn")) {
      boolean removed = registry.isRemoved("churn", version.version());
      assertThat(removed).isEqualTo(gone.contains(version.version()));
      if (removed) {
        assertThatThrownBy(() -> registry.setAlias("churn", "champion", version.version(), "t", ""))
            .isInstanceOf(BadInput.class)
            .hasMessageContaining("was removed");
      }
    }
    assertThat(registry.verifyLedger().intact()).isTrue();
    assertThat(registry.collect("churn", new Retention(keepLast, Duration.ofDays(days)), "t", ""))
        .isEqualTo(verdicts);
    registry.close();
  }

  @Test
  void whatNothingSpeaksForGoesAndComesBackWithTheSameBundle() {
    Registry registry = new Registry(new MemoryRegistryStore(), () -> now);
    for (int i = 1; i <= 4; i++) {
      registry.register("churn", hash(i), true, "{}", "t");
    }
    registry.setAlias("churn", "champion", 2, "t", "");
    now = now.plus(Duration.ofDays(100));
    Retention retention = new Retention(1, Duration.ofDays(30));
    assertThat(registry.judge("churn", retention))
        .extracting(Retention.Verdict::reasons)
        .containsExactly(List.of(), List.of("champion"), List.of(), List.of("among the last 1"));
    assertThat(registry.isRemoved("churn", 1)).isFalse(); // judged only
    registry.collect("churn", retention, "t", "");
    assertThat(registry.isRemoved("churn", 1)).isTrue();
    assertThat(registry.version("churn", 1)).isPresent();
    assertThat(registry.register("churn", hash(1), true, "{}", "t").version()).isEqualTo(1);
    assertThat(registry.isRemoved("churn", 1)).isFalse();
    registry.setAlias("churn", "champion", 1, "t", "again");
    registry.close();
  }
}
