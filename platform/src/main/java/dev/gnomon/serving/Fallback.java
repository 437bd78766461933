package dev.gnomon.serving;

import dev.gnomon.core.usecase.ProductionSection;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Decides by the rules of the use-case file: while there is no version, and when a model fails.
final class Fallback {
  private record Rule(Optional<Expression.Bound> when, double score) {}

  private final List<Rule> rules = new ArrayList<>();
  private final List<Expression.Bound> costs;
  private final double none;

  /// @param none the score without rules
  /// @param row the schema of the rows; it holds every column that the rules and costs read
  Fallback(ProductionSection production, Optional<Stakes.Costs> stated, double none, Schema row) {
    this.none = none;
    for (ProductionSection.FallbackRule rule : production.fallback()) {
      rules.add(new Rule(rule.when().map(when -> when.bind(row)), rule.score()));
    }
    costs =
        stated
            .map(c ->
                List.of(
                    c.truePositive().bind(row),
                    c.falsePositive().bind(row),
                    c.falseNegative().bind(row),
                    c.trueNegative().bind(row)))
            .orElse(List.of());
  }

  /// The score of the first rule that holds; without rules 0, or NaN where a number is foreseen.
  double score(Row row) {
    for (Rule rule : rules) {
      if (rule.when().isEmpty() || rule.when().get().holds(row)) {
        return rule.score();
      }
    }
    return none;
  }

  /// True positive, false positive, false negative, true negative; NaN without costs or where a
  /// value is missing.
  void costs(Row row, double[] out) {
    for (int i = 0; i < 4; i++) {
      out[i] = costs.isEmpty() ? Double.NaN : costs.get(i).number(row);
    }
  }

  /// By value when the costs are known, else from a score of one half.
  static boolean acts(double p, double[] costs) {
    double value = p * (costs[2] - costs[0]) - (1 - p) * (costs[1] - costs[3]);
    return Double.isNaN(value) ? p >= 0.5 : value > 0;
  }
}
