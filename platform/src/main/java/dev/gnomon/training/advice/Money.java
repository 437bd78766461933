package dev.gnomon.training.advice;

import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.expression.Expression;
import dev.gnomon.expression.ExpressionException;
import dev.gnomon.features.TrainingSet;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;

/// What the stated costs mean: typical values, and the probability from which acting pays.
///
/// Of one row, acting pays from `p = (FP - TN) / ((FP - TN) + (FN - TP))` on (Elkan 2001).
///
/// @param truePositive typical (median) cost, as are the other three
/// @param perRow whether costs differ by row
/// @param threshold typical; NaN where acting never or always pays
/// @param lowThreshold that 5 % of the rows fall below; the same as `threshold` for constant costs
/// @param highThreshold that 5 % of the rows lie above
/// @param neverPays share of rows with FN <= TP
/// @param alwaysPays share of rows with FP <= TN, where a needless action costs nothing extra
record Money(
    String currency,
    double truePositive,
    double falsePositive,
    double falseNegative,
    double trueNegative,
    boolean perRow,
    double threshold,
    double lowThreshold,
    double highThreshold,
    double neverPays,
    double alwaysPays) {

  /// Of costs that read no column.
  static Optional<Money> constant(Stakes.Costs costs) {
    OptionalDouble tp = costs.truePositive().constant();
    OptionalDouble fp = costs.falsePositive().constant();
    OptionalDouble fn = costs.falseNegative().constant();
    OptionalDouble tn = costs.trueNegative().constant();
    if (tp.isEmpty() || fp.isEmpty() || fn.isEmpty() || tn.isEmpty()) {
      return Optional.empty();
    }
    double[][] one = {
      {tp.getAsDouble()}, {fp.getAsDouble()}, {fn.getAsDouble()}, {tn.getAsDouble()}
    };
    return Optional.of(of(costs.currency(), one, false));
  }

  /// Of costs evaluated for each row; empty where they don't fit the rows or none has all four.
  static Optional<Money> of(Stakes.Costs costs, TrainingSet set) {
    Expression[] stated = {
      costs.truePositive(), costs.falsePositive(), costs.falseNegative(), costs.trueNegative()
    };
    double[][] values = new double[4][set.size()];
    int kept = 0;
    try {
      Expression.Bound[] bound = new Expression.Bound[4];
      for (int c = 0; c < 4; c++) {
        bound[c] = stated[c].bind(set.rows().schema(), Expression.Kind.NUMBER);
      }
      var row = set.rows().cursor();
      for (int i = 0; i < set.size(); i++) {
        boolean complete = true;
        for (int c = 0; c < 4; c++) {
          values[c][kept] = bound[c].number(row.at(i));
          complete &= !Double.isNaN(values[c][kept]);
        }
        kept += complete ? 1 : 0;
      }
    } catch (ExpressionException unfit) {
      return Optional.empty(); // training says what is wrong with it, and where
    }
    if (kept == 0) {
      return Optional.empty();
    }
    for (int c = 0; c < 4; c++) {
      values[c] = Arrays.copyOf(values[c], kept);
    }
    return Optional.of(of(costs.currency(), values, true));
  }

  private static Money of(String currency, double[][] values, boolean perRow) {
    int n = values[0].length;
    double[] thresholds = new double[n];
    int decided = 0;
    int never = 0;
    int always = 0;
    for (int i = 0; i < n; i++) {
      double needless = values[1][i] - values[3][i];
      double missed = values[2][i] - values[0][i];
      never += missed <= 0 ? 1 : 0;
      always += needless <= 0 ? 1 : 0;
      if (needless > 0 && missed > 0) {
        thresholds[decided++] = needless / (needless + missed);
      }
    }
    double[] sorted = Arrays.copyOf(thresholds, decided);
    Arrays.sort(sorted);
    return new Money(
        currency,
        median(values[0]),
        median(values[1]),
        median(values[2]),
        median(values[3]),
        perRow,
        at(sorted, 0.5),
        at(sorted, 0.05),
        at(sorted, 0.95),
        (double) never / n,
        (double) always / n);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return at(sorted, 0.5);
  }

  private static double at(double[] sorted, double share) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) (share * (sorted.length - 1))];
  }

  /// FN:FP of the extra costs: how many needless actions one missed case is worth; NaN without a
  /// threshold.
  double ratio() {
    return (1 - threshold) / threshold;
  }

  /// The share of a missed case's cost that the action is said to save, beyond its own cost; NaN
  /// where a missed case costs nothing.
  double savedShare() {
    return falseNegative > 0 ? 1 - (truePositive - falsePositive) / falseNegative : Double.NaN;
  }
}
