package dev.gnomon.training;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Table;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.training.OutcomePeriods.RowCosts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What outcomes cost, evaluated for every row of a part at its own time.
///
/// Acting is worth p (FN - TP) - (1 - p)(FP - TN): what it saves where the outcome would have come,
/// less what it wastes where not. A row whose costs are missing (a customer without a value) counts
/// with the mean cost of the training rows; how many is reported.
final class CostModel {
  private final String currency;
  private final Expression.Bound[] bound;
  private final double[] means;
  private final boolean constant;
  private final int missing;

  private CostModel(
      String currency, Expression.Bound[] bound, double[] means, boolean constant, int missing) {
    this.currency = currency;
    this.bound = bound;
    this.means = means;
    this.constant = constant;
    this.missing = missing;
  }

  /// Empty when the use case states no costs.
  ///
  /// @param train the rows whose mean stands for missing costs
  /// @throws BadInput if missing an outcome is not dearer than acting on it
  static Optional<CostModel> of(UseCase useCase, TrainingSet set, int[] train) {
    if (useCase.problem().costs().isEmpty()) {
      return Optional.empty();
    }
    Stakes.Costs costs = useCase.problem().costs().get();
    Expression[] expressions = {
      costs.truePositive(), costs.falsePositive(), costs.falseNegative(), costs.trueNegative()
    };
    Expression.Bound[] bound = new Expression.Bound[4];
    boolean constant = true;
    for (int i = 0; i < 4; i++) {
      bound[i] = expressions[i].bind(set.rows().schema());
      constant &= expressions[i].columns().isEmpty();
    }
    CostModel raw =
        new CostModel(costs.currency(), bound, new double[4], constant, 0);
    double[][] values = raw.evaluate(set, train);
    double[] means = new double[4];
    int missing = 0;
    for (int i = 0; i < train.length; i++) {
      boolean any = false;
      for (int c = 0; c < 4; c++) {
        any |= Double.isNaN(values[c][i]);
      }
      missing += any ? 1 : 0;
    }
    List<Problem> problems = new ArrayList<>();
    String[] names = {"true-positive", "false-positive", "false-negative", "true-negative"};
    for (int c = 0; c < 4; c++) {
      double sum = 0;
      int n = 0;
      for (double v : values[c]) {
        if (!Double.isNaN(v)) {
          sum += v;
          n++;
        }
      }
      if (n == 0) {
        problems.add(
            new Problem(
                "problem.costs." + names[c],
                "'%s' is missing in all training rows".formatted(expressions[c].text()),
                "a number, or an expression over columns that are filled"));
      }
      means[c] = sum / n;
    }
    if (problems.isEmpty() && !(means[2] > means[0])) {
      problems.add(
          new Problem(
              "problem.costs",
              "a missed outcome costs %s on average and acting on it %s, so acting never pays"
                  .formatted(means[2], means[0]),
              "a false-negative that is greater than the true-positive"));
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return Optional.of(new CostModel(costs.currency(), bound, means, constant, missing));
  }

  String currency() {
    return currency;
  }

  /// Training rows with a missing cost.
  int missing() {
    return missing;
  }

  /// The probability from which acting pays; empty when costs are per row.
  OptionalDouble threshold() {
    if (!constant) {
      return OptionalDouble.empty();
    }
    double waste = means[1] - means[3];
    double saving = means[2] - means[0];
    return OptionalDouble.of(waste / (waste + saving));
  }

  RowCosts rows(TrainingSet set, int[] rows) {
    double[][] v = evaluate(set, rows);
    for (int c = 0; c < 4; c++) {
      for (int i = 0; i < rows.length; i++) {
        if (Double.isNaN(v[c][i])) {
          v[c][i] = means[c];
        }
      }
    }
    return new RowCosts(v[0], v[1], v[2], v[3]);
  }

  private double[][] evaluate(TrainingSet set, int[] rows) {
    double[][] values = new double[4][rows.length];
    Table.Cursor cursor = set.rows().cursor();
    for (int i = 0; i < rows.length; i++) {
      cursor.at(rows[i]);
      for (int c = 0; c < 4; c++) {
        values[c][i] = bound[c].number(cursor);
      }
    }
    return values;
  }
}
