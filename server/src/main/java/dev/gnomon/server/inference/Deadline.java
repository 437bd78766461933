package dev.gnomon.server.inference;

import java.util.OptionalLong;
import java.util.function.LongSupplier;

/// Until when an answer is of use. Work in many steps asks between them.
public interface Deadline {
  Deadline NONE = () -> {};

  /// @throws InferenceError once nobody waits for the answer any more
  void check();

  /// How many nanoseconds the caller still waits; empty when it does not say.
  default OptionalLong left() {
    return OptionalLong.empty();
  }

  /// So many microseconds from now.
  ///
  /// @param nanos a clock that never goes back
  static Deadline within(long micros, LongSupplier nanos) {
    long begin = nanos.getAsLong();
    return new Deadline() {
      @Override
      public void check() {
        if (Long.compareUnsigned((nanos.getAsLong() - begin) / 1_000, micros) >= 0) {
          throw new InferenceError(
              InferenceError.Kind.DEADLINE,
              "The timeout of %s microseconds has passed."
                  .formatted(Long.toUnsignedString(micros)));
        }
      }

      @Override
      public OptionalLong left() {
        long most = Long.MAX_VALUE / 2_000;
        long due = micros < 0 || micros > most ? most : micros;
        return OptionalLong.of(Math.max(0, due * 1_000 - (nanos.getAsLong() - begin)));
      }
    };
  }

  /// The earlier of two.
  default Deadline and(Deadline other) {
    Deadline first = this;
    return new Deadline() {
      @Override
      public void check() {
        first.check();
        other.check();
      }

      @Override
      public OptionalLong left() {
        OptionalLong one = first.left();
        OptionalLong two = other.left();
        return one.isEmpty()
            ? two
            : two.isEmpty() ? one : OptionalLong.of(Math.min(one.getAsLong(), two.getAsLong()));
      }
    };
  }
}
