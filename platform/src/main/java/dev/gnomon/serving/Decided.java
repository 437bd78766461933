package dev.gnomon.serving;

import dev.gnomon.models.Explanation;
import dev.gnomon.models.Reason;
import java.util.List;
import java.util.Optional;

/// An answer: the record that was logged, and why if it was asked for.
public record Decided(
    PredictionId id,
    DecisionRecord record,
    List<Reason> reasons,
    Optional<Explanation> explanation) {
  public Decided {
    reasons = List.copyOf(reasons);
  }
}
