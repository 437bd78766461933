package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures.Ingested;
import dev.gnomon.features.OnlineFeatures.Kept;
import dev.gnomon.features.OnlineFeatures.Size;
import dev.gnomon.operators.EventColumns;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.operators.KeyEvent;
import dev.gnomon.operators.KeyState;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The state behind online features, in stripes by key, each with its lock.
public final class OnlineStore implements OnlineState {
  private static final int STRIPES = 256;

  private final FeatureProgram program;
  private final SourceProgram[] sources;
  private final Map<String, Integer> indexOf = new HashMap<>();
  private final RowIntake[] intakes;
  private final int[] groupOf;

  /// By group of entities: keys of different entities may read alike.
  private final Stripe[][] stripes;

  private final Workspaces workspaces;
  private final long history;
  private final AtomicLong newestArrival = new AtomicLong(Times.MISSING);
  private final AtomicLong keptFrom = new AtomicLong(Long.MAX_VALUE);

  public OnlineStore(FeatureProgram program, Duration history) {
    this.program = program;
    this.sources = program.sources().toArray(SourceProgram[]::new);
    this.history = ProgramCompiler.micros(history);
    this.intakes = new RowIntake[sources.length];
    for (int s = 0; s < sources.length; s++) {
      indexOf.put(sources[s].spec().name(), s);
      intakes[s] = new RowIntake(sources[s]);
    }
    this.workspaces = new Workspaces(sources);
    this.groupOf = new int[sources.length];
    for (int s = 0; s < sources.length; s++) {
      groupOf[s] = program.groupOf(sources[s].spec());
    }
    this.stripes = new Stripe[program.groups().size()][STRIPES];
    for (int i = 0; i < STRIPES; i++) {
      for (int g = 0; g < stripes.length; g++) {
        stripes[g][i] = new Stripe(sources, groupOf, g);
      }
    }
  }

  /// The keys of one lock. Arrays are by source; those of other groups are empty there.
  private static final class Stripe {
    private final Map<String, Object[]> keys = new HashMap<>();
    private final int[] members;

    /// The greatest event time by source.
    private final long[] newest;

    private final AtomicLong changes = new AtomicLong();

    Stripe(SourceProgram[] sources, int[] groupOf, int group) {
      this.members = IntStream.range(0, sources.length).filter(s -> groupOf[s] == group).toArray();
      this.newest = new long[sources.length];
      Arrays.fill(newest, Times.MISSING);
    }

    Object[] key(String key, SourceProgram[] sources) {
      return keys.computeIfAbsent(
          key,
          k -> {
            Object[] states = new Object[sources.length];
            for (int s : members) {
              states[s] =
                  sources[s].spec().kind() == SourceSpec.Kind.EVENTS
                      ? new KeyState(sources[s].events())
                      : new KeyStates(sources[s]);
            }
            return states;
          });
    }
  }

  @Override
  public boolean uses(String source) {
    return indexOf.containsKey(source);
  }

  @Override
  public long answerable() {
    long newest = newestArrival.get();
    return newest == Times.MISSING ? Times.MISSING : Math.min(newest - history, keptFrom.get());
  }

  /// Whatever the clock says, times from this one on stay answerable. For replays, which know what
  /// will be asked.
  void keepFrom(long at) {
    keptFrom.set(at);
  }

  /// The platform's clock stands at least here.
  void clock(long now) {
    newestArrival.accumulateAndGet(now, Math::max);
  }

  private Stripe stripe(String key) {
    return stripe(0, key);
  }

  private Stripe stripe(int group, String key) {
    int hash = key.hashCode();
    return stripes[group][(hash ^ hash >>> 16 ^ hash >>> 8) & (STRIPES - 1)];
  }

  @Override
  public Ingested ingest(String source, Row row, long arrivedAt) {
    newestArrival.accumulateAndGet(arrivedAt, Math::max);
    Integer index = indexOf.get(source);
    if (index == null) {
      if (!program.useCase().data().sources().containsKey(source)) {
        throw new IllegalArgumentException("no source '%s'".formatted(source));
      }
      return Ingested.LEFT_OUT;
    }
    if (!intakes[index].included(row)) {
      return Ingested.LEFT_OUT;
    }
    return take(index, row, arrivedAt);
  }

  @Override
  public Ingested replay(String source, Row row, long arrivedAt) {
    newestArrival.accumulateAndGet(arrivedAt, Math::max);
    Integer index = indexOf.get(source);
    return index == null ? Ingested.LEFT_OUT : take(index, row, arrivedAt);
  }

  /// @param unstated the known-at of a row that declares none; missing for the event time
  private Ingested take(int index, Row row, long unstated) {
    RowIntake intake = intakes[index];
    String key = intake.key(row);
    long at = intake.eventTime(row);
    long known = intake.knownAt(row, at, unstated);
    if (key == null || !intake.counts(key, at, known)) {
      return Ingested.LEFT_OUT;
    }
    long answerable = answerable();
    Stripe stripe = stripe(groupOf[index], key);
    KeyState.Outcome outcome;
    Workspaces.Workspace own = workspaces.take();
    synchronized (stripe) {
      stripe.changes.incrementAndGet();
      Object state = stripe.key(key, sources)[index];
      if (!sources[index].spec().isStatic()) {
        stripe.newest[index] = Math.max(stripe.newest[index], at);
      }
      if (state instanceof KeyState events) {
        KeyEvent event = own.incoming[index];
        intake.event(row, at, known, event, own.hash);
        outcome = events.add(event, own.readers[index], answerable);
      } else {
        outcome = ((KeyStates) state).add(intake.version(row, at, known), answerable);
      }
    }
    workspaces.giveBack(own);
    return switch (outcome) {
      case ADDED -> Ingested.ADDED;
      case REPEATED -> Ingested.REPEATED;
      case CONFLICT -> Ingested.CONFLICT;
    };
  }

  /// Folds the files of one source.
  public void load(SourceSpec source, SourceOpener opener, long now) {
    newestArrival.accumulateAndGet(now, Math::max);
    Integer index = indexOf.get(source.name());
    if (index == null) {
      return;
    }
    RecordLayout layout = new RecordLayout(sources[index]);
    try (TableScan scan = opener.open(source, layout.columns())) {
      Projected row = new Projected(sources[index].schema(), layout.columns());
      Optional<Table> batch = scan.next();
      while (batch.isPresent()) {
        row.over(batch.get());
        Optional<long[]> arrivals = scan.arrivals();
        for (int i = 0; i < batch.get().rows(); i++) {
          take(index, row.at(i), arrivals.isPresent() ? arrivals.get()[i] : Times.MISSING);
        }
        batch = scan.next();
      }
    }
  }

  /// Reads a scan of some columns as rows of the whole schema; the others are missing.
  static final class Projected implements Row {
    private final int[] places;
    private Table.@Nullable Cursor cursor;

    Projected(Schema schema, List<String> columns) {
      places = schema.names().stream().mapToInt(columns::indexOf).toArray();
    }

    void over(Table table) {
      cursor = table.cursor();
    }

    Projected at(int row) {
      current().at(row);
      return this;
    }

    private Table.Cursor current() {
      Table.Cursor now = cursor;
      if (now == null) {
        throw new IllegalStateException("no batch yet");
      }
      return now;
    }

    @Override
    public double number(int column) {
      return places[column] < 0 ? Double.NaN : current().number(places[column]);
    }

    @Override
    public @Nullable String text(int column) {
      return places[column] < 0 ? null : current().text(places[column]);
    }

    @Override
    public long time(int column) {
      return places[column] < 0 ? Times.MISSING : current().time(places[column]);
    }
  }

  @Override
  public boolean read(String key, long at, FeatureRow out, long until) {
    out.clear();
    boolean known = read(0, key, at, out);
    readOthers(key, at, out, until);
    program.derive(out, at);
    return known;
  }

  /// Shows every key with what is kept for it: per source a [KeyState] or [KeyStates], nothing for
  /// the sources of other groups. Rows may be taken in meanwhile, for keys shown before or later.
  void forEach(Visitor visitor) {
    for (int g = 0; g < stripes.length; g++) {
      for (Stripe stripe : stripes[g]) {
        synchronized (stripe) {
          for (Map.Entry<String, Object[]> one : stripe.keys.entrySet()) {
            visitor.key(g, one.getKey(), one.getValue());
          }
        }
      }
    }
  }

  /// Sees one key after the other, under its lock.
  interface Visitor {
    void key(int group, String key, Object[] states);
  }

  /// Fills the features of further entities, by the keys that the row holds. Derived features are
  /// left as they are.
  @Override
  public void readOthers(String key, long at, FeatureRow out, long until) {
    for (int g = 1; g < stripes.length; g++) {
      read(g, program.groups().get(g).key(key, out, program.row()), at, out);
    }
  }

  /// @param key null where the row holds none: then there are no events
  private boolean read(int group, @Nullable String key, long at, FeatureRow out) {
    Stripe stripe = stripe(group, key == null ? "" : key);
    Workspaces.Workspace own = workspaces.take();
    boolean known;
    synchronized (stripe) {
      Object[] states = key == null ? null : stripe.keys.get(key);
      known = states != null;
      if (states != null) {
        long seen = 0;
        for (int s : stripe.members) {
          seen += states[s] instanceof KeyState events ? events.touch() : 0;
        }
        own.touched = seen;
      }
      for (int s : stripe.members) {
        if (sources[s].spec().kind() == SourceSpec.Kind.EVENTS) {
          if (states == null) {
            own.readers[s].readNothing(at, out);
          } else {
            own.readers[s].read((KeyState) states[s], at, out);
          }
          continue;
        }
        for (SourceProgram.AttributeFeature attribute : sources[s].attributes()) {
          out.clear(attribute.column());
        }
        if (states != null) {
          ((KeyStates) states[s]).read(at, out);
        }
      }
    }
    workspaces.giveBack(own);
    return known;
  }

  /// The newest event time of a key in a source as of a time; missing for none, and for sources of
  /// further entities.
  @Override
  public long newest(String source, String key, long at) {
    Integer index = indexOf.get(source);
    if (index == null || groupOf[index] != 0) {
      return Times.MISSING;
    }
    Stripe stripe = stripe(key);
    synchronized (stripe) {
      Object[] states = stripe.keys.get(key);
      if (states == null) {
        return Times.MISSING;
      }
      if (states[index] instanceof KeyState events) {
        long newest = events.newest(at);
        return newest == EventColumns.ALWAYS ? Times.MISSING : newest;
      }
      return ((KeyStates) states[index]).newest(at);
    }
  }

  /// Whether any row of the key was ever taken in.
  @Override
  public boolean knows(String key) {
    Stripe stripe = stripe(key);
    synchronized (stripe) {
      return stripe.keys.containsKey(key);
    }
  }

  @Override
  public void erase(String entity, String key) {
    for (int g = 0; g < stripes.length; g++) {
      Predicate<String> of = program.groups().get(g).of(entity, key);
      for (Stripe stripe : stripes[g]) {
        synchronized (stripe) {
          if (stripe.keys.keySet().removeIf(of)) {
            stripe.changes.incrementAndGet();
          }
        }
      }
    }
  }

  /// A number that grows with every row taken in of this key or of those beside it.
  public long changes(String key) {
    return stripe(key).changes.get();
  }

  /// Computes what was served of events once more, by the engine of the back-fill from the events
  /// that are kept.
  ///
  /// @param served under the whole row
  /// @param before [#changes] before it was served: only if it is the same still is what was served
  ///   compared; otherwise what a read gives now
  public LiveCheck check(String key, long at, FeatureRow served, long before) {
    FeatureRow now = new FeatureRow(program.row());
    LiveCheck.Counts counts = new LiveCheck.Counts();
    Workspaces.Workspace workspace = workspaces.take();
    for (int g = 0; g < stripes.length; g++) {
      String own = program.groups().get(g).key(key, served, program.row());
      if (own == null) {
        continue;
      }
      Stripe stripe = stripe(g, own);
      synchronized (stripe) {
        Object[] states = stripe.keys.get(own);
        boolean unchanged = g == 0 && stripe.changes.get() == before;
        for (int s : stripe.members) {
          if (states != null && states[s] instanceof KeyState events) {
            workspace.readers[s].read(events, at, now);
            FeatureRow compared = unchanged ? served : now;
            counts.compare(sources[s].events(), events, at, compared, served);
          }
        }
      }
    }
    workspaces.giveBack(workspace);
    return counts.sum();
  }

  /// Shows what is kept of the events behind one column of the row; nothing for other columns.
  ///
  /// @param row as it was read
  public void explain(String key, long at, int column, FeatureRow row, KeyState.Visitor visitor) {
    for (int s = 0; s < sources.length; s++) {
      for (EventProgram.Feature feature : sources[s].events().features()) {
        String own =
            feature.column() == column
                ? program.groups().get(groupOf[s]).key(key, row, program.row())
                : null;
        if (own == null) {
          continue;
        }
        Stripe stripe = stripe(groupOf[s], own);
        synchronized (stripe) {
          Object[] states = stripe.keys.get(own);
          if (states != null && states[s] instanceof KeyState events) {
            events.explain(feature, at, visitor);
          }
        }
      }
    }
  }

  /// Evaluates what follows from the rest of the row, after values in it were replaced.
  @Override
  public void derive(FeatureRow row, long at) {
    program.derive(row, at);
  }

  @Override
  public Size size() {
    long keys = 0;
    long events = 0;
    long rows = 0;
    for (Stripe[] group : stripes) {
      for (Stripe stripe : group) {
        synchronized (stripe) {
          keys += stripe.keys.size();
          for (Object[] states : stripe.keys.values()) {
            for (int s : stripe.members) {
              if (states[s] instanceof KeyState some) {
                events += some.size();
              } else {
                rows += ((KeyStates) states[s]).size();
              }
            }
          }
        }
      }
    }
    return new Size(keys, events, rows);
  }

  @Override
  public void close() {}

  public Map<String, Kept> kept() {
    long[] keys = new long[sources.length];
    long[] events = new long[sources.length];
    long[] newest = new long[sources.length];
    Arrays.fill(newest, Times.MISSING);
    for (Stripe[] group : stripes) {
      for (Stripe stripe : group) {
        synchronized (stripe) {
          for (int s : stripe.members) {
            newest[s] = Math.max(newest[s], stripe.newest[s]);
          }
          for (Object[] states : stripe.keys.values()) {
            for (int s : stripe.members) {
              int size =
                  states[s] instanceof KeyState some ? some.size() : ((KeyStates) states[s]).size();
              keys[s] += size > 0 ? 1 : 0;
              events[s] += size;
            }
          }
        }
      }
    }
    Map<String, Kept> kept = new HashMap<>();
    for (int s = 0; s < sources.length; s++) {
      kept.put(sources[s].spec().name(), new Kept(keys[s], events[s], newest[s]));
    }
    return Map.copyOf(kept);
  }
}
