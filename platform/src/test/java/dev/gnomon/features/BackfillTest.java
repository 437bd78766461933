package dev.gnomon.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/// The back-fill against an oracle that looks at every row for every value.
class BackfillTest {
  private static final Duration HORIZON = Duration.ofMinutes(40);

  static Frame.Observe grid(@Nullable Duration within, boolean until) {
    return new Frame.Observe.Grid(
        Duration.ofMinutes(7),
        // Some times meet event times exactly.
        20 * Times.MINUTE,
        RandomWorld.SPAN,
        "customers",
        Optional.ofNullable(within),
        until ? Optional.of("leaving") : Optional.empty());
  }

  static Frame.Target leaves(boolean inverted) {
    return inverted
        ? new Frame.Target.NoEventWithin("leaving", HORIZON, Optional.empty())
        : new Frame.Target.EventWithin("leaving", HORIZON, Optional.empty());
  }

  static TrainingSet build(
      UseCase useCase, RandomWorld world, int batch, int threads, long memory) {
    Path spill = Path.of(System.getProperty("java.io.tmpdir"), "gnomon-backfill-test");
    return TrainingSets.build(
        useCase,
        world.sources(batch),
        new TrainingSets.Options(OptionalLong.empty(), threads, memory, spill),
        Progress.NONE);
  }

  static @Nullable Object value(TrainingSet set, int row, int column) {
    Schema schema = set.rows().schema();
    var cursor = set.rows().cursor().at(row);
    return switch (schema.field(column).type()) {
      case NUMBER -> cursor.number(column);
      case TEXT -> cursor.text(column);
      case TIME -> cursor.time(column) == Times.MISSING ? null : cursor.time(column);
    };
  }

  @Property(tries = 400)
  void equalsTheOracleAndHasOneRowPerObservation(
      @ForAll long seed, @ForAll boolean withId, @ForAll boolean until, @ForAll boolean inverted) {
    RandomWorld world = new RandomWorld(seed);
    Duration within = seed % 3 == 0 ? Duration.ofMinutes(50) : null;
    UseCase useCase = RandomWorld.useCase(grid(within, until), leaves(inverted), withId);
    TrainingSet set = build(useCase, world, 37, 1, 1L << 20);
    NaiveOracle oracle = new NaiveOracle(world, withId);
    TreeSet<String> keys = new TreeSet<>();
    world.customers.stream().filter(r -> r[0] != null).forEach(r -> keys.add(String.valueOf(r[0])));
    int row = 0;
    for (long t = 20 * Times.MINUTE; t <= RandomWorld.SPAN; t += 7 * Times.MINUTE) {
      for (String key : keys) {
        if (!oracle.observed(key, t, within, until)) {
          continue;
        }
        assertThat(set.observedAt()[row]).isEqualTo(t);
        assertThat(set.keys().dictionary().text(set.keys().codes()[row])).isEqualTo(key);
        @Nullable Object[] expected = oracle.row(key, t);
        for (int c = 0; c < expected.length; c++) {
          assertThat(value(set, row, c))
              .as("%s of %s at %d", set.rows().schema().field(c).name(), key, t)
              .isEqualTo(expected[c]);
        }
        double label =
            oracle.label(key, t, HORIZON.toMinutes() * Times.MINUTE, oracle.usualDelay(), inverted);
        assertThat(set.labels()[row]).as("label of %s at %d", key, t).isEqualTo((Double) label);
        row++;
      }
    }
    assertThat(set.size()).isEqualTo(row);
    assertThat(set.plan().inputs()).isEqualTo(21);
    long unlabelled = 0;
    for (double label : set.labels()) {
      unlabelled += Double.isNaN(label) ? 1 : 0;
    }
    assertThat(set.unlabelled().values().stream().mapToLong(x -> x).sum()).isEqualTo(unlabelled);
  }

  /// Filters of features over a source of events have no say in which keys it knows.
  @Property(tries = 100)
  void aPopulationOfEventsIsEveryKeyThatHadOne(@ForAll long seed) {
    RandomWorld world = new RandomWorld(seed);
    Frame.Observe.Grid grid =
        new Frame.Observe.Grid(
            Duration.ofMinutes(7),
            20 * Times.MINUTE,
            RandomWorld.SPAN,
            "events",
            Optional.empty(),
            Optional.empty());
    TrainingSet set = build(RandomWorld.useCase(grid, leaves(false), true), world, 37, 1, 1L << 20);
    Map<Long, TreeSet<String>> expected = new HashMap<>();
    for (long t = 20 * Times.MINUTE; t <= RandomWorld.SPAN; t += 7 * Times.MINUTE) {
      for (@Nullable Object[] event : world.events) {
        if (event[1] != null
            && event[2] instanceof Long at
            && event[3] instanceof Long knownAt
            && at < t
            && knownAt <= t) {
          expected.computeIfAbsent(t, _ -> new TreeSet<>()).add(String.valueOf(event[1]));
        }
      }
    }
    Map<Long, TreeSet<String>> found = new HashMap<>();
    for (int row = 0; row < set.size(); row++) {
      found
          .computeIfAbsent(set.observedAt()[row], _ -> new TreeSet<>())
          .add(String.valueOf(set.keys().dictionary().text(set.keys().codes()[row])));
    }
    assertThat(found).isEqualTo(expected);
  }

  @Property(tries = 150)
  void nothingButTheDataDecidesAByte(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int threads,
      @ForAll @IntRange(min = 1, max = 300) int batch,
      @ForAll boolean spilled) {
    RandomWorld world = new RandomWorld(seed);
    UseCase useCase = RandomWorld.useCase(grid(null, true), leaves(false), seed % 2 == 0);
    TrainingSet plain = build(useCase, world, 1000, 1, Long.MAX_VALUE);
    TrainingSet other =
        build(useCase, world.shuffled(seed + 1), batch, threads, spilled ? 0 : 1L << 16);
    assertThat(other.hash()).isEqualTo(plain.hash());
    assertThat(other.unlabelled()).isEqualTo(plain.unlabelled());
  }

  /// Rows that happen or become known later may not change what was seen before.
  @Property(tries = 150)
  void noObservationSeesWhatWasNotYetKnown(@ForAll long seed) {
    RandomWorld world = new RandomWorld(seed);
    UseCase useCase = RandomWorld.useCase(grid(null, false), leaves(false), true);
    TrainingSet whole = build(useCase, world, 50, 1, Long.MAX_VALUE);
    long cut = RandomWorld.SPAN / 2;
    RandomWorld early = world.shuffled(seed);
    early.events.removeIf(e -> (Long) e[2] >= cut || (Long) e[3] > cut);
    early.customers.removeIf(r -> (Long) r[1] >= cut || (Long) r[2] > cut);
    TrainingSet before = build(useCase, early, 50, 1, Long.MAX_VALUE);
    Map<String, Integer> rows = new HashMap<>();
    for (int i = 0; i < before.size(); i++) {
      rows.put(place(before, i), i);
    }
    for (int i = 0; i < whole.size(); i++) {
      if (whole.observedAt()[i] > cut) {
        continue;
      }
      int same = rows.getOrDefault(place(whole, i), -1);
      assertThat(same).as(place(whole, i)).isNotNegative();
      for (int c = 0; c < whole.rows().schema().size(); c++) {
        assertThat(value(before, same, c)).isEqualTo(value(whole, i, c));
      }
    }
  }

  private static String place(TrainingSet set, int row) {
    return set.observedAt()[row] + " " + set.keys().dictionary().text(set.keys().codes()[row]);
  }

  @Property(tries = 1)
  void spillsAndLeavesNothingBehind() throws IOException {
    Path spill = Files.createTempDirectory("gnomon-spill");
    RandomWorld world = new RandomWorld(5);
    for (int copy = 0; copy < 9; copy++) {
      for (int i = 0; i < 4000; i++) {
        long at = (i * 7919L % 1440) * RandomWorld.STEP;
        world.events.add(new @Nullable Object[] {copy + "x" + i, "17850", at, at, i / 7.0, "a"});
      }
    }
    world.customers.add(new @Nullable Object[] {"17850", 0L, 0L, "pro", 3.0, 0L, "no"});
    UseCase useCase = RandomWorld.useCase(grid(null, true), leaves(false), true);
    TrainingSet inMemory = build(useCase, world, 100, 1, Long.MAX_VALUE);
    TrainingSet onDisk =
        TrainingSets.build(
            useCase,
            world.sources(64),
            new TrainingSets.Options(OptionalLong.empty(), 2, 100_000, spill),
            Progress.NONE);
    assertThat(onDisk.hash()).isEqualTo(inMemory.hash());
    try (var left = Files.list(spill)) {
      assertThat(left).isEmpty();
    }
    Files.delete(spill);
  }
}
