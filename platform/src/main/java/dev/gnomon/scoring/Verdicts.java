package dev.gnomon.scoring;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.data.Table;
import dev.gnomon.serving.Assignment;
import dev.gnomon.serving.DecisionRecord;
import java.util.Arrays;

/// What is answered for each row, once all scores are known: the most valuable first up to the
/// capacity, and never to a key in the hold-out (which uses up its place, as online).
///
/// Rows are asked for in order; rows of equal value at the edge of the capacity go by their order.
final class Verdicts {
  /// Stands among the answers of the policy for a case that a person is to decide.
  static final double REVIEW = 2;

  private final UseCase useCase;
  private final boolean limited;
  private double[] values = new double[256];
  private int acting;
  private double edge = Double.NEGATIVE_INFINITY;
  private long leftAtEdge;

  Verdicts(UseCase useCase) {
    this.useCase = useCase;
    this.limited = useCase.problem().constraints().capacity().isPresent();
  }

  /// Sees the rows of a part first.
  void rank(Table part) {
    if (!limited) {
      return;
    }
    for (int i = 0; i < part.rows(); i++) {
      if (number(part, "acts", i) == 1) {
        if (acting == values.length) {
          values = Arrays.copyOf(values, acting * 2);
        }
        values[acting++] = worth(part, i);
      }
    }
  }

  /// All parts were seen; a pass over the rows begins.
  void begin() {
    if (!limited) {
      return;
    }
    int max = useCase.problem().constraints().capacity().orElseThrow().max();
    if (acting <= max) {
      return;
    }
    double[] sorted = Arrays.copyOf(values, acting);
    Arrays.sort(sorted);
    edge = max == 0 ? Double.POSITIVE_INFINITY : sorted[acting - max];
    long above = Arrays.stream(sorted).filter(v -> v > edge).count();
    leftAtEdge = max - above;
  }

  /// Why the next row is answered as it is.
  enum Verdict {
    NO,
    YES,
    NO_CAPACITY,
    HOLD_OUT,
    REVIEW
  }

  Verdict next(Table part, int row, String key) {
    if (number(part, "acts", row) != 1) {
      return number(part, "acts", row) == REVIEW ? Verdict.REVIEW : Verdict.NO;
    }
    if (limited) {
      double worth = worth(part, row);
      if (worth < edge || (worth == edge && leftAtEdge-- <= 0)) {
        return Verdict.NO_CAPACITY;
      }
    }
    return Assignment.unit(useCase.name() + "/hold-out", key) < useCase.production().holdOut()
        ? Verdict.HOLD_OUT
        : Verdict.YES;
  }

  static DecisionRecord.Cause cause(Verdict verdict) {
    return verdict == Verdict.NO_CAPACITY
        ? DecisionRecord.Cause.CAPACITY
        : DecisionRecord.Cause.NONE;
  }

  private static double worth(Table part, int row) {
    double value = number(part, "value", row);
    return Double.isNaN(value) ? number(part, "score", row) : value;
  }

  static double number(Table part, String column, int row) {
    return ((Column.Numbers) part.column(column)).values()[row];
  }
}
