package dev.gnomon.client;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A decision made before.
///
/// @param at the time of observation
/// @param madeAt when it was decided
/// @param features by name, as they were then: a Double, a String (times too), or null where
///   missing
public record Prediction(
    Decision decision, Instant at, Instant madeAt, Map<String, @Nullable Object> features) {

  static Prediction of(Fields json) {
    return new Prediction(
        Decision.of(json), json.time("at"), json.time("madeAt"), json.object("features").values());
  }
}
