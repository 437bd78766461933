package dev.gnomon.server.feast;

import java.util.List;
import java.util.Optional;

/// What is asked for: features by reference or by the name of a service, for rows of entities.
///
/// @param service a use case, whose model inputs are meant; goes before `features`
/// @param features references `view:feature`
/// @param entities columns of one length, with names that differ
/// @param fullNames whether answers are named `view__feature` instead of `feature`
record FeatureRequest(
    Optional<String> service,
    List<String> features,
    List<EntityColumn> entities,
    boolean fullNames) {
  /// The most rows of entities in one request.
  static final int MAX_ROWS = 10_000;

  /// The most features of one request.
  static final int MAX_FEATURES = 2_000;

  /// The most values of one answer, which is made as a whole.
  static final int MAX_VALUES = 1_000_000;

  /// The largest request, in bytes.
  static final int MAX_BYTES = 1 << 20;

  FeatureRequest {
    features = List.copyOf(features);
    entities = List.copyOf(entities);
  }

  int rows() {
    return entities.isEmpty() ? 0 : entities.getFirst().size();
  }
}
