package dev.gnomon.client;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What is to be decided: `DecideRequest.of("c-17").with("basket", 80.5)`.
///
/// @param key whom or what it is about, 1 to 256 characters or as many as the server states
/// @param id the same id gets the same decision, made and logged once; the client makes one up
///   where there is none, so that its own repetitions decide nothing twice
/// @param at the time of observation; now when empty
/// @param inputs columns or features that come with the request: a number, a text, a boolean, an
///   [Instant], or null for a missing value
/// @param explain whether to say why
public record DecideRequest(
    String key,
    Optional<String> id,
    Optional<Instant> at,
    Map<String, @Nullable Object> inputs,
    boolean explain) {

  public DecideRequest {
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
  }

  /// What is known of the key, now.
  public static DecideRequest of(String key) {
    return new DecideRequest(key, Optional.empty(), Optional.empty(), Map.of(), false);
  }

  public DecideRequest withId(String id) {
    return new DecideRequest(key, Optional.of(id), at, inputs, explain);
  }

  public DecideRequest at(Instant time) {
    return new DecideRequest(key, id, Optional.of(time), inputs, explain);
  }

  public DecideRequest with(String name, @Nullable Object value) {
    Map<String, @Nullable Object> more = new LinkedHashMap<>(inputs);
    more.put(name, value);
    return new DecideRequest(key, id, at, more, explain);
  }

  public DecideRequest explained() {
    return new DecideRequest(key, id, at, inputs, true);
  }

  /// As JSON; asked again, it carries the same id.
  Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", id.orElseGet(() -> UUID.randomUUID().toString()));
    json.put("key", key);
    at.ifPresent(time -> json.put("at", time));
    if (!inputs.isEmpty()) {
      json.put("inputs", inputs);
    }
    if (explain) {
      json.put("explain", true);
    }
    return json;
  }
}
