package dev.gnomon.core.usecase;

import java.time.Duration;
import java.util.Optional;

/// Step 6, `training`.
public record TrainingSection(Split split, Imbalance imbalance, Search search, long seed) {

  /// @param validation share of the observations (by time or by entity)
  /// @param gap at least the horizon; more when stated
  public record Split(
      By by, double validation, By validationBy, double test, Optional<Duration> gap) {}

  public enum By {
    /// Cuts between observation times.
    TIME,
    /// Whole entities on one side.
    ENTITY,
    /// Rows at random, stratified by class; repeated keys stay together.
    RANDOM
  }

  public enum Imbalance {
    NONE,
    CLASS_WEIGHTS
  }

  /// @param method `none` trains each candidate once with its defaults
  /// @param objective a metric name
  public record Search(Method method, int trials, String objective) {
    public enum Method {
      NONE,
      RANDOM
    }
  }
}
