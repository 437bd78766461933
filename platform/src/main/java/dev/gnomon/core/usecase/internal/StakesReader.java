package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.expression.Expression;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// Reads `problem`.
final class StakesReader {
  private static final Expression NOTHING = Expression.parse("0");

  private static final int MIN_ROWS = 500;

  private StakesReader() {}

  static Stakes read(Fields problem, Optional<Frame> frame, TaskRules rules, Context context) {
    rules.refuse(problem, context, "costs", "repeat", "review", "thresholds");
    rules.refuse(
        problem.sectionOrNone("constraints"), context, "min-recall", "min-precision", "capacity");
    return new Stakes(
        problem.text("decision"),
        problem.text("owner"),
        costs(problem, context),
        repeat(problem, frame, context),
        constraints(problem, context),
        review(problem, context),
        problem
            .section("thresholds")
            .filter(Fields::isRight)
            .map(fields ->
                new Stakes.Thresholds(
                    fields.text("by").orElseThrow(), fields.count("min-rows").orElse(MIN_ROWS))));
  }

  private static Optional<Stakes.Review> review(Fields problem, Context context) {
    Optional<Fields> section = problem.section("review").filter(Fields::isRight);
    if (section.isEmpty()) {
      return Optional.empty();
    }
    Fields fields = section.get();
    OptionalDouble from = fields.number("from");
    OptionalDouble to = fields.number("to");
    boolean band = from.isPresent() && to.isPresent();
    if (fields.has("cost") == (fields.has("from") || fields.has("to"))
        || (!fields.has("cost") && !band)) {
      context.problem(
          problem,
          "review",
          "neither a price nor a band, or both",
          "{cost: 8, accuracy: 0.95}, or {from: 0.3, to: 0.6}");
    } else if (band && from.getAsDouble() >= to.getAsDouble()) {
      context.problem(fields, "to", "the band ends before it begins", "a probability above from");
    } else if (fields.has("cost") && !problem.has("costs")) {
      context.problem(
          fields, "cost", "a price of a review without costs", "state problem.costs, or a band");
    }
    double accuracy = fields.number("accuracy").orElse(1);
    return Optional.of(
        new Stakes.Review(
            fields.number("cost"),
            fields.number("sensitivity").orElse(accuracy),
            fields.number("specificity").orElse(accuracy),
            from,
            to));
  }

  private static Optional<Stakes.Costs> costs(Fields problem, Context context) {
    Optional<Fields> section = problem.section("costs");
    if (section.isEmpty()) {
      return Optional.empty();
    }
    Fields fields = section.get();
    var costs =
        new Stakes.Costs(
            fields.text("currency", "units"),
            cost(fields, "true-positive", context),
            cost(fields, "false-positive", context),
            cost(fields, "false-negative", context),
            cost(fields, "true-negative", context));
    OptionalDouble caught = costs.truePositive().constant();
    OptionalDouble missed = costs.falseNegative().constant();
    if (fields.isRight()
        && caught.isPresent()
        && missed.isPresent()
        && missed.getAsDouble() <= caught.getAsDouble()) {
      context.problem(
          fields,
          "false-negative",
          "failing to act costs %s, acting rightly %s: acting would never pay"
              .formatted(costs.falseNegative(), costs.truePositive()),
          "state a false-negative cost above the true-positive cost");
    }
    return Optional.of(costs);
  }

  private static Expression cost(Fields fields, String key, Context context) {
    Expression cost = fields.formula(key).orElse(NOTHING);
    if (cost.columns().isEmpty() && cost.constant().isEmpty()) {
      context.problem(
          fields, key, "'" + cost + "' has no value as a number", "a finite number or a formula");
    }
    return cost;
  }

  private static Optional<Stakes.Repeat> repeat(
      Fields problem, Optional<Frame> frame, Context context) {
    Fields fields = problem.sectionOrNone("repeat");
    Optional<Duration> horizon = frame.flatMap(found -> FrameReader.horizon(found.target()));
    Optional<Duration> per = fields.span("per").or(() -> horizon);
    // Without a frame the horizon is unknown for a reason that was reported.
    if (problem.has("repeat") && per.isEmpty() && fields.isRight() && frame.isPresent()) {
      context.problem(
          problem,
          "repeat",
          "there is no horizon to take as the period",
          "state the period, as in {at-most: 1, per: 30d}");
    }
    return per.map(period -> new Stakes.Repeat(fields.count("at-most").orElse(1), period));
  }

  private static Stakes.Constraints constraints(Fields problem, Context context) {
    Fields fields = problem.sectionOrNone("constraints");
    if (fields.has("capacity") && !problem.has("costs")) {
      context.problem(
          fields,
          "capacity",
          "a capacity without costs",
          "state problem.costs: the capacity goes to the most valuable decisions");
    }
    Optional<Fields> limit = fields.section("capacity").filter(Fields::isRight);
    OptionalInt max = limit.map(each -> each.count("max")).orElse(OptionalInt.empty());
    Optional<Duration> per = limit.flatMap(each -> each.span("per"));
    return new Stakes.Constraints(
        fields.span("latency-p99"),
        fields.number("min-recall"),
        fields.number("min-precision"),
        per.map(period -> new Stakes.Capacity(max.orElseThrow(), period)),
        Words.of(Stakes.Reasons.class, fields.text("reasons", "none")),
        fields.texts("protected"));
  }
}
