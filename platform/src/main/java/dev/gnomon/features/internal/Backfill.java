package dev.gnomon.features.internal;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.internal.Labelling.EventTarget;
import dev.gnomon.features.internal.PartitionedRecords.MemoryBudget;
import dev.gnomon.features.internal.SourceRecords.Bounds;
import dev.gnomon.observations.Outcomes;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// Reads the sources into partitioned records, then lets workers compute partition by partition.
public final class Backfill implements AutoCloseable {
  /// Below this a partition is not worth splitting.
  private static final long LEAST_SHARE = 1 << 18;

  private final FeatureProgram program;
  private final Frame frame;
  private final KeyCodes keys = new KeyCodes();
  private final Map<String, SourceRecords> sources = new LinkedHashMap<>();
  private final Map<String, KeyedEvents> keyed = new ConcurrentHashMap<>();
  private final MemoryBudget budget;
  private final ReentrantLock large = new ReentrantLock();
  private final long largestKey =
      Long.getLong("gnomon.backfill.key-memory", Runtime.getRuntime().maxMemory() / 2);
  private final long memoryBytes;
  private @Nullable ListedObservations listed;

  private Backfill(FeatureProgram program, MemoryBudget budget, long memoryBytes) {
    this.memoryBytes = memoryBytes;
    this.program = program;
    this.frame = program.useCase().frame();
    this.budget = budget;
  }

  /// Back-fills the observations of a use case on sources of events and states.
  ///
  /// @param memoryBytes how much of the records may be held in memory
  public static Assembly.Result run(
      FeatureProgram program,
      SourceOpener opener,
      OptionalLong asOf,
      int threads,
      long memoryBytes,
      Path spillDirectory,
      Progress progress) {
    try (Backfill backfill = read(program, opener, memoryBytes, spillDirectory, progress)) {
      return backfill.compute(asOf, threads, progress);
    }
  }

  /// Reads all sources that matter; what does not fit into the memory goes to files in
  /// `spillDirectory` until the back-fill is closed.
  public static Backfill read(
      FeatureProgram program,
      SourceOpener opener,
      long memoryBytes,
      Path spillDirectory,
      Progress progress) {
    Backfill backfill =
        new Backfill(program, new MemoryBudget(memoryBytes, spillDirectory), memoryBytes);
    boolean whole = false;
    try {
      backfill.read(opener, progress);
      whole = true;
      return backfill;
    } finally {
      if (!whole) {
        backfill.close();
      }
    }
  }

  private void read(SourceOpener opener, Progress progress) {
    Map<String, SourceProgram> programs = new LinkedHashMap<>();
    program.sources().forEach(source -> programs.put(source.spec().name(), source));
    Optional<EventTarget> target = target();
    Set<String> order = new LinkedHashSet<>();
    Set<String> whole = new LinkedHashSet<>();
    long from;
    long to;
    Optional<String> until;
    switch (frame.observe()) {
      case Observe.Grid grid -> {
        long[] times = ObservationPlan.grid(grid);
        from = times.length == 0 ? Long.MAX_VALUE : times[0];
        to = times.length == 0 ? Long.MIN_VALUE : times[times.length - 1];
        order.add(grid.population());
        whole.add(grid.population());
        until = grid.until();
      }
      case Observe.Listed observed -> {
        ListedObservations read =
            ListedObservations.read(program, observed, opener, keys, budget, progress);
        listed = read;
        from = read.from();
        to = read.to();
        until = observed.until();
      }
      case Observe.EachRow() ->
          throw new IllegalArgumentException("a flat table is not back-filled");
    }
    // As-of and the usual delay are taken over all rows of the target.
    target.ifPresent(t -> {
      order.add(t.source());
      whole.add(t.source());
    });
    until.ifPresent(order::add);
    until.ifPresent(whole::add);
    order.addAll(programs.keySet());
    UseCase useCase = program.useCase();
    for (String name : order) {
      SourceSpec spec = useCase.data().require(name);
      SourceProgram source = programs.getOrDefault(name, nothing(spec));
      Bounds bounds = Bounds.ALL;
      if (!whole.contains(name)) {
        boolean windowed = source.reach() != SourceProgram.FOR_EVER;
        // Nothing is computed when there is no observation at all.
        long oldest = windowed && from != Long.MAX_VALUE ? from - source.reach() : Long.MIN_VALUE;
        // Keys of further entities are known only once the observations are.
        bounds = new Bounds(!spec.isOfPrimaryEntity(), oldest, to);
      }
      sources.put(
          name,
          SourceRecords.read(new RecordLayout(source), opener, keys, bounds, budget, progress));
    }
    if (budget.spilled() > 0) {
      progress.note(
          "%d MB of records went to disk, beyond the memory stated"
              .formatted(budget.spilled() >> 20));
    }
  }

  private SourceProgram nothing(SourceSpec spec) {
    Schema schema = program.schemas().get(spec.name());
    if (schema == null) {
      throw new IllegalArgumentException("no schema for source " + spec.name());
    }
    return new SourceProgram.Builder(spec, schema).build();
  }

  private Assembly.Result compute(OptionalLong asOf, int threads, Progress progress) {
    long until = asOf(asOf);
    progress.stage("computing features", PartitionedRecords.PARTITIONS);
    List<PartitionWorker.Part> parts =
        Parallel.run(
            threads,
            PartitionedRecords.PARTITIONS,
            () -> new PartitionWorker(this, until, t -> true, share(threads)),
            (worker, partition) -> {
              PartitionWorker.Part part = worker.run(partition);
              progress.advance(1);
              return part;
            });
    long horizon = 0;
    Optional<EventTarget> target = target();
    if (target.isPresent()) {
      horizon = target.get().horizon();
      long lateness = stated(target.get()).orElseGet(() -> PartitionWorker.usualDelay(parts));
      for (PartitionWorker.Part part : parts) {
        part.mature(horizon, lateness, until);
      }
    }
    progress.stage("sorting observations", 0);
    List<RowColumns> rows = new ArrayList<>();
    parts.forEach(part -> rows.add(part.rows()));
    return Assembly.of(
        program,
        keyName(),
        keys.dictionary(),
        rows,
        this::dictionary,
        horizon,
        known(asOf, until),
        threads);
  }

  /// How many bytes of records one thread loads at once: as columns they take about thrice that.
  private long share(int threads) {
    return Math.max(LEAST_SHARE, memoryBytes / (4L * threads));
  }

  /// The records of the frame's entity, by pieces that fit into memory.
  KeySlices keySlices() {
    Map<String, PartitionedRecords> records = new LinkedHashMap<>();
    sources.forEach((name, source) -> {
      if (source.layout().program().spec().isOfPrimaryEntity()) {
        records.put(name, source.records());
      }
    });
    ListedObservations own = listed;
    if (own != null) {
      records.put(KeySlices.LISTED, own.records());
    }
    return new KeySlices(records, keys.dictionary(), largestKey, large);
  }

  private Optional<EventTarget> target() {
    return Labelling.eventTarget(frame.target());
  }

  private static OptionalLong stated(EventTarget target) {
    return target.lateness().isPresent()
        ? OptionalLong.of(ProgramCompiler.micros(target.lateness().get()))
        : OptionalLong.empty();
  }

  /// Up to when outcomes are known, unless stated: the greatest known-at of the target.
  public long asOf(OptionalLong stated) {
    return stated.orElseGet(
        () -> target().map(t -> require(t.source()).greatestKnownAt()).orElse(Long.MAX_VALUE));
  }

  private long known(OptionalLong stated, long until) {
    return target().isPresent() || stated.isPresent()
        ? until
        : listed == null ? Times.MISSING : listed.to();
  }

  /// What the rows of a back-fill say beside themselves.
  ///
  /// @param asOf up to when outcomes were known
  /// @param matureUntil the last observation time whose label is known; the greatest long when
  ///   labels stand in a column
  public record Facts(String keyName, long horizon, long asOf, long matureUntil) {}

  /// Computes the rows of all needed times, partition by partition, into runs on disk. A run that
  /// is there already is taken as it is.
  ///
  /// @param needed observation times that are asked for
  /// @param folder holds runs of nothing but this very computation
  public Facts computeInto(
      Path folder, OptionalLong asOf, LongPredicate needed, int threads, Progress progress) {
    long until = asOf(asOf);
    progress.stage("computing features", PartitionedRecords.PARTITIONS);
    try (RunFile runs = runs(program, folder)) {
      Parallel.run(
          threads,
          PartitionedRecords.PARTITIONS,
          () -> new PartitionWorker(this, until, needed, share(threads)),
          (worker, partition) -> {
            if (!runs.has(partition)) {
              try {
                runs.write(partition, worker.run(partition), keys.dictionary(), this::dictionary);
              } catch (IOException e) {
                throw full(folder, e);
              }
            }
            progress.advance(1);
            return partition;
          });
      long horizon = 0;
      long mature = Long.MAX_VALUE;
      if (target().isPresent()) {
        EventTarget target = target().get();
        horizon = target.horizon();
        long lateness = stated(target).orElseGet(() -> usualDelay(runs));
        mature = Outcomes.matureUntil(until, horizon, lateness);
      }
      return new Facts(keyName(), horizon, known(asOf, until), mature);
    } catch (IOException e) {
      throw full(folder, e);
    }
  }

  private static RunFile runs(FeatureProgram program, Path folder) throws IOException {
    return new RunFile(folder.resolve("runs"), PartitionedRecords.PARTITIONS, program.row().size());
  }

  private static long usualDelay(RunFile runs) {
    List<PartitionWorker.Part> parts = new ArrayList<>();
    RowColumns none = new RowColumns(new Schema(List.of()), new boolean[0]);
    for (int p = 0; p < PartitionedRecords.PARTITIONS; p++) {
      parts.add(new PartitionWorker.Part(none, runs.lateDelays(p), runs.targetEvents(p)));
    }
    return PartitionWorker.usualDelay(parts);
  }

  /// The rows of [#computeInto], in the order of a training set.
  public static RunMerge merged(FeatureProgram program, Path folder, Facts facts) {
    try {
      return new RunMerge(runs(program, folder), program.row(), facts.matureUntil());
    } catch (IOException e) {
      throw full(folder, e);
    }
  }

  private static BadInput full(Path folder, IOException e) {
    return new BadInput(
        folder.toString(), "it can't be written: " + e.getMessage(), "a folder with space");
  }

  dev.gnomon.data.@Nullable Dictionary dictionary(int column) {
    for (SourceProgram source : program.sources()) {
      for (SourceProgram.AttributeFeature attribute : source.attributes()) {
        if (attribute.column() == column) {
          SourceRecords records = require(source.spec().name());
          return records.dictionary(records.layout().place(attribute.source()));
        }
      }
    }
    ListedObservations own = listed;
    return own == null ? null : own.dictionary(column);
  }

  /// The keys of all sources and observations.
  dev.gnomon.data.Dictionary keys() {
    return keys.dictionary();
  }

  /// The rows of a source of another entity, read into memory when first asked for.
  KeyedEvents keyed(String source) {
    return keyed.computeIfAbsent(source, name -> KeyedEvents.load(require(name), keys.size()));
  }

  private String keyName() {
    return keyName(program);
  }

  /// The name of the key in the population source or the table of observations.
  public static String keyName(FeatureProgram program) {
    return switch (program.useCase().frame().observe()) {
      case Observe.Grid grid ->
          program.useCase().data().require(grid.population()).key().orElse("key");
      case Observe.Listed table -> ListedObservations.keyName(table.table());
      case Observe.EachRow() -> "key";
    };
  }

  FeatureProgram program() {
    return program;
  }

  @Nullable ListedObservations listed() {
    return listed;
  }

  Map<String, SourceRecords> sources() {
    return sources;
  }

  private SourceRecords require(String name) {
    SourceRecords records = sources.get(name);
    if (records == null) {
      throw new IllegalStateException("source %s was not read".formatted(name));
    }
    return records;
  }

  @Override
  public void close() {
    sources.values().forEach(SourceRecords::close);
    sources.clear();
    ListedObservations open = listed;
    if (open != null) {
      open.close();
    }
    listed = null;
  }
}
