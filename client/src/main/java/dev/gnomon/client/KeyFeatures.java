package dev.gnomon.client;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The features of a key as of a time.
///
/// @param known whether anything was ever seen of the key
/// @param features by name: a Double, a String (times too), or null where missing
public record KeyFeatures(
    String key, Instant at, boolean known, Map<String, @Nullable Object> features) {

  static KeyFeatures of(Fields json) {
    return new KeyFeatures(
        json.text("key"), json.time("at"), json.flag("known"), json.object("features").values());
  }
}
