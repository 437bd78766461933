package dev.gnomon.features;

import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.features.internal.OnlineStore;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Times;
import java.time.Duration;

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
public final class OnlineFeatures {
  private final FeaturePlan plan;
  private final OnlineStore store;

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
    for (SourceSpec source : plan.useCase().data().sources().values()) {
      if (store.uses(source.name())) {
        store.load(source, opener, now);
      }
    }
  }

  /// Fills all features of a key, derived ones included. A key never met has the values of no
  /// events.
  ///
  /// @param atMicros the observation time
  /// @throws Refusal if that lies before what is kept
  public void read(String key, long atMicros, FeatureRow out) {
    long oldest = store.answerable();
    if (atMicros < oldest) {
      throw new Refusal(
          "at",
          "%s lies before the retained state".formatted(Times.instant(atMicros)),
          "a time from %s on".formatted(Times.instant(oldest)));
    }
    store.read(key, atMicros, out);
  }

  /// Fills the features of further entities again, by the keys that the row holds now, after values
  /// of the row were replaced. Derived features are left as they are.
  public void readOthers(String key, long atMicros, FeatureRow row) {
    store.readOthers(key, atMicros, row);
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

  /// Evaluates the derived features again, after values of the row were replaced.
  public void derive(FeatureRow row, long atMicros) {
    store.derive(row, atMicros);
  }

  /// The oldest time a read may ask for, microseconds; `Times.MISSING` before any arrival.
  public long answerableFrom() {
    return store.answerable();
  }

  /// How many keys are known, and how many events and rows are kept for them.
  public Size size() {
    return store.size();
  }

  public record Size(long keys, long events, long rows) {}
}
