package dev.gnomon.serving;

import dev.gnomon.features.FeatureRow;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the features of a key come from while deciding.
public interface FeatureSource {
  /// No end of the time to read but the usual.
  long USUAL = Long.MAX_VALUE;

  /// Fills the row with what was known of the key at the time.
  ///
  /// @param inputs values that came with the request; they replace what is stored
  /// @param untilNanos when there is no more time to wait for a store, by `System::nanoTime`, or
  ///   [#USUAL]; only looked at by one that is [#remote]
  /// @throws dev.gnomon.core.BadInput for inputs that the use case does not know, naming the
  ///   nearest
  /// @throws Unavailable when the store of features is away or not filled, or does not answer in
  ///   time
  /// @throws TooOld when the time lies before what is kept
  Found read(
      String key, long at, Map<String, @Nullable Object> inputs, FeatureRow row, long untilNanos);

  /// Whether a read may have to wait for another process.
  default boolean remote() {
    return false;
  }

  /// What was found of a key.
  ///
  /// @param known whether anything was
  /// @param age how long before the time of the decision that is how the key stood, microseconds; 0
  ///   unless the store was away
  record Found(boolean known, long age) {
    public static final Found KNOWN = new Found(true, 0);
    public static final Found UNKNOWN = new Found(false, 0);
  }

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
