package dev.gnomon.training;

import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Policy;
import dev.gnomon.stats.Proportions;
import dev.gnomon.stats.SortOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/// Finds where yes begins, on out-of-fold predictions of the training part.
///
/// Without constraints the line follows from the costs alone: act where the expected gain is
/// positive. With `min-recall` or `min-precision` it is the cheapest line whose recall and
/// precision hold at a one-sided 95 % lower bound (Wilson's interval over entities, since rows of
/// one entity are not independent), so that a constraint just met by luck does not count as met.
/// Without costs a least recall alone asks for the highest precision, a least precision alone for
/// the highest recall, and both for the best F1 among the lines that keep them; with neither, even
/// odds (0.5).
///
/// With `problem.thresholds` every level of the column that has rows enough gets its own line by
/// the same rule; where nothing is constrained, the cheapest on its rows, or without costs the one
/// of the best F1.
final class PolicyFit {
  /// Two-sided level whose lower bound is a one-sided 95 % bound.
  private static final double LEVEL = 0.90;

  private static final int MAX_LINES = 400;
  private static final String CONSTRAINED = "under the constraints";

  private PolicyFit() {}

  /// @param lines the cheapest first, the one to serve last
  /// @param alone the line that each constraint would ask for by itself, by its name
  record Result(List<Line> lines, Map<String, Line> alone, List<String> notes) {
    /// Of a number, about which nothing is decided.
    static Result none() {
      return new Result(List.of(Line.none()), Map.of(), List.of());
    }

    Line served() {
      return lines.getLast();
    }
  }

  private record Step(double line, double recall, double precision, int acted, double f1) {}

  static Result fit(
      UseCase useCase, Policy base, Scored part, OutcomePeriods periods, TrainingSet set) {
    Map<String, Line> alone = new LinkedHashMap<>();
    List<Line> lines = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    if (base.hasCosts()) {
      lines.add(Line.byGain("cheapest", 0, base));
    }
    Stakes.Constraints constraints = useCase.problem().constraints();
    if (constraints.minRecall().isPresent() || constraints.minPrecision().isPresent()) {
      lines.add(constrained(constraints, part, periods, base));
      alone(constraints, part, periods, base, lines.getLast(), alone);
    } else if (lines.isEmpty()) {
      lines.add(Line.byScore("even odds", 0.5, base));
      notes.add(
          "Neither costs nor constraints are stated: yes begins at a probability of 0.5, which is an"
              + " assumption about costs too (a missed outcome as dear as a wasted action).");
    }
    useCase
        .problem()
        .thresholds()
        .flatMap(by -> SegmentFit.of(useCase, by, lines.getLast(), base, part, set, notes))
        .ifPresent(lines::add);
    return new Result(lines, alone, notes);
  }

  private static void alone(
      Stakes.Constraints constraints,
      Scored part,
      OutcomePeriods periods,
      Policy base,
      Line served,
      Map<String, Line> alone) {
    boolean both = constraints.minRecall().isPresent() && constraints.minPrecision().isPresent();
    constraints
        .minRecall()
        .ifPresent(least ->
            alone.put(
                "min-recall " + least,
                both ? constrained(only(constraints, true), part, periods, base) : served));
    constraints
        .minPrecision()
        .ifPresent(least ->
            alone.put(
                "min-precision " + least,
                both ? constrained(only(constraints, false), part, periods, base) : served));
  }

  private static Stakes.Constraints only(Stakes.Constraints all, boolean recall) {
    return new Stakes.Constraints(
        all.latencyP99(),
        recall ? all.minRecall() : OptionalDouble.empty(),
        recall ? OptionalDouble.empty() : all.minPrecision(),
        all.capacity(),
        all.reasons(),
        all.protectedColumns());
  }

  /// The line of one level of a column: under the constraints, else the cheapest, else of the best
  /// F1; empty when the constraints can't be met there.
  static Optional<Line> level(
      Stakes.Constraints constraints, Scored part, OutcomePeriods periods, Policy base) {
    if (constraints.minRecall().isPresent() || constraints.minPrecision().isPresent()) {
      try {
        return Optional.of(constrained(constraints, part, periods, base));
      } catch (Refusal infeasible) {
        return Optional.empty();
      }
    }
    List<Step> steps = steps(part, part.probabilities());
    return Optional.of(
        base.hasCosts()
            ? cheapest(steps, true, part, periods, base)
            : line(true, best(steps, Step::f1), base));
  }

  private static Step best(List<Step> steps, ToDoubleFunction<Step> figure) {
    Step best = steps.getFirst();
    for (Step step : steps) {
      best = figure.applyAsDouble(step) > figure.applyAsDouble(best) ? step : best;
    }
    return best;
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
      ToDoubleFunction<Step> figure =
          minPrecision == 0 ? Step::precision : minRecall == 0 ? Step::recall : Step::f1;
      return line(true, best(feasible, figure), base);
    }
    double own = byScore ? base.threshold().orElseThrow() : 0;
    // The cheapest line itself when it is feasible: it equals the last step above it.
    Optional<Step> atCheapest =
        steps.stream().filter(s -> s.line() >= own).reduce((_, last) -> last);
    if (atCheapest.isPresent() && feasible.contains(atCheapest.get())) {
      return byScore ? Line.byScore(CONSTRAINED, own, base) : Line.byGain(CONSTRAINED, 0, base);
    }
    return cheapest(feasible, byScore, part, periods, base);
  }

  private static Line cheapest(
      List<Step> steps, boolean byScore, Scored part, OutcomePeriods periods, Policy base) {
    double best = Double.POSITIVE_INFINITY;
    Line chosen = line(byScore, steps.getFirst(), base);
    int stride = Math.max(1, steps.size() / MAX_LINES);
    for (int i = 0; i < steps.size(); i++) {
      // The ends are where a bound just holds, and mostly the cheapest.
      if (i % stride != 0 && i != steps.size() - 1) {
        continue;
      }
      Line tried = line(byScore, steps.get(i), base);
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
