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
  private final double holdOut;
  private final String assignment;
  private double[] values = new double[256];
  private int acting;
  private double edge = Double.NEGATIVE_INFINITY;
  private long leftAtEdge;

  Verdicts(UseCase useCase) {
    this.useCase = useCase;
    this.holdOut = useCase.production().holdOut();
    this.assignment = useCase.name() + "/hold-out";
    this.limited = useCase.problem().constraints().capacity().isPresent();
  }

  /// Sees the rows of a part first.
  void rank(Table part) {
    if (!limited) {
      return;
    }
    double[] acts = numbers(part, "acts");
    double[] worths = worths(part);
    for (int i = 0; i < part.rows(); i++) {
      if (acts[i] == 1) {
        if (acting == values.length) {
          values = Arrays.copyOf(values, acting * 2);
        }
        values[acting++] = worths[i];
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

  /// Why each row of the next part is answered as it is.
  Verdict[] next(Table part) {
    double[] acts = numbers(part, "acts");
    double[] worths = limited ? worths(part) : acts;
    Column.Texts keys = (Column.Texts) part.column("key");
    Verdict[] answers = new Verdict[part.rows()];
    for (int i = 0; i < answers.length; i++) {
      if (acts[i] != 1) {
        answers[i] = acts[i] == REVIEW ? Verdict.REVIEW : Verdict.NO;
      } else if (limited && (worths[i] < edge || (worths[i] == edge && leftAtEdge-- <= 0))) {
        answers[i] = Verdict.NO_CAPACITY;
      } else {
        answers[i] =
            holdOut > 0
                    && Assignment.unit(
                            assignment, String.valueOf(keys.dictionary().text(keys.codes()[i])))
                        < holdOut
                ? Verdict.HOLD_OUT
                : Verdict.YES;
      }
    }
    return answers;
  }

  static DecisionRecord.Cause cause(Verdict verdict) {
    return verdict == Verdict.NO_CAPACITY
        ? DecisionRecord.Cause.CAPACITY
        : DecisionRecord.Cause.NONE;
  }

  private static double[] worths(Table part) {
    double[] values = numbers(part, "value").clone();
    double[] scores = numbers(part, "score");
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isNaN(values[i]) ? scores[i] : values[i];
    }
    return values;
  }

  static double[] numbers(Table part, String column) {
    return ((Column.Numbers) part.column(column)).values();
  }
}
