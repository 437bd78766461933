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
    Constraints constraints,
    Optional<Review> review,
    Optional<Thresholds> thresholds) {

  public Stakes(
      Optional<String> decision,
      Optional<String> owner,
      Optional<Costs> costs,
      Optional<Repeat> repeat,
      Constraints constraints) {
    this(decision, owner, costs, repeat, constraints, Optional.empty(), Optional.empty());
  }

  /// What each outcome costs in all; negative is a gain; unstated outcomes cost 0.
  public record Costs(
      String currency,
      Expression truePositive,
      Expression falsePositive,
      Expression falseNegative,
      Expression trueNegative) {}

  /// Doubtful cases go to a person: where the costs say so, or between two stated probabilities.
  ///
  /// @param cost of one review; empty when the band is stated
  /// @param sensitivity the reviewer's chance to say yes to a positive
  /// @param specificity the reviewer's chance to say no to a negative
  public record Review(
      OptionalDouble cost,
      double sensitivity,
      double specificity,
      OptionalDouble from,
      OptionalDouble to) {}

  /// An own threshold per level of a column.
  ///
  /// @param minRows a level with fewer training rows keeps the common one
  public record Thresholds(String by, int minRows) {}

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
