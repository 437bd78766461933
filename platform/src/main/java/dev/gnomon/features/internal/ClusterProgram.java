package dev.gnomon.features.internal;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.features.internal.Labelling.EventTarget;
import dev.gnomon.features.internal.PartitionedRecords.MemoryBudget;
import dev.gnomon.features.spi.ClusterSource;
import dev.gnomon.features.spi.ListedRows;
import dev.gnomon.observations.KeyObserver;
import dev.gnomon.observations.ObservationProgram;
import dev.gnomon.observations.Outcomes;
import dev.gnomon.observations.SourcePart;
import dev.gnomon.schema.Schema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A feature program as a cluster runs it.
public final class ClusterProgram {
  private final FeatureProgram program;
  private final List<ClusterSource> sources = new ArrayList<>();
  private final List<SourceProgram> programs = new ArrayList<>();
  private final Set<String> whole = new LinkedHashSet<>();
  private final long[] grid;
  private final long within;
  private final Optional<String> population;
  private final Optional<String> until;
  private final Optional<EventTarget> target;

  /// @throws BadInput for what only one process can compute so far
  public ClusterProgram(FeatureProgram program) {
    this.program = program;
    UseCase useCase = program.useCase();
    if (useCase.data().isFlatTable()) {
      throw notHere("data.table", "a flat table has no history to compute", "its one file");
    }
    if (program.groups().size() > 1 || !program.observed().isEmpty()) {
      throw notHere(
          "frame.entities",
          "features of further entities and of requests are not computed on a cluster yet",
          "the features of one entity");
    }
    this.target = Labelling.eventTarget(useCase.frame().target());
    switch (useCase.frame().observe()) {
      case Observe.Grid one -> {
        grid = ObservationPlan.grid(one);
        within = one.within().map(ProgramCompiler::micros).orElse(Long.MAX_VALUE);
        population = Optional.of(one.population());
        until = one.until();
      }
      case Observe.Listed one -> {
        grid = new long[0];
        within = Long.MAX_VALUE;
        population = Optional.empty();
        until = one.until();
      }
      case Observe.EachRow() ->
          throw new IllegalArgumentException("only a flat table observes each row");
    }
    population.ifPresent(whole::add);
    target.ifPresent(event -> whole.add(event.source()));
    until.ifPresent(whole::add);
    Set<String> order = new LinkedHashSet<>(whole);
    program.sources().forEach(source -> order.add(source.spec().name()));
    for (String name : order) {
      SourceProgram one =
          program.sources().stream()
              .filter(source -> source.spec().name().equals(name))
              .findFirst()
              .orElseGet(() -> nothing(useCase.data().require(name)));
      programs.add(one);
      sources.add(ClusterSources.of(one));
    }
  }

  private static BadInput notHere(String place, String found, String valid) {
    return new BadInput(place, found, valid + "; or `gnomon features training-set`");
  }

  private SourceProgram nothing(SourceSpec spec) {
    Schema schema = program.schemas().get(spec.name());
    if (schema == null) {
      throw new IllegalArgumentException("no schema for source " + spec.name());
    }
    return new SourceProgram.Builder(spec, schema).build();
  }

  /// What is read, in the order of the program's sources.
  public List<ClusterSource> sources() {
    return List.copyOf(sources);
  }

  /// The source whose events are the target; -1 when labels are listed.
  public int target() {
    return target.map(event -> index(event.source())).orElse(ObservationProgram.NONE);
  }

  private int index(String source) {
    return IntStream.range(0, sources.size())
        .filter(i -> sources.get(i).spec().name().equals(source))
        .findFirst()
        .orElseThrow();
  }

  private int index(Optional<String> source) {
    return source.map(this::index).orElse(ObservationProgram.NONE);
  }

  /// The stated lateness of the target.
  public OptionalLong lateness() {
    return target.flatMap(EventTarget::lateness).isPresent()
        ? OptionalLong.of(ProgramCompiler.micros(target.flatMap(EventTarget::lateness).get()))
        : OptionalLong.empty();
  }

  /// How far a label looks; 0 when it stands in a column.
  public long horizon() {
    return target.map(EventTarget::horizon).orElse(0L);
  }

  /// The name of the key in the population source or the table of observations.
  public String keyName() {
    return switch (program.useCase().frame().observe()) {
      case Observe.Grid one ->
          program.useCase().data().require(one.population()).key().orElse("key");
      case Observe.Listed table -> ListedObservations.keyName(table.table());
      case Observe.EachRow() -> "key";
    };
  }

  /// Reads them, if they are listed.
  public Optional<ListedRows> listed(
      SourceOpener opener, long memoryBytes, Path spillDirectory, Progress progress) {
    if (!(program.useCase().frame().observe() instanceof Observe.Listed listed)) {
      return Optional.empty();
    }
    KeyCodes keys = new KeyCodes();
    ListedObservations read =
        ListedObservations.read(
            program, listed, opener, keys, new MemoryBudget(memoryBytes, spillDirectory), progress);
    return Optional.of(new ListedRows(() -> batches(read, keys), read.from(), read.to()));
  }

  private static Iterator<Table> batches(ListedObservations read, KeyCodes keys) {
    return new Iterator<>() {
      private int partition;
      private @Nullable Table ready;

      @Override
      public boolean hasNext() {
        while (ready == null && partition < PartitionedRecords.PARTITIONS) {
          ListedObservations.Sorted sorted = read.sorted(partition++, t -> true);
          int n = sorted.keys().length;
          if (n > 0) {
            ready =
                new Table(
                    ListedRows.SCHEMA,
                    List.of(
                        new Column.Texts(sorted.keys(), keys.dictionary()),
                        new Column.Moments(sorted.times()),
                        new Column.Numbers(sorted.labels())),
                    n);
          }
        }
        if (ready == null) {
          read.close();
        }
        return ready != null;
      }

      @Override
      public Table next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Table next = ready;
        ready = null;
        if (next == null) {
          throw new NoSuchElementException();
        }
        return next;
      }
    };
  }

  /// What executors run.
  ///
  /// @param asOf up to when outcomes are known
  /// @param lateness of the target
  /// @param first the earliest listed time, for those that are listed
  /// @param last the latest listed time
  public ObservationProgram observations(long asOf, long lateness, long first, long last) {
    boolean listed = population.isEmpty();
    long from = listed ? first : grid.length == 0 ? Long.MAX_VALUE : grid[0];
    long to = listed ? last : grid.length == 0 ? Long.MIN_VALUE : grid[grid.length - 1];
    List<SourcePart> bounded = new ArrayList<>();
    for (int s = 0; s < sources.size(); s++) {
      ClusterSource source = sources.get(s);
      boolean all = whole.contains(source.spec().name()) || from > to;
      bounded.add(
          all ? source.part() : ClusterSources.within(source.part(), programs.get(s), from, to));
    }
    return new ObservationProgram(
        program.row(),
        bounded,
        index(population),
        target(),
        index(until),
        new KeyObserver.Rules(
            grid, within, horizon(), target.map(EventTarget::inverted).orElse(false), asOf),
        target.isPresent() ? Outcomes.matureUntil(asOf, horizon(), lateness) : Long.MAX_VALUE,
        program.derived().stream()
            .map(d -> new ObservationProgram.Derived(d.column(), d.expression()))
            .toList(),
        program.observedAt());
  }
}
