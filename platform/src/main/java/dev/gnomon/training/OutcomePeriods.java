package dev.gnomon.training;

import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import java.util.Arrays;
import java.util.Optional;

/// Counts money once per outcome when one entity is observed again and again.
///
/// Observed weekly with a horizon of a month, one cancellation makes four positive rows, and acting
/// on each would cost four offers and seem to save four customers. So the rows of an entity are cut
/// into periods (`problem.repeat`, by default one decision per horizon): a period starts with the
/// entity's first row and with each row that no earlier period covers. It has one outcome. Within
/// it, in time order, only the first `at-most` positive decisions act:
///
/// - acted on a positive row: the cost of a true positive, at the first such row;
/// - every other action costs a false positive;
/// - no positive row acted on, but one was there: a false negative, at the first positive row;
/// - nothing done and nothing happened: a true negative, at the first row.
///
/// An action that came so early that its own row was still negative thus counts as wasted and the
/// outcome as missed: the cautious reading. Rows of a flat table without time are periods of their
/// own.
final class OutcomePeriods {
  private final int[][] periods;
  private final int atMost;

  private OutcomePeriods(int[][] periods, int atMost) {
    this.periods = periods;
    this.atMost = atMost;
  }

  /// What each outcome costs, per row of the part.
  record RowCosts(
      double[] truePositive,
      double[] falsePositive,
      double[] falseNegative,
      double[] trueNegative) {}

  /// @param rows ascending, and therefore in time order
  static OutcomePeriods of(UseCase useCase, TrainingSet set, int[] rows) {
    Optional<Stakes.Repeat> repeat = useCase.problem().repeat();
    long per = repeat.map(r -> r.per().toNanos() / 1000).orElse(set.horizonMicros());
    return of(set, rows, per, repeat.map(Stakes.Repeat::atMost).orElse(1));
  }

  static OutcomePeriods of(TrainingSet set, int[] rows, long perMicros, int atMost) {
    int[] codes = set.keys().codes();
    int[] periodOfKey = new int[set.keys().dictionary().size() + 1];
    long[] startOfKey = new long[periodOfKey.length];
    Arrays.fill(periodOfKey, -1);
    int[] period = new int[rows.length];
    int count = 0;
    for (int i = 0; i < rows.length; i++) {
      int key = codes[rows[i]] + 1;
      long at = set.observedAt()[rows[i]];
      if (perMicros <= 0 || periodOfKey[key] < 0 || at - startOfKey[key] >= perMicros) {
        periodOfKey[key] = count++;
        startOfKey[key] = at;
      }
      period[i] = periodOfKey[key];
    }
    int[] sizes = new int[count];
    for (int p : period) {
      sizes[p]++;
    }
    int[][] periods = new int[count][];
    for (int p = 0; p < count; p++) {
      periods[p] = new int[sizes[p]];
    }
    for (int i = rows.length - 1; i >= 0; i--) {
      periods[period[i]][--sizes[period[i]]] = i;
    }
    return new OutcomePeriods(periods, atMost);
  }

  /// What every row adds to the total cost when the rows marked are decided positively; the sum
  /// over a period stands at the rows that caused it.
  ///
  /// @param decided per row of the part
  double[] costs(boolean[] decided, double[] labels, RowCosts costs) {
    double[] result = new double[decided.length];
    for (int[] period : periods) {
      int actions = 0;
      boolean caught = false;
      int missed = -1;
      for (int row : period) {
        boolean positive = labels[row] == 1;
        if (positive && missed < 0) {
          missed = row;
        }
        if (decided[row] && actions < atMost) {
          actions++;
          if (positive && !caught) {
            caught = true;
            result[row] += costs.truePositive()[row];
          } else {
            result[row] += costs.falsePositive()[row];
          }
        }
      }
      if (!caught && missed >= 0) {
        result[missed] += costs.falseNegative()[missed];
      } else if (actions == 0) {
        result[period[0]] += costs.trueNegative()[period[0]];
      }
    }
    return result;
  }

  /// Which decisions act, at most `at-most` per period.
  boolean[] acting(boolean[] decided) {
    boolean[] acting = new boolean[decided.length];
    for (int[] period : periods) {
      int actions = 0;
      for (int row : period) {
        if (decided[row] && actions < atMost) {
          actions++;
          acting[row] = true;
        }
      }
    }
    return acting;
  }

  /// Outcomes counted once: periods by whether something happened and whether it was caught.
  Counts counts(boolean[] decided, double[] labels) {
    long actions = 0;
    long caught = 0;
    long missed = 0;
    long quiet = 0;
    for (int[] period : periods) {
      int acted = 0;
      boolean hit = false;
      boolean positive = false;
      for (int row : period) {
        positive |= labels[row] == 1;
        if (decided[row] && acted < atMost) {
          acted++;
          hit |= labels[row] == 1;
        }
      }
      actions += acted;
      caught += hit ? 1 : 0;
      missed += positive && !hit ? 1 : 0;
      quiet += acted == 0 && !positive ? 1 : 0;
    }
    return new Counts(actions, caught, missed, quiet);
  }

  /// @param actions positive decisions that act
  /// @param caught outcomes acted on
  /// @param missed outcomes not acted on
  /// @param quiet periods with neither action nor outcome
  record Counts(long actions, long caught, long missed, long quiet) {
    long outcomes() {
      return caught + missed;
    }

    long wasted() {
      return actions - caught;
    }
  }

  int size() {
    return periods.length;
  }
}
