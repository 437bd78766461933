package dev.gnomon.features;

import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.internal.ArrivedRows;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.features.internal.LiveCheck;
import dev.gnomon.features.internal.OnlineState;
import dev.gnomon.features.internal.OnlineStore;
import dev.gnomon.features.internal.SharedStore;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The features of every key as of now or a little earlier, kept up to date event by event: the
/// same operators as the back-fill, in the same process.
///
/// For the same known events a read gives the same bits as the back-fill. How far back a read may
/// lie is stated at the start; what no answerable time can need is let go when the key is next
/// written to. Safe for use by any number of threads; two keys rarely wait for one another.
///
/// Memory: 20 bytes per retained event of a key, 8 more per column that operators look at and 16
/// for an id; of states, usually one row. Nothing is stored on disk: after a start [#load] folds
/// the source files, and whoever keeps the log replays it.
public final class OnlineFeatures implements AutoCloseable {
  private final FeaturePlan plan;
  private final OnlineState store;

  /// What came of a row.
  public enum Ingested {
    /// It counts from now on (or is known to be of no more use).
    ADDED,
    /// The id is known with the same content: nothing changed.
    REPEATED,
    /// The id is known with other content: nothing changed, and the sender should hear of it.
    CONFLICT,
    /// Without key or time, or excluded by the source's `where`: it counts for nobody.
    LEFT_OUT
  }

  /// @param history how far before the newest arrival a read may lie
  public OnlineFeatures(FeaturePlan plan, Duration history) {
    this.plan = plan;
    this.store = new OnlineStore(FeatureProgram.compile(plan.useCase(), plan.schemas()), history);
  }

  private OnlineFeatures(FeaturePlan plan, OnlineState store) {
    this.plan = plan;
    this.store = store;
  }

  /// Features whose state several nodes share. Rows come in by the logs that [#follow] names;
  /// [#ingest] does nothing, and can't tell of repeated ids: the first row of an id counts.
  ///
  /// Reads throw [StoreUnavailable] while the store is away, slow or not filled.
  public static OnlineFeatures shared(FeaturePlan plan, Duration history, SharedSettings settings) {
    return new OnlineFeatures(
        plan,
        new SharedStore(FeatureProgram.compile(plan.useCase(), plan.schemas()), history, settings));
  }

  /// Whether the state is shared with other nodes.
  public boolean isShared() {
    return store instanceof SharedStore;
  }

  /// Brings in what the log of a source holds, and what is added to it; only for shared state.
  ///
  /// @param directory of the log
  /// @param forced everything in the log below that position is on disk
  public void follow(SourceSpec source, Schema schema, Path directory, LongSupplier forced) {
    if (store instanceof SharedStore shared) {
      shared.follow(source.name(), new LogRows(source, schema, directory, forced));
    }
  }

  /// Begins to follow the logs and to answer; only for shared state.
  public void start() {
    if (store instanceof SharedStore shared) {
      shared.start();
    }
  }

  /// Waits, for about as long as a read may take, until a place of a log is seen by reads.
  public void await(String source, long position) {
    if (store instanceof SharedStore shared) {
      shared.await(source, position);
    }
  }

  /// Why reads throw [StoreUnavailable] at present, if they do.
  public Optional<String> trouble() {
    return store instanceof SharedStore shared ? shared.trouble() : Optional.empty();
  }

  /// How reads of shared state go; empty where the state is in this process.
  public Optional<StoreReadings> store() {
    return store instanceof SharedStore shared ? Optional.of(shared.readings()) : Optional.empty();
  }

  @Override
  public void close() {
    store.close();
  }

  private record LogRows(SourceSpec source, Schema schema, Path directory, LongSupplier upTo)
      implements ArrivedRows {
    @Override
    public long forced() {
      return upTo.getAsLong();
    }

    @Override
    public Cursor between(long from, long to) {
      PostedRows rows = new PostedRows(source, schema, directory, from, to);
      return new Cursor() {
        @Override
        public boolean next() {
          return rows.next();
        }

        @Override
        public Row row() {
          return rows.row();
        }

        @Override
        public long arrival() {
          return rows.arrival();
        }

        @Override
        public long position() {
          return rows.position();
        }

        @Override
        public void close() {
          rows.close();
        }
      };
    }
  }

  public FeaturePlan plan() {
    return plan;
  }

  /// Takes one row in. Its known-at is the declared column, else the arrival.
  ///
  /// @param row under `plan().schemas().get(source)`, computed columns included
  /// @param arrivedAt the platform's clock, microseconds: it alone decides what may be let go, so
  ///   that a sender's wrong clock can't
  /// @throws IllegalArgumentException if there is no such source
  public Ingested ingest(String source, Row row, long arrivedAt) {
    return store.ingest(source, row, arrivedAt);
  }

  /// Takes in a row that a source's reader gave, so that its `where` holds already.
  ///
  /// @param row under `plan().schemas().get(source)`; columns that no feature needs may be missing
  /// @param arrivedAt as for [#ingest]; `Times.MISSING` for rows that were always there
  public Ingested replay(String source, Row row, long arrivedAt) {
    return store.replay(source, row, arrivedAt);
  }

  /// Whether any feature looks at this source; rows of others need not be ingested.
  public boolean uses(String source) {
    return store.uses(source);
  }

  /// Folds the source files. Rows without a declared known-at count as known at their event time.
  ///
  /// @param now the platform's clock, microseconds
  public void load(SourceOpener opener, long now) {
    load(opener, "", now);
  }

  /// As above. Shared state is folded once for all nodes, after [#start], and again by a node that
  /// starts with other files.
  ///
  /// @param origin tells these files from others
  public void load(SourceOpener opener, String origin, long now) {
    switch (store) {
      case SharedStore shared -> shared.load(opener, origin, now);
      case OnlineStore own -> {
        for (SourceSpec source : plan.useCase().data().sources().values()) {
          if (own.uses(source.name())) {
            own.load(source, opener, now);
          }
        }
      }
    }
  }

  /// Fills all features of a key, derived ones included. A key never met has the values of no
  /// events.
  ///
  /// @param atMicros the observation time
  /// @return whether anything was ever taken in for the key
  /// @throws Refusal if that lies before what is kept
  /// @throws StoreUnavailable when shared state can't be had now
  public boolean read(String key, long atMicros, FeatureRow out) {
    return read(key, atMicros, out, OnlineState.USUAL);
  }

  /// As above, with an end to the time that a shared state may take.
  ///
  /// @param untilNanos by `System::nanoTime`; not looked at where the state is in this process
  public boolean read(String key, long atMicros, FeatureRow out, long untilNanos) {
    long oldest = store.answerable();
    if (atMicros < oldest) {
      throw new Refusal(
          "at",
          "%s lies before the retained state".formatted(Times.instant(atMicros)),
          "a time from %s on".formatted(Times.instant(oldest)));
    }
    return store.read(key, atMicros, out, untilNanos);
  }

  /// Fills the features of further entities again, by the keys that the row holds now, after values
  /// of the row were replaced. Derived features are left as they are.
  public void readOthers(String key, long atMicros, FeatureRow row) {
    store.readOthers(key, atMicros, row, OnlineState.USUAL);
  }

  /// As above, with an end to the time that a shared state may take.
  public void readOthers(String key, long atMicros, FeatureRow row, long untilNanos) {
    store.readOthers(key, atMicros, row, untilNanos);
  }

  /// Whether anything was ever taken in for the key.
  public boolean knows(String key) {
    return store.knows(key);
  }

  /// The event time of the newest row of a key in a source that a time sees; `Times.MISSING` if
  /// there is none, its newest row is a deletion, or no feature looks at the source. Sources of
  /// further entities have keys of their own: theirs is missing too.
  ///
  /// @param atMicros within what is kept, as for [#read]
  public long newest(String source, String key, long atMicros) {
    return store.newest(source, key, atMicros);
  }

  /// A number that changes whenever a row of this key (or of one beside it) was taken in.
  public long changes(String key) {
    return store instanceof OnlineStore own ? own.changes(key) : 0;
  }

  /// What a check of served features by the other engine found.
  ///
  /// @param values how many were compared
  /// @param compacted how many could not be, since tiles stand for some of their events
  /// @param differing the names of the features that are not the same bits
  public record Checked(long values, long compacted, List<String> differing) {
    public Checked {
      differing = List.copyOf(differing);
    }
  }

  /// Computes what was served of events once more, by the engine of the back-fill from the events
  /// kept in memory, and compares every bit. Proves that the two engines agree on the same events
  /// and that what was served is what they say; not that the events are those of the log, which
  /// [FeatureVerification] proves.
  ///
  /// @param before [#changes] before it was served: where rows came in since, what a read gives now
  ///   is compared in place of what was served
  public Checked check(String key, long atMicros, FeatureRow served, long before) {
    if (!(store instanceof OnlineStore own)) {
      return new Checked(0, 0, List.of());
    }
    LiveCheck found = own.check(key, atMicros, served, before);
    return new Checked(found.values(), found.compacted(), found.differing());
  }

  /// What is kept in memory of the events behind one feature: those that count, the newest first,
  /// and the tiles that stand for older ones. The events of a shared store are not shown.
  ///
  /// @param feature its name in the row of the plan
  /// @throws Refusal if the time lies before what is kept
  public FeatureExplanation explain(String key, long atMicros, String feature) {
    FeatureRow row = new FeatureRow(plan.row());
    read(key, atMicros, row);
    return RetainedEvents.explain(plan, store, key, atMicros, feature, row);
  }

  /// Evaluates the derived features again, after values of the row were replaced.
  public void derive(FeatureRow row, long atMicros) {
    store.derive(row, atMicros);
  }

  /// The oldest time a read may ask for, microseconds; `Times.MISSING` before any arrival.
  public long answerableFrom() {
    return store.answerable();
  }

  /// Forgets everything of a key of an entity. What is taken in afterwards begins anew.
  ///
  /// @throws StoreUnavailable when shared state can't be had now
  public void erase(String entity, String key) {
    store.erase(entity, key);
  }

  /// The other nodes that write to the state; nobody where it is in this process.
  ///
  /// @throws StoreUnavailable when shared state can't be had now
  public List<String> sharedWith() {
    return store instanceof SharedStore shared ? shared.others() : List.of();
  }

  /// How many keys are known, and how many events and rows are kept for them.
  public Size size() {
    return store.size();
  }

  public record Size(long keys, long events, long rows) {}

  /// What is kept of each source, by name; looks at every key. Empty where several nodes share the
  /// state: none of them holds it.
  public Map<String, Kept> kept() {
    return store instanceof OnlineStore own ? own.kept() : Map.of();
  }

  /// What is kept of one source.
  ///
  /// @param keys that have anything of it
  /// @param events kept one by one or in tiles
  /// @param newest the greatest event time ever taken in, microseconds; `Times.MISSING` before any
  public record Kept(long keys, long events, long newest) {}
}
