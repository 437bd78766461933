package dev.gnomon.core.usecase;

import dev.gnomon.expression.Expression;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Step 1, `problem`: what is decided, and what mistakes cost.
public record Stakes(
    Optional<String> decision,
    Optional<String> owner,
    Optional<Costs> costs,
    Optional<Repeat> repeat,
    Constraints constraints) {

  /// What each outcome costs in all; negative is a gain; unstated outcomes cost 0.
  public record Costs(
      String currency,
      Expression truePositive,
      Expression falsePositive,
      Expression falseNegative,
      Expression trueNegative) {}

  /// At most so many positive decisions per key and period.
  public record Repeat(int atMost, Duration per) {}

  /// The limits the decision must keep.
  public record Constraints(
      Optional<Duration> latencyP99,
      OptionalDouble minRecall,
      OptionalDouble minPrecision,
      Optional<Capacity> capacity,
      Reasons reasons,
      List<String> protectedColumns) {
    public Constraints {
      protectedColumns = List.copyOf(protectedColumns);
    }
  }

  /// No more than `max` positive decisions per period.
  public record Capacity(int max, Duration per) {}

  /// Whether each decision must say why.
  public enum Reasons {
    NONE,
    REQUIRED,
    TRANSPARENT_MODEL
  }
}
