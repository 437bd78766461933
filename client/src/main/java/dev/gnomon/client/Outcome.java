package dev.gnomon.client;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What happened after a decision. A later outcome of the same decision corrects the earlier one.
///
/// @param decided by which the decision is found
/// @param happened whether what was foreseen came true
/// @param at since when that is known; now when empty
/// @param id the same id is counted once; the client makes one up where there is none
public record Outcome(Of decided, boolean happened, Optional<Instant> at, Optional<String> id) {

  /// Which decision is meant.
  public sealed interface Of {}

  /// The one of this prediction id.
  public record ByPrediction(String predictionId) implements Of {}

  /// The one about this key as of this time.
  public record ByKey(String key, Instant decidedAt) implements Of {}

  public static Outcome of(String predictionId, boolean happened) {
    return new Outcome(
        new ByPrediction(predictionId), happened, Optional.empty(), Optional.empty());
  }

  public static Outcome of(String key, Instant decidedAt, boolean happened) {
    return new Outcome(new ByKey(key, decidedAt), happened, Optional.empty(), Optional.empty());
  }

  public Outcome withId(String same) {
    return new Outcome(decided, happened, at, Optional.of(same));
  }

  public Outcome knownAt(Instant time) {
    return new Outcome(decided, happened, Optional.of(time), id);
  }

  /// As JSON; posted again, it carries the same id.
  Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", id.orElseGet(() -> UUID.randomUUID().toString()));
    if (decided instanceof ByPrediction one) {
      json.put("predictionId", one.predictionId());
    } else if (decided instanceof ByKey one) {
      json.put("key", one.key());
      json.put("decidedAt", one.decidedAt());
    }
    json.put("outcome", happened);
    at.ifPresent(time -> json.put("at", time));
    return json;
  }
}
