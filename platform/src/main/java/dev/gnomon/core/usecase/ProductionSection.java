package dev.gnomon.core.usecase;

import dev.gnomon.expression.Expression;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Step 8, `production`: release, watch, renew.
///
/// @param holdOut share of positive decisions that never get the action, so that its effect is
///   measured; 0 for none
/// @param decisions requests that come by a stream
/// @param serving deadlines, and what is decided from when something fails
public record ProductionSection(
    Optional<Release> release,
    List<FallbackRule> fallback,
    double holdOut,
    Monitor monitor,
    Optional<Retrain> retrain,
    Optional<DecisionStreamSpec> decisions,
    ServingSection serving) {
  public ProductionSection {
    fallback = List.copyOf(fallback);
  }

  /// Without a stream of requests, and with what holds for serving when nothing is said.
  public ProductionSection(
      Optional<Release> release,
      List<FallbackRule> fallback,
      double holdOut,
      Monitor monitor,
      Optional<Retrain> retrain) {
    this(release, fallback, holdOut, monitor, retrain, Optional.empty(), ServingSection.DEFAULT);
  }

  /// Whether a second person must approve before a version becomes champion.
  public boolean approvalRequired() {
    return release.filter(Release::approvalRequired).isPresent();
  }

  /// @param approvalRequired whether a second person must approve a version before it is champion
  public record Release(
      String strategy,
      List<Integer> steps,
      Duration stepTime,
      int minSamples,
      boolean approvalRequired) {
    public Release {
      steps = List.copyOf(steps);
    }

    /// Without a second person.
    public Release(String strategy, List<Integer> steps, Duration stepTime, int minSamples) {
      this(strategy, steps, stepTime, minSamples, false);
    }
  }

  /// The first rule whose condition holds gives the score. An empty condition is `otherwise`.
  public record FallbackRule(Optional<Expression> when, double score) {}

  /// @param tolerance how much drift is let pass
  /// @param verify the share of live requests whose features are computed once more by the other
  ///   engine
  public record Monitor(Tolerance tolerance, Optional<Duration> outcomesAfter, double verify) {
    /// One request in a thousand, unless told otherwise.
    public static final double VERIFY = 0.001;

    public Monitor(Tolerance tolerance, Optional<Duration> outcomesAfter) {
      this(tolerance, outcomesAfter, VERIFY);
    }

    public enum Tolerance {
      LOW,
      MEDIUM,
      HIGH
    }
  }

  public record Retrain(Optional<Duration> every, List<String> when) {
    public Retrain {
      when = List.copyOf(when);
    }
  }
}
