package dev.gnomon.serving;

import dev.gnomon.core.usecase.ServingSection;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The versions that can decide for one use case, and which of them does: the champion, the one
/// that decided before it, kept warm, and a fast one if the use case is hybrid.
///
/// When a model throws or gives no number, another version decides this very row; one that keeps
/// failing is no longer asked, and tried again later. Whoever decided is named in the record.
@SuppressWarnings(
    "ReferenceEquality") // of a version there is one object; another one is loaded anew
final class Versions {
  /// One call in so many is timed while all is well.
  private static final int TIMED = 64;

  private final LongSupplier nanos;
  private final long slowNanos;
  private final ServingSection.@Nullable Hybrid hybrid;
  private final @Nullable ScoreCache cache;
  private final Consumer<RuntimeException> modelFailed;
  private final LongAdder fastDecided = new LongAdder();
  private final LongAdder accurateDecided = new LongAdder();
  private volatile Installed installed = new Installed(null, null, null);

  /// Read once per decision, so that one decision sees one state of the world.
  private record Installed(
      @Nullable GuardedVersion champion,
      @Nullable GuardedVersion previous,
      @Nullable GuardedVersion fast) {}

  Versions(
      UseCase useCase, Schema row, Consumer<RuntimeException> modelFailed, LongSupplier nanos) {
    ServingSection serving = useCase.production().serving();
    this.nanos = nanos;
    this.slowNanos = serving.deadline().toNanos();
    this.hybrid = serving.hybrid().orElse(null);
    this.cache = serving.cache().map(stated -> new ScoreCache(stated, row)).orElse(null);
    this.modelFailed = modelFailed;
  }

  @Nullable LiveVersion champion() {
    GuardedVersion champion = installed.champion;
    return champion == null ? null : champion.version();
  }

  @Nullable LiveVersion fast() {
    GuardedVersion fast = installed.fast;
    return fast == null ? null : fast.version();
  }

  /// A version in memory, by its bundle.
  Optional<LiveVersion> loaded(String bundleHash) {
    return all(installed).stream()
        .map(GuardedVersion::version)
        .filter(version -> version.bundleHash().equals(bundleHash))
        .findFirst();
  }

  private static List<GuardedVersion> all(Installed now) {
    List<GuardedVersion> all = new ArrayList<>();
    for (GuardedVersion one :
        new @Nullable GuardedVersion[] {now.champion, now.previous, now.fast}) {
      if (one != null) {
        all.add(one);
      }
    }
    return all;
  }

  /// The loaded version of a number, to explain what it decided.
  @Nullable LiveVersion numbered(int number) {
    for (GuardedVersion one : all(installed)) {
      if (one.version().version() == number) {
        return one.version();
      }
    }
    return null;
  }

  /// From the next decision on this one decides; the one before it is kept.
  synchronized void champion(LiveVersion version) {
    Installed now = installed;
    if (now.champion == null || now.champion.version() != version) {
      installed = new Installed(guarded(version), now.champion, now.fast);
    }
  }

  /// Keeps a version that decided before, for when the champion fails.
  synchronized void previous(LiveVersion version) {
    Installed now = installed;
    installed = new Installed(now.champion, guarded(version), now.fast);
  }

  /// @param version null for none any more
  synchronized void fast(@Nullable LiveVersion version) {
    Installed now = installed;
    installed =
        new Installed(now.champion, now.previous, version == null ? null : guarded(version));
  }

  /// What is known of a loaded version's failures stays known.
  private GuardedVersion guarded(LiveVersion version) {
    for (GuardedVersion one : all(installed)) {
      if (one.version() == version) {
        return one;
      }
    }
    return new GuardedVersion(version, nanos);
  }

  /// Which version a request is for. This is the one place where that is chosen, before anything is
  /// scored: a release that gives a new version a share of the requests chooses here.
  @SuppressWarnings("UnusedVariable") // a release tells requests apart by their keys
  private static @Nullable GuardedVersion assign(DecideRequest request, Installed now) {
    return now.champion;
  }

  /// Lets a version score the row and decide; without one that can, only says why.
  ///
  /// @param now the time the decision is made, microseconds
  void decide(DecideRequest request, Deciding own, long now) {
    Installed all = installed;
    GuardedVersion assigned = assign(request, all);
    if (assigned == null) {
      own.cause = DecisionRecord.Cause.NO_VERSION;
      return;
    }
    ScoreCache scores = cache;
    // Only what is asked for now and as usual: a score given again to a decision of the past, or
    // explained by another row, would say what is not so.
    if (scores == null
        || request.explain()
        || request.at().isPresent()
        || own.cause != DecisionRecord.Cause.NONE) {
      score(assigned, all, own);
      return;
    }
    List<@Nullable Object> key = scores.keyOf(request.key(), own.row);
    if (again(scores, key, now, all.fast, DecisionRecord.Variant.FAST, own)
        || again(scores, key, now, assigned, DecisionRecord.Variant.CHAMPION, own)) {
      return;
    }
    score(assigned, all, own);
    LiveVersion by = own.by;
    if (by != null && own.cause == DecisionRecord.Cause.NONE) {
      GuardedVersion kept = all.fast != null && by == all.fast.version() ? all.fast : assigned;
      scores.keep(key, now, kept, own.decision.score());
    }
  }

  /// Decides by a score that is known already.
  private boolean again(
      ScoreCache scores,
      List<@Nullable Object> key,
      long now,
      @Nullable GuardedVersion version,
      DecisionRecord.Variant variant,
      Deciding own) {
    double score = version == null ? Double.NaN : scores.score(key, now, version);
    if (version == null || Double.isNaN(score)) {
      return false;
    }
    version.version().bundle().policy().decide(score, own.row, own.decision);
    own.by(version.version(), variant);
    own.cached = true;
    scores.hit();
    return true;
  }

  private void score(GuardedVersion assigned, Installed all, Deciding own) {
    GuardedVersion fast = all.fast;
    if (hybrid != null && fast != null) {
      if (score(fast, own) && !hybrid.doubtful(own.decision.score())) {
        own.by(fast.version(), DecisionRecord.Variant.FAST);
        fastDecided.increment();
        return;
      }
      accurateDecided.increment();
    }
    if (score(assigned, own)) {
      own.by(assigned.version(), DecisionRecord.Variant.CHAMPION);
    } else if (fast != null && score(fast, own)) {
      own.by(fast.version(), DecisionRecord.Variant.FAST);
      own.cause = DecisionRecord.Cause.FAST_VERSION;
    } else if (all.previous != null && score(all.previous, own)) {
      own.by(all.previous.version(), DecisionRecord.Variant.CHAMPION);
      own.cause = DecisionRecord.Cause.PREVIOUS_VERSION;
    } else {
      own.cause = DecisionRecord.Cause.MODEL_FAILED;
    }
  }

  /// Whether it gave a score; then the decision holds it and what the policy makes of it.
  private boolean score(GuardedVersion guarded, Deciding own) {
    if (!guarded.allows()) {
      return false;
    }
    boolean timed = guarded.watched() || (++own.calls & TIMED - 1) == 0;
    long begun = timed ? nanos.getAsLong() : 0;
    boolean good = false;
    boolean late = false;
    RuntimeException failure = null;
    try {
      LiveVersion version = guarded.version();
      double score = version.scoring().score(own.row);
      if (Double.isFinite(score)) {
        version.bundle().policy().decide(score, own.row, own.decision);
        late = timed && nanos.getAsLong() - begun > slowNanos;
        good = true;
      } else {
        failure =
            new ArithmeticException(
                "version %d scored %s".formatted(guarded.version().version(), score));
      }
    } catch (RuntimeException e) {
      failure = e;
    } catch (StackOverflowError | LinkageError e) {
      failure = new IllegalStateException(e);
    } finally {
      if (!good) {
        guarded.failed();
      } else if (late) {
        guarded.late();
      } else {
        guarded.succeeded();
      }
    }
    if (failure != null) {
      modelFailed.accept(failure);
    }
    return good;
  }

  List<ServingReadings.Model> readings() {
    Installed now = installed;
    List<ServingReadings.Model> models = new ArrayList<>();
    if (now.champion != null) {
      models.add(now.champion.readings(ServingReadings.Part.CHAMPION));
    }
    if (now.previous != null) {
      models.add(now.previous.readings(ServingReadings.Part.PREVIOUS));
    }
    if (now.fast != null) {
      models.add(now.fast.readings(ServingReadings.Part.FAST));
    }
    return models;
  }

  Optional<ScoreCache> cache() {
    return Optional.ofNullable(cache);
  }

  long fastDecided() {
    return fastDecided.sum();
  }

  long accurateDecided() {
    return accurateDecided.sum();
  }
}
