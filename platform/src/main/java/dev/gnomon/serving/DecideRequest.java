package dev.gnomon.serving;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What a caller asks to have decided.
///
/// @param id the caller's idempotency id: the same id gets the same answer, and nothing is logged
///   twice
/// @param at the observation time in microseconds; now when empty
/// @param inputs values by name: a Double, a String, or null for missing
/// @param explain whether to say why
/// @param within how many nanoseconds the caller waits from now on; as long as the use case states
///   when empty, and never longer
public record DecideRequest(
    Optional<String> id,
    String key,
    OptionalLong at,
    Map<String, @Nullable Object> inputs,
    boolean explain,
    OptionalLong within) {

  /// A request whose caller waits as long as the use case states.
  public DecideRequest(
      Optional<String> id,
      String key,
      OptionalLong at,
      Map<String, @Nullable Object> inputs,
      boolean explain) {
    this(id, key, at, inputs, explain, OptionalLong.empty());
  }

  /// The same for a caller that waits no longer than that.
  public DecideRequest within(Duration time) {
    return new DecideRequest(id, key, at, inputs, explain, OptionalLong.of(time.toNanos()));
  }

  /// A request for what is known of a key, now.
  public static DecideRequest of(String key) {
    return new DecideRequest(Optional.empty(), key, OptionalLong.empty(), Map.of(), false);
  }
}
