package dev.gnomon.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.jspecify.annotations.Nullable;

/// Training sets written in pieces against the one that is built whole.
class ChunkedBackfillTest {
  private static final Schema OBSERVATIONS =
      Schema.of(
          new Field("customer", Type.TEXT),
          new Field("observed_at", Type.TIME),
          new Field("outcome", Type.NUMBER));

  private Path folder = Path.of("");

  @BeforeTry
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("gnomon-chunks");
  }

  @AfterTry
  void removeFolder() throws IOException {
    AtomicFiles.deleteTree(folder);
  }

  private TrainingSets.Options options(int threads, long memory) {
    return new TrainingSets.Options(OptionalLong.empty(), threads, memory, folder.resolve("spill"));
  }

  private TrainingSets.Written stream(UseCase useCase, MemorySources sources, int threads) {
    return TrainingSets.stream(
        useCase,
        sources,
        options(threads, 0),
        new PlainFiles(1),
        folder.resolve("set"),
        Progress.NONE);
  }

  private ChunkedBackfill.Result chunks(
      UseCase useCase, MemorySources sources, Duration chunk, int threads) {
    return chunks(useCase, sources, chunk, threads, new PlainFiles(Integer.MAX_VALUE));
  }

  private ChunkedBackfill.Result chunks(
      UseCase useCase, MemorySources sources, Duration chunk, int threads, PlainFiles files) {
    return ChunkedBackfill.run(
        useCase,
        sources,
        files,
        folder.resolve("chunks"),
        chunk,
        false,
        options(threads, 1L << 18),
        Progress.NONE);
  }

  private TrainingSet whole(UseCase useCase, MemorySources sources) {
    return TrainingSets.build(useCase, sources, options(1, Long.MAX_VALUE), Progress.NONE);
  }

  /// A grid up to a time, which observes nobody outside of the world.
  private static Frame.Observe grid(long to) {
    return new Frame.Observe.Grid(
        Duration.ofMinutes(7),
        20 * Times.MINUTE,
        to,
        "customers",
        Optional.empty(),
        Optional.of("leaving"));
  }

  private static Frame.Observe listed() {
    return new Frame.Observe.Listed(
        RandomWorld.source(
            "observations", SourceSpec.Kind.TABLE, "customer", "observed_at", null, null, null),
        Optional.empty());
  }

  /// Observations of known and unknown keys, some of them twice.
  private static List<@Nullable Object[]> observations(long seed) {
    Random random = new Random(seed);
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int i = random.nextInt(60); i > 0; i--) {
      @Nullable Object[] row = {
        "k" + random.nextInt(9),
        random.nextInt((int) (RandomWorld.SPAN / RandomWorld.STEP)) * RandomWorld.STEP,
        random.nextInt(4) == 0 ? null : (Object) (double) random.nextInt(2)
      };
      rows.add(row);
      if (random.nextInt(5) == 0) {
        rows.add(row.clone());
      }
    }
    return rows;
  }

  @Property(tries = 30)
  void streamedAndChunkedSetsAreTheSetBuiltWhole(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int threads,
      @ForAll @IntRange(min = 1, max = 300) int batch,
      @ForAll @IntRange(min = 5, max = 400) int chunkMinutes) {
    RandomWorld world = new RandomWorld(seed);
    UseCase useCase =
        RandomWorld.useCase(grid(RandomWorld.SPAN), BackfillTest.leaves(false), seed % 2 == 0);
    TrainingSet whole = whole(useCase, world.sources(1000));
    MemorySources shuffled = world.shuffled(seed + 1).sources(batch);
    TrainingSets.Written streamed = stream(useCase, shuffled, threads);
    assertThat(streamed.hash()).isEqualTo(whole.hash());
    assertThat(streamed.rows()).isEqualTo(whole.size());
    assertThat(streamed.unlabelled()).isEqualTo(whole.unlabelled());
    ChunkManifest chunked =
        chunks(useCase, shuffled, Duration.ofMinutes(chunkMinutes), threads).manifest();
    assertThat(chunked.hash()).contains(whole.hash());
    assertThat(chunked.rows()).isEqualTo(whole.size());
    assertThat(chunked.unlabelled()).isEqualTo(whole.unlabelled());
  }

  @Property(tries = 20)
  void listedObservationsToo(
      @ForAll long seed, @ForAll @IntRange(min = 5, max = 400) int chunkMinutes) {
    RandomWorld world = new RandomWorld(seed);
    UseCase useCase =
        RandomWorld.useCase(
            listed(),
            seed % 3 == 0
                ? new Frame.Target.InColumn("outcome", Optional.of("1"))
                : BackfillTest.leaves(true),
            true);
    List<@Nullable Object[]> rows = observations(seed);
    TrainingSet whole = whole(useCase, world.sources(100).with("observations", OBSERVATIONS, rows));
    assertThat(whole.size()).isEqualTo(rows.size());
    java.util.Collections.shuffle(rows, new Random(seed));
    MemorySources sources =
        world.shuffled(seed).sources(7).with("observations", OBSERVATIONS, rows);
    assertThat(stream(useCase, sources, 2).hash()).isEqualTo(whole.hash());
    assertThat(chunks(useCase, sources, Duration.ofMinutes(chunkMinutes), 3).manifest().hash())
        .contains(whole.hash());
  }

  /// Whatever came, went or changed between two runs: the second ends where a fresh one would, and
  /// does nothing when nothing changed.
  @Property(tries = 30)
  void aSecondRunEndsWhereAFreshOneWould(
      @ForAll long seed, @ForAll @IntRange(min = 20, max = 100) int chunkMinutes) {
    RandomWorld world = new RandomWorld(seed);
    Duration chunk = Duration.ofMinutes(chunkMinutes);
    long cut = RandomWorld.SPAN / 2;
    RandomWorld early = world.shuffled(seed);
    early.events.removeIf(e -> (Long) e[3] > cut);
    early.customers.removeIf(r -> (Long) r[2] > cut);
    early.leaving.removeIf(r -> (Long) r[2] > cut);
    UseCase first = RandomWorld.useCase(grid(cut), BackfillTest.leaves(false), true);
    UseCase second = RandomWorld.useCase(grid(RandomWorld.SPAN), BackfillTest.leaves(false), true);
    chunks(first, early.sources(50), chunk, 1);
    if (seed % 3 == 0 && !world.events.isEmpty()) {
      world.events.remove(0);
    }
    ChunkedBackfill.Result grown = chunks(second, world.sources(50), chunk, 2);
    String fresh = whole(second, world.sources(1000)).hash();
    assertThat(grown.manifest().hash()).contains(fresh);
    ChunkedBackfill.Result still = chunks(second, world.shuffled(1).sources(9), chunk, 1);
    assertThat(still.computed()).isEmpty();
    assertThat(still.manifest()).isEqualTo(grown.manifest());
  }

  /// Late events are no news to observations made before they were known.
  @Property(tries = 20)
  void lateEventsLeaveOlderChunksAlone(@ForAll long seed) {
    RandomWorld world = new RandomWorld(seed);
    UseCase useCase = RandomWorld.useCase(grid(RandomWorld.SPAN), BackfillTest.leaves(false), true);
    Duration chunk = Duration.ofMinutes(30);
    ChunkedBackfill.Result before = chunks(useCase, world.sources(50), chunk, 1);
    long known = 3 * Times.HOUR;
    world.events.add(new @Nullable Object[] {"late", "k1", 0L, known, 3.0, "a"});
    world.events.add(new @Nullable Object[] {"later", "k1", known - 1, known, 3.0, "a"});
    ChunkedBackfill.Result after = chunks(useCase, world.sources(50), chunk, 1);
    assertThat(after.computed())
        .allSatisfy(done -> {
          assertThat(done.chunk().toMicros()).isGreaterThan(known);
          assertThat(done.why()).containsExactly("features of events");
        });
    assertThat(after.computed()).isNotEmpty();
    before.manifest().chunks().values().stream()
        .filter(c -> c.toMicros() <= known)
        .forEach(c -> assertThat(after.manifest().chunks()).containsValue(c));
    assertThat(after.manifest().hash()).contains(whole(useCase, world.sources(9)).hash());
  }

  @Property(tries = 20)
  void correctionsAreToldChunkByChunk(@ForAll long seed) {
    RandomWorld world = new RandomWorld(seed);
    // One that is surely seen.
    world.customers.add(new @Nullable Object[] {"x", 0L, 0L, "pro", 3.0, 0L, "no"});
    @Nullable Object[] event = {"e", "x", Times.HOUR, Times.HOUR, 3.0, "a"};
    world.events.add(event);
    UseCase useCase = RandomWorld.useCase(grid(RandomWorld.SPAN), BackfillTest.leaves(false), true);
    Duration chunk = Duration.ofMinutes(30);
    ChunkedBackfill.Result before = chunks(useCase, world.sources(50), chunk, 1);
    event[4] = 4.0;
    ChunkedBackfill.Result after = chunks(useCase, world.sources(50), chunk, 1);
    Set<Long> changed = new HashSet<>();
    for (ChunkedBackfill.Done done : after.computed()) {
      assertThat(done.chunk().toMicros()).isGreaterThan(Times.HOUR);
      if (done.changed()) {
        changed.add(done.chunk().fromMicros());
      }
    }
    // Sums over the hour behind it have changed, and with them the set that was whole before.
    assertThat(changed).contains(Times.HOUR, Times.HOUR + 30 * Times.MINUTE);
    assertThat(after.before()).isEqualTo(before.manifest().hash());
    assertThat(after.manifest().hash())
        .contains(whole(useCase, world.sources(9)).hash())
        .isNotEqualTo(before.manifest().hash());
  }

  @Property(tries = 12)
  void goesOnAfterAFullDisk(@ForAll long seed, @ForAll @IntRange(min = 0, max = 7) int room)
      throws IOException {
    RandomWorld world = new RandomWorld(seed);
    UseCase useCase = RandomWorld.useCase(grid(RandomWorld.SPAN), BackfillTest.leaves(false), true);
    Duration chunk = Duration.ofMinutes(30);
    assertThatThrownBy(() -> chunks(useCase, world.sources(50), chunk, 2, new PlainFiles(room)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("No space left");
    ChunkedBackfill.Result rest = chunks(useCase, world.sources(20), chunk, 1);
    assertThat(rest.computed()).hasSize(8 - room);
    assertThat(rest.manifest().hash()).contains(whole(useCase, world.sources(9)).hash());
    try (Stream<Path> left = Files.list(folder.resolve("chunks"))) {
      assertThat(left.map(p -> p.getFileName().toString()).filter(n -> n.startsWith(".")))
          .isEmpty();
    }
  }

  @Property(tries = 1)
  void anotherDefinitionIsRefusedAndExplained() {
    RandomWorld world = new RandomWorld(3);
    Duration chunk = Duration.ofHours(1);
    UseCase useCase = RandomWorld.useCase(grid(RandomWorld.SPAN), BackfillTest.leaves(false), true);
    chunks(useCase, world.sources(50), chunk, 1);
    UseCase other = RandomWorld.useCase(grid(RandomWorld.SPAN), BackfillTest.leaves(true), false);
    assertThatThrownBy(() -> chunks(other, world.sources(50), chunk, 1))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("target was 'leaving within PT40M")
        .hasMessageContaining("source events is defined otherwise")
        .hasMessageContaining("--restart");
    assertThatThrownBy(() -> chunks(useCase, world.sources(50), Duration.ofMinutes(10), 1))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("chunks of PT1H, now PT10M");
    ChunkedBackfill.Result anew =
        ChunkedBackfill.run(
            other,
            world.sources(50),
            new PlainFiles(Integer.MAX_VALUE),
            folder.resolve("chunks"),
            chunk,
            true,
            options(1, 1 << 20),
            Progress.NONE);
    assertThat(anew.manifest().hash()).contains(whole(other, world.sources(9)).hash());
  }

  @Property(tries = 1)
  void aFileThatIsNotWhatWasWrittenIsFound() throws IOException {
    RandomWorld world = new RandomWorld(8);
    UseCase useCase = RandomWorld.useCase(grid(RandomWorld.SPAN), BackfillTest.leaves(false), true);
    Duration chunk = Duration.ofHours(1);
    var files = chunks(useCase, world.sources(50), chunk, 1).manifest().chunks().values();
    List<String> names = files.stream().map(ChunkManifest.Chunk::file).toList();
    Path chunks = folder.resolve("chunks");
    Files.delete(chunks.resolve(names.get(1)));
    assertThat(chunks(useCase, world.sources(50), chunk, 1).computed())
        .singleElement()
        .satisfies(done -> assertThat(done.why()).containsExactly("its file is gone"));
    Files.copy(
        chunks.resolve(names.get(1)),
        chunks.resolve(names.get(2)),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.delete(chunks.resolve(names.get(0)));
    assertThatThrownBy(() -> chunks(useCase, world.sources(50), chunk, 1))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(names.get(2));
  }

  @Property(tries = 1)
  void nothingToObserveAndNothingHappened() {
    RandomWorld world = new RandomWorld(1);
    world.customers.clear();
    world.events.clear();
    world.leaving.clear();
    UseCase useCase = RandomWorld.useCase(grid(RandomWorld.SPAN), BackfillTest.leaves(false), true);
    String empty = whole(useCase, world.sources(9)).hash();
    assertThat(stream(useCase, world.sources(9), 2).hash()).isEqualTo(empty);
    assertThat(chunks(useCase, world.sources(9), Duration.ofHours(1), 2).manifest().hash())
        .contains(empty);
    assertThat(
            stream(
                    RandomWorld.useCase(listed(), BackfillTest.leaves(false), true),
                    world.sources(9).with("observations", OBSERVATIONS, List.of()),
                    1)
                .rows())
        .isZero();
  }

  @Property(tries = 1)
  void aFolderThatCannotBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("chunks"));
    RandomWorld world = new RandomWorld(1);
    UseCase useCase = RandomWorld.useCase(grid(RandomWorld.SPAN), BackfillTest.leaves(false), true);
    assertThatThrownBy(() -> chunks(useCase, world.sources(9), Duration.ofHours(1), 1))
        .isInstanceOfAny(BadInput.class, UncheckedIOException.class)
        .hasMessageContaining(file.toString());
  }
}
