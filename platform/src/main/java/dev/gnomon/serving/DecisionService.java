package dev.gnomon.serving;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.ArrivalChecks;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.models.Decision;
import dev.gnomon.models.Policy;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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
  private final Consumer<RuntimeException> modelFailed;
  private final AtomicReference<@Nullable LiveVersion> live = new AtomicReference<>();
  private final ThreadLocal<Scratch> scratch;
  private final NavigableMap<Long, Schema> schemas = new TreeMap<>();
  private final RememberedIds ids = new RememberedIds(REMEMBERED_IDS);

  /// Rebuilds limits and idempotency from the log.
  ///
  /// @param row the schema of the feature rows
  /// @param modelFailed told when a model throws; the caller still gets an answer
  public DecisionService(
      UseCase useCase,
      Schema row,
      FeatureSource features,
      DecisionLog log,
      InstantSource clock,
      Consumer<RuntimeException> modelFailed)
      throws IOException {
    this.useCase = useCase;
    this.row = row;
    this.features = features;
    this.log = log;
    this.clock = clock;
    this.modelFailed = modelFailed;
    this.inputChecks = new InputChecks(useCase, row);
    this.fallback =
        new Fallback(
            useCase.production(),
            useCase.problem().costs(),
            useCase.frame().task().isNumber() ? Double.NaN : 0,
            row);
    this.limits =
        new Limits(useCase.problem().repeat(), useCase.problem().constraints().capacity());
    this.scratch = ThreadLocal.withInitial(() -> new Scratch(row));
    log.forEachSchema(schemas::put);
    log.forEach(record -> {
      record.requestId().ifPresent(id -> ids.put(id, record.position()));
      if (record.act()
          && record.cause() != DecisionRecord.Cause.REPEAT
          && record.cause() != DecisionRecord.Cause.CAPACITY) {
        limits.replay(record.key(), record.at());
      }
    });
  }

  private static final class Scratch {
    final FeatureRow row;
    final Decision decision = new Decision();

    Scratch(Schema schema) {
      row = new FeatureRow(schema);
    }
  }

  public UseCase useCase() {
    return useCase;
  }

  /// The version that decides, if any.
  public Optional<LiveVersion> live() {
    return Optional.ofNullable(live.get());
  }

  /// From the next request on this version decides: a pointer swap.
  ///
  /// @throws IllegalArgumentException when it was made for other features
  public void install(LiveVersion version) {
    if (!version.bundle().manifest().row().fields().equals(row.fields())) {
      throw new IllegalArgumentException(
          "version %d of %s was made for other features than the use-case file states now"
              .formatted(version.version(), useCase.name()));
    }
    live.set(version);
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
    if (request.id().isPresent()) {
      Optional<Decided> before = repeated(request.id().get(), request.explain());
      if (before.isPresent()) {
        return before.get();
      }
    }
    Scratch own = scratch.get();
    long now = Times.micros(clock.instant());
    long at = request.at().orElse(now);
    own.row.clear();
    DecisionRecord.Cause cause = read(request, at, own);
    if (!inputChecks.pass(request.inputs(), own.row)
        && cause != DecisionRecord.Cause.FEATURES_AWAY) {
      cause = DecisionRecord.Cause.INPUT_CHECK;
    }
    // A model would take a key that can't be looked up for one that never did anything.
    LiveVersion version = cause == DecisionRecord.Cause.FEATURES_AWAY ? null : live.get();
    DecisionRecord record = decide(request, own, at, now, cause, version);
    long position;
    try {
      position = append(record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return decided(position, at(record, position), request.explain() ? version : null, own.row);
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

  /// Fills the row; answers what is wrong with it.
  private DecisionRecord.Cause read(DecideRequest request, long at, Scratch own) {
    try {
      return features.read(request.key(), at, request.inputs(), own.row)
          ? DecisionRecord.Cause.NONE
          : DecisionRecord.Cause.UNKNOWN_KEY;
    } catch (FeatureSource.Unavailable e) {
      return DecisionRecord.Cause.FEATURES_AWAY;
    }
  }

  /// The position of the record, or of the one that another thread appended meanwhile for the same
  /// id.
  private long append(DecisionRecord record) throws IOException {
    if (record.requestId().isEmpty()) {
      return log.append(record);
    }
    synchronized (ids) {
      Long before = ids.get(record.requestId().get());
      if (before != null) {
        return before;
      }
      long position = log.append(record);
      ids.put(record.requestId().get(), position);
      return position;
    }
  }

  private DecisionRecord decide(
      DecideRequest request,
      Scratch own,
      long at,
      long now,
      DecisionRecord.Cause before,
      @Nullable LiveVersion version) {
    double[] costs = new double[4];
    boolean act;
    boolean review = false;
    double score;
    double threshold;
    Decision.Band band;
    DecisionRecord.Cause cause = before;
    int decidedBy = version == null ? 0 : version.version();
    if (version != null) {
      try {
        version.scoring().decide(own.row, own.decision);
      } catch (RuntimeException e) {
        modelFailed.accept(e);
        decidedBy = 0;
        cause = DecisionRecord.Cause.MODEL_FAILED;
      }
    } else if (cause != DecisionRecord.Cause.FEATURES_AWAY) {
      cause = DecisionRecord.Cause.NO_VERSION;
    }
    if (version != null && decidedBy != 0) {
      Policy policy = version.bundle().policy();
      costs[0] = policy.cost(true, true, own.row);
      costs[1] = policy.cost(true, false, own.row);
      costs[2] = policy.cost(false, true, own.row);
      costs[3] = policy.cost(false, false, own.row);
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
    DecisionRecord.Variant variant =
        decidedBy == 0 ? DecisionRecord.Variant.FALLBACK : DecisionRecord.Variant.CHAMPION;
    if (act) {
      DecisionRecord.Cause limit = limits.take(request.key(), at);
      if (limit != DecisionRecord.Cause.NONE) {
        yes = false;
        cause = limit;
      } else if (variant == DecisionRecord.Variant.CHAMPION
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
        decidedBy,
        threshold,
        expected,
        costs,
        own.row,
        review);
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
  /// @param explain whether to say why; only for the version that decides now
  public Optional<Decided> prediction(long position, boolean explain) {
    try {
      return log.at(position, this::schemaAt)
          .map(record ->
              decided(
                  position,
                  record,
                  explain && record.features().schema().equals(row) ? live.get() : null,
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

  private static DecisionRecord at(DecisionRecord record, long position) {
    return new DecisionRecord(
        position,
        record.key(),
        record.at(),
        record.madeAt(),
        record.requestId(),
        record.score(),
        record.act(),
        record.yes(),
        record.variant(),
        record.cause(),
        record.band(),
        record.version(),
        record.threshold(),
        record.expectedCost(),
        record.costs(),
        record.features(),
        record.review());
  }
}
