package dev.gnomon.serving;

import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.log.LogSettings;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One use case as it runs: its features, decisions and outcomes.
public final class LiveUseCase implements AutoCloseable {
  private static final int LATEST = 20;

  private final UseCase useCase;
  private final OnlineFeatures features;
  private final KeyFeatures keyFeatures;
  private final SegmentedLog decisionLog;
  private final DecisionService decisions;
  private final OutcomeIntake outcomes;
  private final LiveVerification verification;
  private final ArrayDeque<Latest> latest = new ArrayDeque<>();

  /// A decision just made, without its features.
  public record Latest(
      PredictionId id,
      String key,
      long at,
      double score,
      boolean yes,
      DecisionRecord.Variant variant,
      DecisionRecord.Cause cause,
      int version,
      double expectedCost) {}

  LiveUseCase(
      UseCase useCase,
      OnlineFeatures features,
      Home home,
      LogSettings settings,
      ArrivalClock clock,
      Consumer<RuntimeException> modelFailed)
      throws IOException {
    this.useCase = useCase;
    this.features = features;
    this.keyFeatures = new KeyFeatures(features);
    this.decisionLog =
        SegmentedLog.open(
            home.decisions(useCase.name()),
            settings.withPatience(useCase.production().serving().deadline()));
    DecisionLog log =
        new DecisionLog(
            decisionLog,
            features.plan().row(),
            features.plan().hash(),
            Times.micros(clock.instant()));
    this.decisions =
        new DecisionService(
            useCase, features.plan().row(), keyFeatures, log, clock, clock::nanos, modelFailed);
    this.outcomes =
        new OutcomeIntake(
            useCase.name(),
            SegmentedLog.open(home.outcomes(useCase.name()), settings),
            home.outcomes(useCase.name()),
            home.decisions(useCase.name()),
            decisions,
            clock);
    this.verification =
        new LiveVerification(
            features,
            home,
            useCase.data().isFlatTable() ? 0 : useCase.production().monitor().verify(),
            clock);
  }

  /// The checks of a sample of requests.
  public LiveVerification verification() {
    return verification;
  }

  public UseCase useCase() {
    return useCase;
  }

  public OnlineFeatures features() {
    return features;
  }

  public DecisionService decisions() {
    return decisions;
  }

  public OutcomeIntake outcomes() {
    return outcomes;
  }

  /// Whether a decision may have to wait for another process, so that it must not be made on a
  /// thread that others need: an event loop.
  public boolean blocking() {
    return keyFeatures.remote();
  }

  /// What is done about stores and models in trouble, and how often it was needed.
  public ServingReadings resilience() {
    return decisions.readings(features.store(), keyFeatures.lastGood());
  }

  /// Decides and remembers the decision for its outcome and for the pages.
  public Decided decide(DecideRequest request) {
    return decide(request, null);
  }

  /// As above.
  ///
  /// @param stages filled with where the time went; null when nobody asks
  public Decided decide(DecideRequest request, @Nullable Stages stages) {
    RequestPlace.refuse(request.id());
    return made(request, stages);
  }

  /// As above, for a request that may have its place in a stream as its id.
  Decided decideStreamed(DecideRequest request) {
    return made(request, null);
  }

  private Decided made(DecideRequest request, @Nullable Stages stages) {
    long before = features.changes(request.key());
    Decided decided = decisions.decide(request, stages);
    DecisionRecord record = decided.record();
    verification.made(record, before);
    outcomes.decided(record);
    Latest one =
        new Latest(
            decided.id(),
            record.key(),
            record.at(),
            record.score(),
            record.yes(),
            record.variant(),
            record.cause(),
            record.version(),
            record.expectedCost());
    synchronized (latest) {
      latest.addFirst(one);
      if (latest.size() > LATEST) {
        latest.removeLast();
      }
    }
    return decided;
  }

  /// The last decisions since the start, newest first.
  public List<Latest> latest() {
    synchronized (latest) {
      return new ArrayList<>(latest);
    }
  }

  /// Forgets what is kept in memory of a key of an entity.
  void forget(String entity, String key) {
    keyFeatures.forget(entity, key);
    forgetBeside(entity, key);
  }

  /// Forgets what decisions left in memory.
  void forgetBeside(String entity, String key) {
    if (entity.equals(useCase.frame().entity())) {
      decisions.forget(key);
      synchronized (latest) {
        latest.removeIf(one -> one.key().equals(key));
      }
    }
  }

  /// Fills the row with the features of a key. Returns whether the key is known.
  public boolean read(String key, long at, FeatureRow row) {
    return keyFeatures.fresh(key, at, Map.of(), row);
  }

  /// As above, with values of the request laid over what is stored; derived features follow.
  ///
  /// @throws dev.gnomon.core.BadInput for inputs that the use case does not know
  public boolean read(String key, long at, Map<String, @Nullable Object> inputs, FeatureRow row) {
    return keyFeatures.fresh(key, at, inputs, row);
  }

  /// Microseconds since the decision log was last forced, and whatever else its owner should watch.
  public dev.gnomon.log.LogReadings readings() throws IOException {
    return decisionLog.readings();
  }

  /// Waits until every decision made so far is on disk.
  void force() throws IOException {
    decisionLog.awaitForced();
  }

  @Override
  public void close() throws IOException {
    verification.close();
    try (features) {
      outcomes.close();
    } finally {
      decisionLog.close();
    }
  }
}
