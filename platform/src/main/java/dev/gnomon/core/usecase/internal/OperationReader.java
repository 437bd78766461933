package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.DecisionStreamSpec;
import dev.gnomon.core.usecase.EvaluationSection;
import dev.gnomon.core.usecase.EvaluationSection.Gate;
import dev.gnomon.core.usecase.MetricNames;
import dev.gnomon.core.usecase.ProductionSection;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.StreamSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Reads `evaluation` and `production`.
record OperationReader(Stakes stakes, TaskRules rules, Context context) {
  EvaluationSection evaluation(Fields evaluation) {
    List<String> metrics = new ArrayList<>();
    for (YamlNode item : evaluation.items("metrics")) {
      String metric = ((YamlNode.Scalar) item).text();
      if (metrics.contains(metric)) {
        context.problems().add(item, "'" + metric + "' stands twice", "name it once");
      }
      if (MetricNames.isMoney(metric) && stakes.costs().isEmpty()) {
        context.problems().add(item, "'%s' without costs".formatted(metric), "state problem.costs");
      }
      rules.require(metric, item, context);
      metrics.add(metric);
    }
    if (!evaluation.has("metrics")) {
      metrics.addAll(rules.defaultMetrics());
      if (stakes.costs().isPresent()) {
        metrics.add("expected-cost");
      }
    }
    List<Gate> gates = new ArrayList<>();
    for (YamlNode item : evaluation.items("gates")) {
      evaluation.fields(item).ifPresent(fields -> gates.add(gate(fields)));
    }
    return new EvaluationSection(
        metrics,
        evaluation.texts("segments"),
        evaluation.has("gates") ? Optional.of(gates) : Optional.empty());
  }

  private Gate gate(Fields fields) {
    String metric = fields.text("metric").orElseThrow();
    rules.require(metric, fields, "metric", context);
    boolean neutral = metric.equals("bias") || MetricNames.isNeutral(metric);
    if (neutral && fields.has("no-worse-than")) {
      context.problem(
          fields,
          "no-worse-than",
          "neither more nor less %s is better".formatted(metric),
          "at-least or at-most");
    }
    boolean lower = TaskRules.lowerIsBetter(metric);
    String wrongBound = lower ? "at-least" : "at-most";
    if (fields.has(wrongBound) && !neutral) {
      context.problem(
          fields,
          wrongBound,
          "'%s' with %s, of which %s is better"
              .formatted(wrongBound, metric, lower ? "less" : "more"),
          lower ? "at-most" : "at-least");
    }
    for (String key : List.of("at-least", "at-most")) {
      OptionalDouble bound = fields.number(key);
      if (bound.isPresent()
          && TaskRules.isShare(metric)
          && (bound.getAsDouble() < 0 || bound.getAsDouble() > 1)) {
        context.problem(
            fields, key, metric + " can't be " + bound.getAsDouble(), "a number from 0 to 1");
      }
    }
    if (MetricNames.isMoney(metric) && stakes.costs().isEmpty()) {
      context.problem(
          fields, "metric", "'%s' without costs".formatted(metric), "state problem.costs");
    }
    if (fields.has("margin") && !fields.has("no-worse-than")) {
      context.problem(
          fields, "margin", "a margin of a fixed bound", "only no-worse-than has a margin");
    }
    return new Gate(
        metric,
        fields.number("at-least"),
        fields.number("at-most"),
        fields.text("no-worse-than"),
        fields.number("margin").orElse(0),
        fields.mapping().line());
  }

  ProductionSection production(String name, Fields production, Optional<Duration> horizon) {
    rules.refuse(production, context, "hold-out");
    Fields monitor = production.sectionOrNone("monitor");
    String tolerance = monitor.sectionOrNone("drift").text("tolerance", "medium");
    return new ProductionSection(
        production.section("release").map(this::release),
        fallback(production),
        production.number("hold-out").orElse(0),
        new ProductionSection.Monitor(
            Words.of(ProductionSection.Monitor.Tolerance.class, tolerance),
            monitor.span("outcomes-after").or(() -> horizon),
            monitor.number("verify").orElse(ProductionSection.Monitor.VERIFY)),
        production.section("retrain").map(this::retrain),
        production
            .section("decisions")
            .flatMap(decisions -> decisions.section("kafka"))
            .filter(Fields::isRight)
            .map(kafka -> decisions(name, kafka)),
        new ServingReader(stakes, rules, context).read(production.sectionOrNone("serving")));
  }

  private DecisionStreamSpec decisions(String name, Fields kafka) {
    DecisionStreamSpec stream =
        new DecisionStreamSpec(
            "kafka",
            kafka.text("requests").orElseThrow(),
            kafka.text("decisions").orElseThrow(),
            kafka.text("errors"),
            kafka.text("servers"),
            kafka.text("group", "gnomon-" + name + "-decisions"),
            Words.of(StreamSpec.From.class, kafka.text("from", "earliest")));
    for (String key : List.of("decisions", "errors")) {
      if (kafka.text(key).filter(stream.requests()::equals).isPresent()) {
        context.problem(
            kafka, key, "it is the topic of the requests: answers would be asked", "another topic");
      }
    }
    return stream;
  }

  private ProductionSection.Release release(Fields release) {
    List<Integer> steps =
        switch (release.text("steps").orElse(release.has("steps") ? "" : "cautious")) {
          case "cautious" -> List.of(1, 5, 25, 100);
          case "quick" -> List.of(10, 50, 100);
          default -> Fields.texts(release.items("steps")).stream().map(Integer::parseInt).toList();
        };
    boolean rising = true;
    for (int i = 1; i < steps.size(); i++) {
      rising &= steps.get(i) > steps.get(i - 1);
    }
    if (release.node("steps").isPresent() && (!rising || steps.get(steps.size() - 1) != 100)) {
      context.problem(
          release, "steps", "the steps are " + steps, "rising percentages that end with 100");
    }
    return new ProductionSection.Release(
        release.text("strategy", "canary"),
        steps,
        release.span("step-time").orElse(Duration.ofHours(1)),
        release.count("min-samples").orElse(500),
        release.text("approval", "none").equals("required"));
  }

  private List<ProductionSection.FallbackRule> fallback(Fields production) {
    if (production.node("fallback").isEmpty()) {
      return List.of();
    }
    List<ProductionSection.FallbackRule> found = new ArrayList<>();
    List<YamlNode> items = production.items("fallback");
    for (int i = 0; i < items.size(); i++) {
      Fields rule = production.fields(items.get(i)).orElseThrow();
      boolean last = i == items.size() - 1;
      if (rule.has("otherwise") != last) {
        context
            .problems()
            .add(
                items.get(i),
                last ? "the last rule has a condition" : "rules stand below 'otherwise'",
                "the last rule, and only it, is {otherwise: true, score: …}");
      }
      double score = rule.number("score").orElseThrow();
      if (!rules.number() && (score < 0 || score > 1)) {
        context.problem(rule, "score", "a probability of " + score, "a number from 0 to 1");
      }
      found.add(new ProductionSection.FallbackRule(rule.formula("when"), score));
    }
    return found;
  }

  private ProductionSection.Retrain retrain(Fields retrain) {
    List<String> conditions = new ArrayList<>();
    for (YamlNode item : retrain.items("when")) {
      if (item instanceof YamlNode.Scalar scalar) {
        conditions.add(scalar.text());
      } else {
        retrain
            .fields(item)
            .ifPresent(fields ->
                fields
                    .text("drift-in-more-than")
                    .ifPresent(count -> conditions.add("drift-in-more-than: " + count)));
      }
    }
    return new ProductionSection.Retrain(retrain.span("every"), conditions);
  }
}
