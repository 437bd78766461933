package dev.gnomon.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.features.OnlineFeatures.Ingested;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.jspecify.annotations.Nullable;

/// The features of all keys at one time against the serving store, and what a second run says.
class MaterializationTest {
  private static final UseCase USE_CASE =
      RandomWorld.useCase(BackfillTest.grid(null, false), BackfillTest.leaves(false), false);

  private Path folder = Path.of("");

  @BeforeTry
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("gnomon-materialize");
  }

  @AfterTry
  void removeFolder() throws IOException {
    AtomicFiles.deleteTree(folder);
  }

  private TrainingSets.Options options(OptionalLong asOf) {
    return new TrainingSets.Options(asOf, 2, 1L << 16, folder.resolve("spill"));
  }

  private Materialization.Result run(MemorySources sources, long asOf) {
    return Materialization.run(
        USE_CASE,
        sources,
        new PlainFiles(Integer.MAX_VALUE),
        folder.resolve("current"),
        asOf,
        options(OptionalLong.empty()),
        Progress.NONE);
  }

  /// The rows of the file by key, in its order.
  private Map<String, List<@Nullable Object>> rows(Materialization now, Schema row) {
    List<Field> fields = new ArrayList<>();
    fields.add(new Field(now.keyName(), Type.TEXT));
    fields.add(new Field("observed_at", Type.TIME));
    row.fields().forEach(field -> fields.add(new Field("c" + fields.size(), field.type())));
    Schema file = new Schema(fields);
    Map<String, List<@Nullable Object>> rows = new LinkedHashMap<>();
    try (TableScan scan =
        new PlainFiles(0)
            .scan(
                FileFormat.of(folder.resolve("current").resolve(now.file())),
                file,
                file.names(),
                List.of())) {
      Optional<Table> next = scan.next();
      while (next.isPresent()) {
        Table.Cursor cursor = next.get().cursor();
        for (int i = 0; i < next.get().rows(); i++) {
          var at = cursor.at(i);
          List<@Nullable Object> values = new ArrayList<>();
          for (int c = 2; c < file.size(); c++) {
            values.add(value(at, file, c));
          }
          rows.put(String.valueOf(at.text(0)), values);
        }
        next = scan.next();
      }
    }
    return rows;
  }

  private static @Nullable Object value(dev.gnomon.schema.Row row, Schema schema, int c) {
    return switch (schema.field(c).type()) {
      case NUMBER -> row.number(c);
      case TEXT -> row.text(c);
      case TIME -> row.time(c);
    };
  }

  @Property(tries = 60)
  void everyKeyHasTheValuesThatAreServed(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 1440) int step) {
    long asOf = step * RandomWorld.STEP;
    RandomWorld world = new RandomWorld(seed);
    Materialization now = run(world.sources(17), asOf).now();
    OnlineFeatures online =
        new OnlineFeatures(
            FeaturePlan.compile(USE_CASE, TrainingSets.schemas(USE_CASE, world.sources(9))),
            Duration.ofDays(1));
    online.load(world.sources(1000), RandomWorld.SPAN);
    TreeSet<String> keys = new TreeSet<>();
    world.customers.forEach(r -> seen(r[0], r[1], r[2], asOf).ifPresent(keys::add));
    world.events.forEach(r -> seen(r[1], r[2], r[3], asOf).ifPresent(keys::add));
    Schema row = online.plan().row();
    Map<String, List<@Nullable Object>> rows = rows(now, row);
    assertThat(rows.keySet()).isEqualTo(keys);
    FeatureRow served = new FeatureRow(row);
    rows.forEach((key, values) -> {
      online.read(key, asOf, served);
      for (int c = 0; c < row.size(); c++) {
        assertThat(values.get(c))
            .as("%s of %s", row.field(c).name(), key)
            .isEqualTo(value(served, row, c));
      }
    });
    Materialization.Result again = run(world.shuffled(seed).sources(5), asOf);
    assertThat(again.now()).isEqualTo(now);
    assertThat(again.changes().orElseThrow().none()).isTrue();
  }

  private static Optional<String> seen(
      @Nullable Object key, @Nullable Object at, @Nullable Object known, long asOf) {
    return key != null && at instanceof Long t && t < asOf && known instanceof Long k && k <= asOf
        ? Optional.of((String) key)
        : Optional.empty();
  }

  private static @Nullable Object[] event(String key, long at, long known, double amount) {
    return new @Nullable Object[] {"e" + at + key, key, at, known, amount, "b"};
  }

  private static MemorySources sources(List<@Nullable Object[]> events) {
    List<@Nullable Object[]> customers = new ArrayList<>();
    for (int k = 0; k < 20; k++) {
      customers.add(new @Nullable Object[] {"k" + k, 0L, 0L, "basic", 30.0, null, "no"});
    }
    return new MemorySources(7)
        .with("customers", RandomWorld.CUSTOMERS, customers)
        .with("events", RandomWorld.EVENTS, events)
        .with("leaving", RandomWorld.LEAVING, List.of());
  }

  /// The same late event, posted to the store and found in the sources: the next read differs, and
  /// the report names that key with the values before and after.
  @Example
  void aLateEventIsServedAndNamed() throws IOException {
    long asOf = 180 * Times.MINUTE;
    List<@Nullable Object[]> events = new ArrayList<>();
    for (int k = 0; k < 20; k++) {
      events.add(event("k" + k, asOf - 5 * Times.MINUTE, asOf - 5 * Times.MINUTE, 10));
    }
    Materialization.Result first = run(sources(events), asOf);
    assertThat(first.before()).isEmpty();
    assertThat(first.changes()).isEmpty();
    OnlineFeatures online =
        new OnlineFeatures(
            FeaturePlan.compile(USE_CASE, TrainingSets.schemas(USE_CASE, sources(events))),
            Duration.ofHours(1));
    online.load(sources(events), asOf);
    Schema row = online.plan().row();
    FeatureRow before = new FeatureRow(row);
    online.read("k7", asOf, before);
    // It happened half an hour ago: in the windows of an hour alone, and not the newest.
    @Nullable Object[] late = event("k7", asOf - 30 * Times.MINUTE, asOf - Times.MINUTE, 4);
    FeatureRow posted = new FeatureRow(RandomWorld.EVENTS);
    posted.text(0, (String) late[0]);
    posted.text(1, "k7");
    posted.time(2, asOf - 30 * Times.MINUTE);
    posted.time(3, asOf - Times.MINUTE);
    posted.number(4, 4);
    posted.text(5, "b");
    assertThat(online.ingest("events", posted, asOf)).isEqualTo(Ingested.ADDED);
    FeatureRow after = new FeatureRow(row);
    online.read("k7", asOf, after);
    List<ValueChanges.FeatureChange> expected = new ArrayList<>();
    for (int c = 0; c < row.size(); c++) {
      if (row.field(c).type() == Type.NUMBER
          && Double.compare(before.number(c), after.number(c)) != 0) {
        expected.add(
            new ValueChanges.FeatureChange(
                row.field(c).name(),
                1,
                List.of(
                    new ValueChanges.Example(
                        "k7", text(before.number(c)), text(after.number(c))))));
      }
    }
    assertThat(expected.stream().map(ValueChanges.FeatureChange::name))
        .contains("events_1h", "sum_1h", "mean_1h", "trend")
        .doesNotContain("events_10m", "recency");
    events.add(late);
    Materialization.Result second = run(sources(events), asOf);
    assertThat(second.changes()).contains(new ValueChanges(0, 0, 1, expected));
    assertThat(second.before()).contains(first.now());
    assertThat(second.now().inputs().get("events"))
        .isNotEqualTo(first.now().inputs().get("events"));
    assertThat(second.now().inputs().get("customers"))
        .isEqualTo(first.now().inputs().get("customers"));
    assertThat(folder.resolve("current").resolve(first.now().file())).doesNotExist();
    assertThat(Materialization.read(folder.resolve("current"), asOf)).contains(second.now());
    // Not known by then: nobody was served anything else.
    events.add(event("k8", asOf - 30 * Times.MINUTE, asOf + 1, 4));
    assertThat(run(sources(events), asOf).changes().orElseThrow().none()).isTrue();
  }

  private static @Nullable String text(double value) {
    return Double.isNaN(value)
        ? null
        : value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /// Rows that were not known then leave a set what it was; a corrected one does not.
  @Example
  void chunksAreJudgedByWhatWasKnown() {
    List<@Nullable Object[]> events = new ArrayList<>();
    for (int k = 0; k < 20; k++) {
      events.add(event("k" + k, 30 * Times.MINUTE, 30 * Times.MINUTE, 10));
    }
    Path chunks = folder.resolve("chunks");
    long asOf = 200 * Times.MINUTE;
    ChunkedBackfill.run(
        USE_CASE,
        sources(events),
        new PlainFiles(Integer.MAX_VALUE),
        chunks,
        Duration.ofMinutes(60),
        false,
        options(OptionalLong.of(asOf)),
        Progress.NONE);
    assertThat(changed(sources(events), chunks)).isEmpty();
    events.add(event("k3", 31 * Times.MINUTE, 300 * Times.MINUTE, 4));
    MemorySources late = sources(events);
    late.with(
        "leaving",
        RandomWorld.LEAVING,
        List.<@Nullable Object[]>of(
            new @Nullable Object[] {"k4", 40 * Times.MINUTE, 300 * Times.MINUTE}));
    assertThat(changed(late, chunks)).isEmpty();
    String set = TrainingSets.hash(USE_CASE, late, options(OptionalLong.of(asOf)), Progress.NONE);
    assertThat(set).isEqualTo(ChunkManifest.read(chunks).orElseThrow().hash().orElseThrow());
    events.set(0, event("k0", 30 * Times.MINUTE, 30 * Times.MINUTE, 11));
    Map<String, List<String>> changed = changed(sources(events), chunks);
    assertThat(changed).isNotEmpty();
    assertThat(changed.values()).allSatisfy(why -> assertThat(why).contains("features of events"));
    assertThat(
            TrainingSets.hash(
                USE_CASE, sources(events), options(OptionalLong.of(asOf)), Progress.NONE))
        .isNotEqualTo(set);
  }

  private Map<String, List<String>> changed(MemorySources sources, Path chunks) {
    return ChunkedBackfill.changed(
        USE_CASE, sources, new PlainFiles(0), chunks, options(OptionalLong.empty()), Progress.NONE);
  }
}
