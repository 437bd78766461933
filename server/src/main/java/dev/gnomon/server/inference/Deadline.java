package dev.gnomon.server.inference;

import java.util.function.LongSupplier;

/// Until when an answer is of use. Work in many steps asks between them.
@FunctionalInterface
public interface Deadline {
  Deadline NONE = () -> {};

  /// @throws InferenceError once nobody waits for the answer any more
  void check();

  /// So many microseconds from now.
  ///
  /// @param nanos a clock that never goes back
  static Deadline within(long micros, LongSupplier nanos) {
    long begin = nanos.getAsLong();
    return () -> {
      if ((nanos.getAsLong() - begin) / 1_000 >= micros) {
        throw new InferenceError(
            InferenceError.Kind.DEADLINE,
            "The timeout of %d microseconds has passed.".formatted(micros));
      }
    };
  }

  /// The earlier of two.
  default Deadline and(Deadline other) {
    return () -> {
      check();
      other.check();
    };
  }
}
