package dev.gnomon.core.usecase;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Step 7, `evaluation`.
///
/// @param gates empty Optional: derived gates only; present: these too, and an empty list means no
///   gate at all
public record EvaluationSection(
    List<String> metrics, List<String> segments, Optional<List<Gate>> gates) {
  public EvaluationSection {
    metrics = List.copyOf(metrics);
    segments = List.copyOf(segments);
    gates = gates.map(List::copyOf);
  }

  /// One bound on one metric of the test part. Exactly one of the three is present.
  ///
  /// @param noWorseThan an alias, for example `champion`
  public record Gate(
      String metric,
      OptionalDouble atLeast,
      OptionalDouble atMost,
      Optional<String> noWorseThan,
      double margin,
      int line) {}
}
