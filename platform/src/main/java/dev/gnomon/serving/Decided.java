package dev.gnomon.serving;

import dev.gnomon.models.Reason;
import java.util.List;

/// An answer: the record that was logged, and why if it was asked for.
public record Decided(PredictionId id, DecisionRecord record, List<Reason> reasons) {
  public Decided {
    reasons = List.copyOf(reasons);
  }
}
