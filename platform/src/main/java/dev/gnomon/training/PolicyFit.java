package dev.gnomon.training;

import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.stats.Proportions;
import dev.gnomon.stats.SortOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// Finds where yes begins, on out-of-fold predictions of the training part.
///
/// Without constraints the line follows from the costs alone: act where the expected gain is
/// positive. With `min-recall` or `min-precision` it is the cheapest line whose recall and precision
/// hold at a one-sided 95 % lower bound (Wilson's interval over entities, since rows of one entity
/// are not independent), so that a constraint just met by luck does not count as met. Without costs
/// the line with the best F1 among those is taken; with neither, even odds (0.5).
final class PolicyFit {
  /// Two-sided level whose lower bound is a one-sided 95 % bound.
  private static final double LEVEL = 0.90;

  private static final int MAX_LINES = 400;

  private PolicyFit() {}

  /// @param lines the cheapest first, the one to serve last
  record Result(List<Line> lines, List<String> notes) {
    Line served() {
      return lines.getLast();
    }
  }

  private record Step(double line, double recall, double precision, int acted, double f1) {}

  static Result fit(
      UseCase useCase, Optional<CostModel> costs, Scored part, OutcomePeriods periods) {
    List<Line> lines = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    boolean byThreshold = costs.isEmpty() || costs.get().threshold().isPresent();
    if (costs.isPresent()) {
      OptionalDouble threshold = costs.get().threshold();
      lines.add(
          threshold.isPresent()
              ? Line.at("cheapest", threshold.getAsDouble())
              : Line.above("cheapest", 0));
    }
    Stakes.Constraints constraints = useCase.problem().constraints();
    if (constraints.minRecall().isPresent() || constraints.minPrecision().isPresent()) {
      double line = constrained(constraints, part, periods, byThreshold, costs.isPresent(), lines);
      lines.add(
          byThreshold
              ? Line.at("under the constraints", line)
              : Line.above("under the constraints", line));
    } else if (lines.isEmpty()) {
      lines.add(Line.at("even odds", 0.5));
      notes.add(
          "Neither costs nor constraints are stated: yes begins at a probability of 0.5, which is an"
              + " assumption about costs too (a missed outcome as dear as a wasted action).");
    }
    return new Result(lines, notes);
  }

  private static double constrained(
      Stakes.Constraints constraints,
      Scored part,
      OutcomePeriods periods,
      boolean byThreshold,
      boolean withCosts,
      List<Line> lines) {
    double minRecall = constraints.minRecall().orElse(0);
    double minPrecision = constraints.minPrecision().orElse(0);
    List<Step> steps = steps(part, byThreshold ? part.probabilities() : part.gains());
    List<Step> feasible =
        steps.stream().filter(s -> s.recall() >= minRecall && s.precision() >= minPrecision).toList();
    if (feasible.isEmpty()) {
      throw infeasible(constraints, steps);
    }
    if (!withCosts) {
      return feasible.stream()
          .reduce((a, b) -> b.f1() > a.f1() ? b : a)
          .orElseThrow()
          .line();
    }
    Line cheapest = lines.getFirst();
    double own = cheapest.threshold().orElse(cheapest.bid());
    // The cheapest line itself, if it is feasible: the first step at or below it.
    Optional<Step> atCheapest = steps.stream().filter(s -> s.line() <= own).findFirst();
    if (atCheapest.isPresent() && feasible.contains(atCheapest.get())) {
      return own;
    }
    double best = Double.POSITIVE_INFINITY;
    double line = feasible.getFirst().line();
    for (int i = 0; i < feasible.size(); i++) {
      int stride = Math.max(1, feasible.size() / MAX_LINES);
      if (i % stride != 0 && i != feasible.size() - 1) {
        continue;
      }
      Step step = feasible.get(i);
      Line tried = byThreshold ? Line.at("", step.line()) : Line.above("", step.line());
      double cost = 0;
      for (double c : periods.costs(tried.decide(part), part.labels(), part.costs().orElseThrow())) {
        cost += c;
      }
      if (cost < best) {
        best = cost;
        line = step.line();
      }
    }
    return line;
  }

  /// Every line that separates two scores, from the highest, with the lower bounds of recall and
  /// precision when acting above it.
  private static List<Step> steps(Scored part, double[] scores) {
    int[] ascending = SortOrder.ascending(scores);
    int n = scores.length;
    boolean[] positiveEntity = new boolean[part.entityCount()];
    double positives = 0;
    for (int i = 0; i < n; i++) {
      if (part.labels()[i] == 1) {
        positiveEntity[part.entities()[i]] = true;
        positives++;
      }
    }
    int positiveEntities = 0;
    for (boolean p : positiveEntity) {
      positiveEntities += p ? 1 : 0;
    }
    boolean[] seen = new boolean[part.entityCount()];
    int actedEntities = 0;
    double caught = 0;
    List<Step> steps = new ArrayList<>();
    for (int i = n - 1; i >= 0; i--) {
      int row = ascending[i];
      caught += part.labels()[row];
      if (!seen[part.entities()[row]]) {
        seen[part.entities()[row]] = true;
        actedEntities++;
      }
      if (i > 0 && scores[ascending[i - 1]] == scores[row]) {
        continue;
      }
      int acted = n - i;
      double recall = caught / positives;
      double precision = caught / acted;
      double below = i > 0 ? scores[ascending[i - 1]] : scores[row] - 1e-9;
      steps.add(
          new Step(
              (scores[row] + below) / 2,
              Proportions.wilson(recall * positiveEntities, positiveEntities, LEVEL).lower(),
              Proportions.wilson(precision * actedEntities, actedEntities, LEVEL).lower(),
              acted,
              2 * caught / (acted + positives)));
    }
    return steps;
  }

  private static Refusal infeasible(Stakes.Constraints constraints, List<Step> steps) {
    double minRecall = constraints.minRecall().orElse(0);
    double minPrecision = constraints.minPrecision().orElse(0);
    double recall =
        steps.stream()
            .filter(s -> s.precision() >= minPrecision)
            .mapToDouble(Step::recall)
            .max()
            .orElse(0);
    double precision =
        steps.stream()
            .filter(s -> s.recall() >= minRecall)
            .mapToDouble(Step::precision)
            .max()
            .orElse(0);
    List<String> asked = new ArrayList<>();
    constraints.minRecall().ifPresent(v -> asked.add("min-recall " + v));
    constraints.minPrecision().ifPresent(v -> asked.add("min-precision " + v));
    return new Refusal(
        "problem.constraints",
        "no line meets %s with 95 %% confidence on out-of-fold predictions of the training part"
            .formatted(String.join(" and ", asked)),
        String.format(
            Locale.ROOT,
            "with precision at least %s the best recall is %.3f, with recall at least %s the best"
                + " precision is %.3f (lower bounds); relax one, or give the model more to go by",
            minPrecision,
            recall,
            minRecall,
            precision));
  }
}
