package dev.gnomon.features.internal;

import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.internal.Labelling.EventTarget;
import dev.gnomon.features.internal.PartitionedRecords.MemoryBudget;
import dev.gnomon.features.internal.SourceRecords.Bounds;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
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
import org.jspecify.annotations.Nullable;

/// Reads the sources into partitioned records, then lets workers compute partition by partition.
public final class Backfill implements AutoCloseable {
  private final FeatureProgram program;
  private final Frame frame;
  private final KeyCodes keys = new KeyCodes();
  private final Map<String, SourceRecords> sources = new LinkedHashMap<>();
  private final Map<String, KeyedEvents> keyed = new ConcurrentHashMap<>();
  private final MemoryBudget budget;
  private @Nullable ListedObservations listed;

  private Backfill(FeatureProgram program, MemoryBudget budget) {
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
    MemoryBudget budget = new MemoryBudget(memoryBytes, spillDirectory);
    try (Backfill backfill = new Backfill(program, budget)) {
      backfill.read(opener, progress);
      return backfill.compute(asOf, threads, progress);
    }
  }

  private void read(SourceOpener opener, Progress progress) {
    Map<String, SourceProgram> programs = new LinkedHashMap<>();
    program.sources().forEach(source -> programs.put(source.spec().name(), source));
    Optional<EventTarget> target = Labelling.eventTarget(frame.target());
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
    Optional<EventTarget> target = Labelling.eventTarget(frame.target());
    long until =
        asOf.orElseGet(
            () -> target.map(t -> require(t.source()).greatestKnownAt()).orElse(Long.MAX_VALUE));
    progress.stage("computing features", PartitionedRecords.PARTITIONS);
    List<PartitionWorker.Part> parts =
        Parallel.run(
            threads,
            PartitionedRecords.PARTITIONS,
            () -> new PartitionWorker(this, until),
            (worker, partition) -> {
              PartitionWorker.Part part = worker.run(partition);
              progress.advance(1);
              return part;
            });
    long horizon = target.map(EventTarget::horizon).orElse(0L);
    if (target.isPresent()) {
      long lateness =
          target
              .get()
              .lateness()
              .map(ProgramCompiler::micros)
              .orElseGet(() -> PartitionWorker.usualDelay(parts));
      for (PartitionWorker.Part part : parts) {
        part.mature(horizon, lateness, until);
      }
    }
    progress.stage("sorting observations", 0);
    List<RowColumns> rows = new ArrayList<>();
    parts.forEach(part -> rows.add(part.rows()));
    long known =
        target.isPresent() || asOf.isPresent()
            ? until
            : listed == null ? Times.MISSING : listed.to();
    return Assembly.of(
        program, keyName(), keys.dictionary(), rows, this::dictionary, horizon, known, threads);
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
    return switch (frame.observe()) {
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
    ListedObservations open = listed;
    if (open != null) {
      open.close();
    }
  }
}
