package dev.gnomon.training;

import dev.gnomon.core.usecase.EvaluationSection.Gate;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.stats.Interval;
import dev.gnomon.training.Evaluation.CalibrationResult;
import dev.gnomon.training.Evaluation.GateResult;
import dev.gnomon.training.Evaluation.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What a version must hold on the test part before it may be registered: what the file states, and
/// what follows from its statement. `gates: []` asks for none at all.
///
/// A gate fails only when the 95 % interval excludes its bound: chance alone must not block a
/// release, and a bound that matters is met by more data or a better model, not by luck.
///
/// Derived: the stated constraints on recall and precision; a calibration slope within [#SLOPE_LOW,
/// #SLOPE_HIGH], since the decision weighs probabilities against money; and doing better than the
/// cheaper of nobody and everybody (without costs: than the base rate; for numbers: than their
/// mean).
final class Gates {
  static final double SLOPE_LOW = 0.8;
  static final double SLOPE_HIGH = 1.25;

  private Gates() {}

  /// @param byAlias the test metrics of the version an alias points at; empty when there is none
  static List<GateResult> judge(
      UseCase useCase,
      Map<String, Interval> test,
      Optional<CalibrationResult> calibration,
      Optional<Money> money,
      Function<String, Optional<Map<String, Double>>> byAlias) {
    Optional<List<Gate>> stated = useCase.evaluation().gates();
    if (stated.isPresent() && stated.get().isEmpty()) {
      return List.of();
    }
    List<GateResult> results = new ArrayList<>();
    for (Gate gate : stated.orElse(List.of())) {
      judge(gate, Metrics.required(test, gate.metric()), byAlias, results);
    }
    Stakes.Constraints constraints = useCase.problem().constraints();
    constraints
        .minRecall()
        .ifPresent(v ->
            atLeast("recall", Metrics.required(test, "recall"), v, "problem.constraints", results));
    constraints
        .minPrecision()
        .ifPresent(v ->
            atLeast(
                "precision",
                Metrics.required(test, "precision"),
                v,
                "problem.constraints",
                results));
    calibration.ifPresent(c -> results.add(slope(c.slope())));
    if (useCase.frame().task().isNumber()) {
      atLeast(
          "r2",
          Metrics.required(test, "r2"),
          0,
          "derived: a model must beat saying the mean of everybody",
          results);
    } else if (money.isPresent()) {
      Interval saved = money.get().savedAgainstBestTrivial();
      results.add(
          new GateResult(
              "better-than-constant",
              "derived: a model must beat deciding the same for everybody",
              !saved.below(0),
              saved,
              0,
              "saved against the cheaper of nobody and everybody >= 0"));
    } else {
      atLeast(
          "brier-skill",
          Metrics.required(test, "brier-skill"),
          0,
          "derived: a model must beat the base rate",
          results);
    }
    return results;
  }

  private static GateResult slope(Interval slope) {
    return new GateResult(
        "calibration-slope",
        "derived: probabilities are weighed against costs",
        !slope.below(SLOPE_LOW) && !slope.above(SLOPE_HIGH),
        slope,
        1,
        "calibration-slope within %s and %s".formatted(SLOPE_LOW, SLOPE_HIGH));
  }

  private static void judge(
      Gate gate,
      Interval value,
      Function<String, Optional<Map<String, Double>>> byAlias,
      List<GateResult> results) {
    String origin = "stated, line " + gate.line();
    if (gate.atLeast().isPresent()) {
      atLeast(gate.metric(), value, gate.atLeast().getAsDouble(), origin, results);
    } else if (gate.atMost().isPresent()) {
      atMost(gate.metric(), value, gate.atMost().getAsDouble(), origin, results);
    } else {
      String alias = gate.noWorseThan().orElse("champion");
      Optional<Double> before = byAlias.apply(alias).map(m -> m.get(gate.metric()));
      if (before.isEmpty()) {
        results.add(
            new GateResult(
                gate.metric(),
                origin,
                true,
                value,
                Double.NaN,
                "%s no worse than %s (there is none yet)".formatted(gate.metric(), alias)));
        return;
      }
      // The margin is a share of the figure it is compared with: 0.02 of 3 USD, 0.02 of 0.85.
      double slack = gate.margin() * Math.abs(before.get());
      String text =
          String.format(
              Locale.ROOT,
              "%s no worse than %s (%.4g, margin %.3g)",
              gate.metric(),
              alias,
              before.get(),
              gate.margin());
      boolean lower = Metrics.lowerIsBetter(gate.metric());
      double bound = lower ? before.get() + slack : before.get() - slack;
      results.add(
          new GateResult(
              gate.metric(),
              origin,
              lower ? !value.above(bound) : !value.below(bound),
              value,
              bound,
              text));
    }
  }

  private static void atLeast(
      String metric, Interval value, double bound, String origin, List<GateResult> results) {
    results.add(
        new GateResult(
            metric, origin, !value.below(bound), value, bound, metric + " >= " + plain(bound)));
  }

  private static void atMost(
      String metric, Interval value, double bound, String origin, List<GateResult> results) {
    results.add(
        new GateResult(
            metric, origin, !value.above(bound), value, bound, metric + " <= " + plain(bound)));
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
  }
}
