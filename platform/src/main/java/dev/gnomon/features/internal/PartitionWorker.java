package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.internal.FeatureProgram.Derived;
import dev.gnomon.features.internal.Labelling.EventTarget;
import dev.gnomon.observations.KeyObserver;
import dev.gnomon.observations.Outcomes;
import dev.gnomon.operators.EventSweep;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// Computes the observations of one partition after the other; one per thread.
final class PartitionWorker {
  private final Backfill backfill;
  private final FeatureProgram program;
  private final Frame frame;
  private final LongPredicate needed;
  private final long asOf;
  private final long[] grid;
  private final long within;
  private final Optional<String> population;
  private final boolean populationEnds;
  private final Optional<String> until;
  private final Optional<EventTarget> target;
  private final Map<String, EventSweep> eventSweeps = new LinkedHashMap<>();
  private final Map<String, StateSweep> stateSweeps = new LinkedHashMap<>();
  private final KeyObserver observer;
  private final boolean[] derivedColumns;
  private final boolean[] ownTexts;
  private final GroupSweeps groups;

  private final long share;

  private long[] lateDelays = {};
  private int late;
  private long targetEvents;
  private long[] times = {};
  private int[] newest = {};

  /// @param needed observation times that are asked for; the others are left out
  /// @param share how many bytes of records are loaded at once, if keys allow it
  PartitionWorker(Backfill backfill, long asOf, LongPredicate needed, long share) {
    this.share = share;
    this.needed = needed;
    this.asOf = asOf;
    this.backfill = backfill;
    this.program = backfill.program();
    this.frame = program.useCase().frame();
    this.target = Labelling.eventTarget(frame.target());
    switch (frame.observe()) {
      case Observe.Grid one -> {
        grid = Arrays.stream(ObservationPlan.grid(one)).filter(needed).toArray();
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
          throw new IllegalArgumentException("a flat table has no partitions");
    }
    this.populationEnds =
        population
            .map(name -> program.useCase().data().require(name).kind() == SourceSpec.Kind.STATE)
            .orElse(false);
    for (SourceProgram source : program.sources()) {
      if (!source.spec().isOfPrimaryEntity()) {
        continue;
      }
      if (source.spec().kind() == SourceSpec.Kind.EVENTS) {
        eventSweeps.put(source.spec().name(), new EventSweep(source.events()));
      } else {
        stateSweeps.put(source.spec().name(), new StateSweep(source));
      }
    }
    this.observer =
        new KeyObserver(
            new KeyObserver.Rules(
                grid,
                within,
                target.map(EventTarget::horizon).orElse(0L),
                target.map(EventTarget::inverted).orElse(false),
                asOf));
    this.derivedColumns = new boolean[program.row().size()];
    this.ownTexts = new boolean[program.row().size()];
    for (Derived derived : program.derived()) {
      derivedColumns[derived.column()] = true;
      ownTexts[derived.column()] = true;
    }
    for (SourceProgram source : program.sources()) {
      source.events().features().forEach(feature -> ownTexts[feature.column()] |= feature.text());
    }
    this.groups = new GroupSweeps(backfill, ownTexts);
  }

  /// The observations of one partition.
  ///
  /// @param lateDelays positive delays of the target's events in this partition
  /// @param targetEvents how many there are in all, of those known by as-of
  record Part(RowColumns rows, long[] lateDelays, long targetEvents) {
    /// Takes back the labels whose time had not fully come by as-of.
    void mature(long horizon, long lateness, long asOf) {
      long until = Outcomes.matureUntil(asOf, horizon, lateness);
      Outcomes.mature(rows.times, rows.labels, rows.reasons, 0, rows.size(), until);
    }
  }

  static long usualDelay(List<Part> parts) {
    long all = 0;
    int late = 0;
    for (Part part : parts) {
      all += part.targetEvents();
      late += part.lateDelays().length;
    }
    long[] delays = new long[late];
    int at = 0;
    for (Part part : parts) {
      System.arraycopy(part.lateDelays(), 0, delays, at, part.lateDelays().length);
      at += part.lateDelays().length;
    }
    return Outcomes.usualDelay(delays, all);
  }

  /// Where the rows of the key at hand lie in a source.
  private static final class Range {
    private final SortedEvents events;
    private int from;
    private int to;

    Range(SortedEvents events) {
      this.events = events;
    }

    /// Moves on to a key; keys come in ascending order.
    void seek(int key) {
      from = to;
      while (from < events.size() && events.key(from) < key) {
        from = events.endOfKey(from);
      }
      to = from < events.size() && events.key(from) == key ? events.endOfKey(from) : from;
    }
  }

  Part run(int partition) {
    late = 0;
    targetEvents = 0;
    RowColumns out = new RowColumns(program.row(), ownTexts);
    backfill.keySlices().forEach(partition, share, slice -> compute(slice, out));
    groups.fill(out);
    derive(out);
    return new Part(out, Arrays.copyOf(lateDelays, late), targetEvents);
  }

  /// Appends the observations of some keys.
  private void compute(KeySlices.Slice slice, RowColumns out) {
    Map<String, Range> ranges = new LinkedHashMap<>();
    backfill
        .sources()
        .forEach((name, records) -> {
          if (records.layout().program().spec().isOfPrimaryEntity()) {
            ranges.put(name, new Range(SortedEvents.load(records, slice.take(name))));
          }
        });
    ListedObservations listed = backfill.listed();
    if (listed != null) {
      listed(listed.sorted(slice.take(KeySlices.LISTED), needed), ranges, out);
    } else {
      gridded(ranges, out);
    }
    delays(ranges);
  }

  private void gridded(Map<String, Range> ranges, RowColumns out) {
    Range known = range(ranges, population.orElseThrow());
    SortedEvents rows = known.events;
    // What ends a state stands where events have the bits of their filters.
    int[] ended = populationEnds ? rows.ended() : new int[rows.size()];
    ensure(grid.length);
    int at = 0;
    while (at < rows.size()) {
      int key = rows.key(at);
      at = rows.endOfKey(at);
      ranges.values().forEach(range -> range.seek(key));
      long gone = until.map(name -> firstSeen(range(ranges, name))).orElse(Long.MAX_VALUE);
      int count = observer.observed(rows.times(), ended, known.from, known.to, gone, times);
      if (count > 0) {
        int first = observe(key, count, ranges, out);
        label(ranges, count, out, first);
      }
    }
  }

  private void listed(ListedObservations.Sorted sorted, Map<String, Range> ranges, RowColumns out) {
    int at = 0;
    while (at < sorted.keys().length) {
      int key = sorted.keys()[at];
      int end = at;
      while (end < sorted.keys().length && sorted.keys()[end] == key) {
        end++;
      }
      int count = end - at;
      ensure(count);
      System.arraycopy(sorted.times(), at, times, 0, count);
      ranges.values().forEach(range -> range.seek(key));
      int first = observe(key, count, ranges, out);
      sorted.fill(at, count, out, first);
      if (target.isPresent()) {
        label(ranges, count, out, first);
      } else {
        System.arraycopy(sorted.labels(), at, out.labels, first, count);
        KeyObserver.listed(out.labels, out.reasons, first, count);
      }
      if (until.isPresent()) {
        long gone = firstSeen(range(ranges, until.get()));
        KeyObserver.leave(gone, times, count, out.labels, out.reasons, first);
      }
      at = end;
    }
  }

  private static long firstSeen(Range range) {
    return Outcomes.firstSeen(range.events.times(), range.from, range.to);
  }

  /// Appends the rows of a key and fills their features.
  private int observe(int key, int count, Map<String, Range> ranges, RowColumns out) {
    int first = out.append(count);
    Arrays.fill(out.keys, first, first + count, key);
    System.arraycopy(times, 0, out.times, first, count);
    eventSweeps.forEach((name, sweep) -> {
      Range range = range(ranges, name);
      sweep.run(
          range.events.events(), range.from, range.to, times, count, out.numbers, out.texts, first);
    });
    stateSweeps.forEach((name, sweep) -> {
      Range range = range(ranges, name);
      sweep.newest(range.events, range.from, range.to, times, count, newest);
      sweep.fill(range.events, newest, times, count, out, first);
    });
    return first;
  }

  private void label(Map<String, Range> ranges, int count, RowColumns out, int first) {
    if (target.isEmpty()) {
      Arrays.fill(out.labels, first, first + count, Double.NaN);
      return;
    }
    EventTarget event = target.get();
    Range range = range(ranges, event.source());
    observer.begin(count);
    observer.hide(range.events.times(), range.from, range.to, times, count);
    if (until.isPresent() && !until.get().equals(event.source())) {
      Range leaving = range(ranges, until.get());
      observer.hide(leaving.events.times(), leaving.from, leaving.to, times, count);
    }
    observer.label(
        range.events.times(), range.from, range.to, times, count, out.labels, out.reasons, first);
  }

  private void derive(RowColumns out) {
    if (!program.derives()) {
      return;
    }
    Schema schema = program.row();
    boolean[] read = new boolean[schema.size()];
    for (Derived derived : program.derived()) {
      derived.expression().columns().forEach(column -> read[schema.require(column)] = true);
    }
    FeatureRow row = new FeatureRow(schema);
    for (int i = 0; i < out.size(); i++) {
      for (int c = 0; c < read.length; c++) {
        if (!read[c] || derivedColumns[c]) {
          continue;
        }
        switch (schema.field(c).type()) {
          case NUMBER -> row.number(c, out.numbers[c][i]);
          case TIME -> row.time(c, out.moments[c][i]);
          case TEXT -> row.text(c, ownTexts[c] ? out.texts[c][i] : text(c, out.codes[c][i]));
        }
      }
      program.derive(row, out.times[i]);
      for (Derived derived : program.derived()) {
        int c = derived.column();
        if (schema.field(c).type() == Type.TEXT) {
          out.texts[c][i] = row.text(c);
        } else {
          out.numbers[c][i] = row.number(c);
        }
      }
      if (program.observedAt() >= 0) {
        out.moments[program.observedAt()][i] = out.times[i];
      }
    }
  }

  private @Nullable String text(int column, int code) {
    dev.gnomon.data.Dictionary texts = backfill.dictionary(column);
    return texts == null ? null : texts.text(code);
  }

  private void delays(Map<String, Range> ranges) {
    if (target.isEmpty() || target.get().lateness().isPresent()) {
      return;
    }
    SortedEvents events = range(ranges, target.get().source()).events;
    for (int i = 0; i < events.size(); i++) {
      if (events.knownAts()[i] > asOf) {
        // What came later must not change which labels had come of age by then.
        continue;
      }
      targetEvents++;
      long delay = events.knownAts()[i] - events.eventTimes()[i];
      if (delay > 0) {
        if (late == lateDelays.length) {
          lateDelays = Arrays.copyOf(lateDelays, Math.max(64, late * 2));
        }
        lateDelays[late++] = delay;
      }
    }
  }

  private static Range range(Map<String, Range> ranges, String source) {
    Range range = ranges.get(source);
    if (range == null) {
      throw new IllegalStateException("source %s was not read".formatted(source));
    }
    return range;
  }

  private void ensure(int count) {
    if (times.length < count) {
      int capacity = Math.max(count, times.length * 2);
      times = new long[capacity];
      newest = new int[capacity];
    }
  }
}
