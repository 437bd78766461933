package dev.gnomon.serving;

import dev.gnomon.core.Breaker;
import dev.gnomon.features.StoreReadings;
import java.util.List;
import java.util.Optional;

/// What stands between trouble and the decisions of one use case, and what it had to do since the
/// start.
///
/// @param store reads of a store outside of this process
/// @param models the versions that can decide
/// @param stale decisions on features that were read before, as the store was away
/// @param remembered keys whose features are kept for that
/// @param cacheHits decisions whose score was computed for another
/// @param cacheMisses scores that were computed and kept
/// @param cached scores kept now
/// @param fast decisions of the fast version
/// @param accurate decisions within the band, where the champion was asked
/// @param warmed decisions that were made to warm up the version that decides
public record ServingReadings(
    Optional<StoreReadings> store,
    List<Model> models,
    long stale,
    int remembered,
    long cacheHits,
    long cacheMisses,
    int cached,
    long fast,
    long accurate,
    long warmed) {
  public ServingReadings {
    models = List.copyOf(models);
  }

  /// Which part a version plays.
  public enum Part {
    CHAMPION,
    PREVIOUS,
    FAST
  }

  /// How it goes with the model of one version.
  ///
  /// @param breaker open while it is not asked since it kept failing
  /// @param opened how often that happened
  /// @param rejected decisions that would have been its own meanwhile
  /// @param failures calls that threw or gave no number
  /// @param late calls that took longer than a decision may
  public record Model(
      Part part,
      int version,
      Breaker.State breaker,
      long opened,
      long rejected,
      long failures,
      long late) {}
}
