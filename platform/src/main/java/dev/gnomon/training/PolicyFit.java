package dev.gnomon.training;

import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.models.Policy;
import dev.gnomon.stats.Proportions;
import dev.gnomon.stats.SortOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Finds where yes begins, on out-of-fold predictions of the training part.
///
/// Without constraints the line follows from the costs alone: act where the expected gain is
/// positive. With `min-recall` or `min-precision` it is the cheapest line whose recall and
/// precision hold at a one-sided 95 % lower bound (Wilson's interval over entities, since rows of
/// one entity are not independent), so that a constraint just met by luck does not count as met.
/// Without costs the line with the best F1 among those is taken; with neither, even odds (0.5).
final class PolicyFit {
  /// Two-sided level whose lower bound is a one-sided 95 % bound.
  private static final double LEVEL = 0.90;

  private static final int MAX_LINES = 400;
  private static final String CONSTRAINED = "under the constraints";

  private PolicyFit() {}

  /// @param lines the cheapest first, the one to serve last
  record Result(List<Line> lines, List<String> notes) {
    Line served() {
      return lines.getLast();
    }
  }

  private record Step(double line, double recall, double precision, int acted, double f1) {}

  static Result fit(UseCase useCase, Policy base, Scored part, OutcomePeriods periods) {
    List<Line> lines = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    if (base.hasCosts()) {
      lines.add(Line.byGain("cheapest", 0, base));
    }
    Stakes.Constraints constraints = useCase.problem().constraints();
    if (constraints.minRecall().isPresent() || constraints.minPrecision().isPresent()) {
      lines.add(constrained(constraints, part, periods, base));
    } else if (lines.isEmpty()) {
      lines.add(Line.byScore("even odds", 0.5, base));
      notes.add(
          "Neither costs nor constraints are stated: yes begins at a probability of 0.5, which is an"
              + " assumption about costs too (a missed outcome as dear as a wasted action).");
    }
    return new Result(lines, notes);
  }

  private static Line constrained(
      Stakes.Constraints constraints, Scored part, OutcomePeriods periods, Policy base) {
    double minRecall = constraints.minRecall().orElse(0);
    double minPrecision = constraints.minPrecision().orElse(0);
    // A line in probabilities where the cheapest is one, else in expected gain.
    boolean byScore = !base.hasCosts() || base.threshold().isPresent();
    List<Step> steps = steps(part, byScore ? part.probabilities() : part.gains());
    List<Step> feasible =
        steps.stream()
            .filter(s -> s.recall() >= minRecall && s.precision() >= minPrecision)
            .toList();
    if (feasible.isEmpty()) {
      throw infeasible(constraints, steps);
    }
    if (!base.hasCosts()) {
      return line(
          true, feasible.stream().reduce((a, b) -> b.f1() > a.f1() ? b : a).orElseThrow(), base);
    }
    double own = byScore ? base.threshold().orElseThrow() : 0;
    // The cheapest line itself when it is feasible: it equals the last step above it.
    Optional<Step> atCheapest =
        steps.stream().filter(s -> s.line() >= own).reduce((_, last) -> last);
    if (atCheapest.isPresent() && feasible.contains(atCheapest.get())) {
      return byScore ? Line.byScore(CONSTRAINED, own, base) : Line.byGain(CONSTRAINED, 0, base);
    }
    double best = Double.POSITIVE_INFINITY;
    Line chosen = line(byScore, feasible.getFirst(), base);
    int stride = Math.max(1, feasible.size() / MAX_LINES);
    for (int i = 0; i < feasible.size(); i++) {
      // The ends are where a bound just holds, and mostly the cheapest.
      if (i % stride != 0 && i != feasible.size() - 1) {
        continue;
      }
      Line tried = line(byScore, feasible.get(i), base);
      double cost = 0;
      for (double c :
          periods.costs(tried.decide(part), part.labels(), part.costs().orElseThrow())) {
        cost += c;
      }
      if (cost < best) {
        best = cost;
        chosen = tried;
      }
    }
    return chosen;
  }

  private static Line line(boolean byScore, Step step, Policy base) {
    return byScore
        ? Line.byScore(CONSTRAINED, step.line(), base)
        : Line.byGain(CONSTRAINED, step.line(), base);
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
