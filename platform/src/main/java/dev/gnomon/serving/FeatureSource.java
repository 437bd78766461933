package dev.gnomon.serving;

import dev.gnomon.features.FeatureRow;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the features of a key come from while deciding.
public interface FeatureSource {
  /// Fills the row with what was known of the key at the time.
  ///
  /// @param inputs values that came with the request; they replace what is stored
  /// @return whether anything was known of the key
  /// @throws dev.gnomon.core.BadInput for inputs that the use case does not know, naming the
  ///   nearest
  /// @throws Unavailable when the store of features is away or not filled
  /// @throws TooOld when the time lies before what is kept
  boolean read(String key, long at, Map<String, @Nullable Object> inputs, FeatureRow row);

  /// Nothing can be had of any key now; the row holds the inputs and is missing else.
  final class Unavailable extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    public Unavailable(String message) {
      super(message, null, false, false);
    }
  }

  /// The state needed for that time is no longer kept.
  final class TooOld extends RuntimeException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    public TooOld(String message) {
      super(message, null, false, false);
    }
  }
}
