package dev.gnomon.serving;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.ArrivalChecks;
import dev.gnomon.features.StoreReadings;
import dev.gnomon.models.Decision;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Decides for one use case: features, model, policy, limits, hold-out, record; in that order, and
/// always with an answer.
///
/// An answer is given only once its record is in the log. Without a version, or when the model
/// fails on a row, the fallback rules decide and the answer says so. Safe for use by several
/// threads.
public final class DecisionService {
  /// How many recent idempotency ids of callers are remembered.
  static final int REMEMBERED_IDS = 200_000;

  private static final int REASONS = 5;

  private final UseCase useCase;
  private final Schema row;
  private final FeatureSource features;
  private final DecisionLog log;
  private final InstantSource clock;
  private final Fallback fallback;
  private final Limits limits;
  private final InputChecks inputChecks;
  private final Versions versions;
  private final long deadlineNanos;
  private final LongSupplier nanos;
  private final LongAdder stale = new LongAdder();
  private final LongAdder warmed = new LongAdder();
  private final DecisionCounts counts = new DecisionCounts();
  private final ThreadLocal<Deciding> scratch;
  private final NavigableMap<Long, Schema> schemas = new TreeMap<>();
  private final RememberedIds ids = new RememberedIds(REMEMBERED_IDS);

  /// Rebuilds limits and idempotency from the log.
  ///
  /// @param row the schema of the feature rows
  /// @param nanos a clock for deadlines and pauses, such as `System::nanoTime`
  /// @param modelFailed told when a model throws; the caller still gets an answer
  public DecisionService(
      UseCase useCase,
      Schema row,
      FeatureSource features,
      DecisionLog log,
      InstantSource clock,
      LongSupplier nanos,
      Consumer<RuntimeException> modelFailed)
      throws IOException {
    this.useCase = useCase;
    this.row = row;
    this.features = features;
    this.log = log;
    this.clock = clock;
    this.nanos = nanos;
    this.deadlineNanos = useCase.production().serving().deadline().toNanos();
    this.versions = new Versions(useCase, row, modelFailed, nanos);
    this.inputChecks = new InputChecks(useCase, row);
    this.fallback =
        new Fallback(
            useCase.production(),
            useCase.problem().costs(),
            useCase.frame().task().isNumber() ? Double.NaN : 0,
            row);
    this.limits =
        new Limits(useCase.problem().repeat(), useCase.problem().constraints().capacity());
    this.scratch = ThreadLocal.withInitial(() -> new Deciding(row));
    log.forEachSchema(schemas::put);
    log.forEach(record -> {
      record.requestId().ifPresent(id -> ids.put(id, record.position()));
      if (took(record)) {
        limits.replay(record.key(), record.at());
      }
    });
  }

  public UseCase useCase() {
    return useCase;
  }

  /// The version that decides, if any.
  public Optional<LiveVersion> live() {
    return Optional.ofNullable(versions.champion());
  }

  /// A version that is in memory, by the hash of its bundle.
  public Optional<LiveVersion> loaded(String bundleHash) {
    return versions.loaded(bundleHash);
  }

  /// From the next request on this version decides: a pointer swap. The one before it is kept, to
  /// decide where this one fails, and to be gone back to.
  ///
  /// @throws IllegalArgumentException when it was made for other features
  public void install(LiveVersion version) {
    requireFits(version);
    versions.champion(version);
  }

  /// Keeps a version that decided before a restart, as [#install] does with the one before.
  ///
  /// @throws IllegalArgumentException when it was made for other features
  public void keep(LiveVersion previous) {
    requireFits(previous);
    versions.previous(previous);
  }

  /// The version that scores first, where `production.serving.hybrid` says so; empty for none any
  /// more.
  ///
  /// @throws IllegalArgumentException when it was made for other features
  public void installFast(Optional<LiveVersion> version) {
    version.ifPresent(this::requireFits);
    versions.fast(version.orElse(null));
  }

  /// The fast version, if there is one.
  public Optional<LiveVersion> fast() {
    return Optional.ofNullable(versions.fast());
  }

  /// @throws IllegalArgumentException when it was made for other features
  void requireFits(LiveVersion version) {
    if (!version.bundle().manifest().row().fields().equals(row.fields())) {
      throw new IllegalArgumentException(
          "version %d of %s was made for other features than the use-case file states now"
              .formatted(version.version(), useCase.name()));
    }
  }

  /// Decides the recorded requests of a version over and over, so that the first real one does not
  /// wait for code to be loaded and compiled. Logs nothing and counts in no limit.
  ///
  /// @param atMost how long
  /// @return how many decisions were made
  public long warm(LiveVersion version, Duration atMost) {
    requireFits(version);
    WarmUp.Done done = WarmUp.of(useCase.name(), version, row, atMost, nanos);
    warmed.add(done.decisions());
    return done.decisions();
  }

  /// Decides once and logs it. The features in the answer are this thread's own and stay only until
  /// its next decision.
  ///
  /// @throws dev.gnomon.core.BadInput for inputs that the use case does not know
  /// @throws ChecksFailed for inputs that fail a check with `on-failure: block`
  /// @throws FeatureSource.TooOld when the time lies before what is kept
  /// @throws UncheckedIOException when the record can't be kept (a full disk): then nothing was
  ///   decided
  public Decided decide(DecideRequest request) {
    return decide(request, null);
  }

  /// As above.
  ///
  /// @param stages filled with where the time went; null when nobody asks
  public Decided decide(DecideRequest request, @Nullable Stages stages) {
    if (request.id().isPresent()) {
      Optional<Decided> before = repeated(request.id().get(), request.explain());
      if (before.isPresent()) {
        return before.get();
      }
    }
    Deciding own = scratch.get();
    long now = Times.micros(clock.instant());
    long at = request.at().orElse(now);
    own.begin();
    if (stages != null) {
      stages.begin();
    }
    read(request, at, own);
    if (stages != null) {
      stages.read();
    }
    boolean away = own.cause == DecisionRecord.Cause.FEATURES_AWAY;
    if (!inputChecks.pass(request.inputs(), own.row) && !away) {
      own.cause = DecisionRecord.Cause.INPUT_CHECK;
    }
    // A model would take a key that can't be looked up for one that never did anything.
    if (!away) {
      versions.decide(request, own, now);
    }
    DecisionRecord record = record(request, own, at, now);
    if (stages != null) {
      stages.scored();
    }
    long position = append(record);
    if (stages != null) {
      stages.logged();
    }
    return decided(position, record.placed(position), request.explain() ? own.by : null, own.row);
  }

  /// @param version null when nothing is to be explained
  private Decided decided(
      long position, DecisionRecord record, @Nullable LiveVersion version, Row features) {
    PredictionId id = new PredictionId(useCase.name(), position);
    if (version == null || record.version() != version.version()) {
      return new Decided(id, record, List.of(), Optional.empty());
    }
    return new Decided(
        id,
        record,
        version.scoring().reasons(features, REASONS),
        Optional.of(version.explainer().explain(features, record.score(), record.yes())));
  }

  /// Fills the row and says what is wrong with it.
  private void read(DecideRequest request, long at, Deciding own) {
    try {
      FeatureSource.Found found =
          features.read(request.key(), at, request.inputs(), own.row, until(request));
      if (found.age() > 0) {
        own.cause = DecisionRecord.Cause.STALE_FEATURES;
        own.featuresAge = found.age();
        stale.increment();
      } else if (!found.known()) {
        own.cause = DecisionRecord.Cause.UNKNOWN_KEY;
      }
    } catch (FeatureSource.Unavailable e) {
      own.cause = DecisionRecord.Cause.FEATURES_AWAY;
    }
  }

  /// When waiting for features must end. A fifth of the time is left for the decision itself.
  private long until(DecideRequest request) {
    if (!features.remote()) {
      return FeatureSource.USUAL;
    }
    long time = Math.min(deadlineNanos, request.within().orElse(Long.MAX_VALUE));
    return nanos.getAsLong() + Math.max(0, time) / 5 * 4;
  }

  /// The position of the record, or of the one that another thread appended meanwhile for the same
  /// id.
  private long append(DecisionRecord record) {
    boolean kept = false;
    try {
      if (record.requestId().isEmpty()) {
        long position = log.append(record);
        kept = true;
        return position;
      }
      synchronized (ids) {
        Long before = ids.get(record.requestId().get());
        // Unless it was erased since: then nothing is known of the request any more.
        if (before != null && prediction(before, false).isPresent()) {
          return before;
        }
        long position = log.append(record);
        ids.put(record.requestId().get(), position);
        kept = true;
        return position;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (kept) {
        counts.made(record.variant(), record.cause());
      } else if (took(record)) {
        limits.release(record.key(), record.at());
      }
    }
  }

  /// Whether a decision counts in the limits.
  private static boolean took(DecisionRecord record) {
    return record.act() && (record.yes() || record.variant() == DecisionRecord.Variant.HOLD_OUT);
  }

  private DecisionRecord record(DecideRequest request, Deciding own, long at, long now) {
    double[] costs = new double[4];
    boolean act;
    boolean review = false;
    double score;
    double threshold;
    Decision.Band band;
    LiveVersion by = own.by;
    if (by != null) {
      Deciding.costs(by, own.row, costs);
      act = own.decision.acts();
      review = own.decision.review();
      score = own.decision.score();
      threshold = own.decision.threshold();
      band = own.decision.band();
    } else {
      fallback.costs(own.row, costs);
      score = fallback.score(own.row);
      boolean number = useCase.frame().task().isNumber();
      act = !number && Fallback.acts(score, costs);
      threshold = Double.NaN;
      band = number ? Decision.Band.NONE : act ? Decision.Band.MEDIUM : Decision.Band.LOW;
    }
    boolean yes = act;
    DecisionRecord.Variant variant = own.variant;
    DecisionRecord.Cause cause = own.cause;
    if (act) {
      DecisionRecord.Cause limit = limits.take(request.key(), at);
      if (limit != DecisionRecord.Cause.NONE) {
        yes = false;
        // An answer that is worse than promised says so first, whatever else stood in its way.
        cause = cause.degraded() ? cause : limit;
      } else if (by != null
          && Assignment.unit(useCase.name() + "/hold-out", request.key())
              < useCase.production().holdOut()) {
        yes = false;
        variant = DecisionRecord.Variant.HOLD_OUT;
      }
    }
    double expected =
        review
            ? own.decision.expectedCost()
            : yes
                ? score * costs[0] + (1 - score) * costs[1]
                : score * costs[2] + (1 - score) * costs[3];
    return new DecisionRecord(
        0,
        request.key(),
        at,
        now,
        request.id(),
        score,
        act,
        yes,
        variant,
        cause,
        band,
        by == null ? 0 : by.version(),
        threshold,
        expected,
        costs,
        own.row,
        review,
        own.featuresAge,
        own.cached);
  }

  /// How versions, features and cache fare.
  ///
  /// @param store of the features, if it is outside of this process
  ServingReadings readings(Optional<StoreReadings> store, Optional<LastGood> lastGood) {
    Optional<ScoreCache> cache = versions.cache();
    return new ServingReadings(
        store,
        versions.readings(),
        stale.sum(),
        lastGood.map(LastGood::keys).orElse(0),
        cache.map(ScoreCache::hits).orElse(0L),
        cache.map(ScoreCache::misses).orElse(0L),
        cache.map(ScoreCache::size).orElse(0),
        versions.fastDecided(),
        versions.accurateDecided(),
        warmed.sum());
  }

  /// Forgets what is remembered of a key beside the log.
  void forget(String key) {
    limits.forget(key);
    versions.cache().ifPresent(ScoreCache::clear);
  }

  /// How many decisions were made since the start.
  public DecisionCounts counts() {
    return counts;
  }

  /// Where the checks of inputs stand.
  public List<ArrivalChecks.Reading> inputChecks() {
    return inputChecks.readings();
  }

  /// Before this offset of a partition of a stream lie decisions that are not remembered any more.
  long forgotten(String topicId, int partition) {
    synchronized (ids) {
      return ids.forgotten(topicId, partition);
    }
  }

  private Optional<Decided> repeated(String id, boolean explain) {
    Long position;
    synchronized (ids) {
      position = ids.get(id);
    }
    return position == null ? Optional.empty() : prediction(position, explain);
  }

  /// A decision made before.
  ///
  /// @param explain whether to say why; only for a version that can decide now
  public Optional<Decided> prediction(long position, boolean explain) {
    try {
      return log.at(position, this::schemaAt)
          .map(record ->
              decided(
                  position,
                  record,
                  explain && record.features().schema().equals(row)
                      ? versions.numbered(record.version())
                      : null,
                  record.features()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Schema schemaAt(long position) {
    Map.Entry<Long, Schema> entry = schemas.floorEntry(position);
    if (entry == null) {
      throw new IllegalArgumentException("no schema before position " + position);
    }
    return entry.getValue();
  }
}
