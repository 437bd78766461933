package dev.gnomon.tracking.search;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds, without looking at a record, that nothing can fulfil a filter.
public final class Contradiction {
  private Contradiction() {}

  /// Whether conditions on one field exclude each other: ranges that do not meet, or a text that
  /// another condition does not allow. False says nothing.
  public static boolean in(List<Condition> conditions) {
    Map<Field, Range> ranges = new HashMap<>();
    for (Condition condition : conditions) {
      if (condition.orMissing() || condition.field() instanceof Field.Dataset) {
        continue; // may hold without a value, or for another one of several
      }
      switch (condition.comparison()) {
        case Comparison.Numeric number -> {
          Range range =
              ranges.getOrDefault(
                  condition.field(), new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
          ranges.put(condition.field(), range.and(number));
        }
        case Comparison.Text(boolean equal, String value) when equal -> {
          if (excluded(conditions, condition.field(), new Value.Text(value))) {
            return true;
          }
        }
        case Comparison.Text _, Comparison.Like _, Comparison.In _ -> {}
      }
    }
    return ranges.entrySet().stream()
        .anyMatch(range ->
            range.getValue().isEmpty()
                || range
                    .getValue()
                    .single()
                    .filter(value -> excluded(conditions, range.getKey(), new Value.Numeric(value)))
                    .isPresent());
  }

  private static boolean excluded(List<Condition> conditions, Field field, Value value) {
    return conditions.stream()
        .anyMatch(c -> c.field().equals(field) && !Scan.holds(value, c.comparison()));
  }

  /// All numbers from the least to the greatest, both included.
  private record Range(double least, double greatest) {
    Range and(Comparison.Numeric comparison) {
      double value = comparison.value();
      return switch (comparison.relation()) {
        case EQUAL -> new Range(Math.max(least, value), Math.min(greatest, value));
        case AT_LEAST -> new Range(Math.max(least, value), greatest);
        case GREATER -> new Range(Math.max(least, Math.nextUp(value)), greatest);
        case AT_MOST -> new Range(least, Math.min(greatest, value));
        case LESS -> new Range(least, Math.min(greatest, Math.nextDown(value)));
        case UNEQUAL -> this;
      };
    }

    boolean isEmpty() {
      return least > greatest;
    }

    Optional<Double> single() {
      return least == greatest ? Optional.of(least) : Optional.empty();
    }
  }
}
