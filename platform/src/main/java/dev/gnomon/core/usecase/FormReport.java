package dev.gnomon.core.usecase;

import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.Frame.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// What `gnomon check` says about the form of a file that was read: that it is valid, and what it
/// states after all defaults, so that a reader sees what was understood.
public final class FormReport {
  private FormReport() {}

  /// Lines of text, the first of which is the verdict.
  public static List<String> lines(UseCase useCase) {
    List<String> lines = new ArrayList<>();
    lines.add("form is valid: " + useCase.file());
    useCase.problem().decision().ifPresent(decision -> lines.add("decision: " + decision));
    lines.add("target: " + target(useCase.frame().target()));
    lines.add("observed: " + observe(useCase.frame().observe()));
    lines.add("data: " + data(useCase.data()));
    lines.add("features: " + features(useCase.features()));
    lines.add(
        "models: "
            + useCase.models().candidates().stream()
                .map(ModelSection.Candidate::trainer)
                .collect(Collectors.joining(", "))
            + "; calibration "
            + word(useCase.models().calibration()));
    lines.add("training: " + training(useCase.training()));
    lines.add("gates: " + gates(useCase.evaluation()));
    lines.add(
        useCase.problem().costs().isPresent()
            ? "costs: in " + useCase.problem().costs().get().currency()
            : "costs: none stated, so that no money is printed");
    if (useCase.production().fallback().isEmpty()) {
      lines.add("fallback: none, so that no decision is given without a model");
    }
    return List.copyOf(lines);
  }

  private static String target(Target target) {
    return switch (target) {
      case Target.EventWithin event ->
          event.source() + " within " + FeatureNames.window(event.within());
      case Target.NoEventWithin event ->
          "no " + event.source() + " within " + FeatureNames.window(event.within());
      case Target.InColumn column ->
          column.column() + column.positive().map(positive -> " = '" + positive + "'").orElse("");
    };
  }

  private static String observe(Observe observe) {
    return switch (observe) {
      case Observe.EachRow() -> "each row";
      case Observe.Grid grid ->
          "%s every %s, %,d times"
              .formatted(
                  grid.population(),
                  FeatureNames.window(grid.every()),
                  (grid.toMicros() - grid.fromMicros()) / (grid.every().toMillis() * 1_000) + 1);
      case Observe.Listed listed -> "as listed in " + listed.table().format().paths().get(0);
    };
  }

  private static String data(DataSection data) {
    return data.sources().values().stream()
        .map(source ->
            source.name()
                + (source.checks().isEmpty() ? "" : " (" + count(source.checks(), "check") + ")"))
        .collect(Collectors.joining(", "));
  }

  private static String features(FeatureSection features) {
    List<String> parts = new ArrayList<>();
    features
        .columns()
        .forEach((source, attributes) ->
            parts.add(
                attributes.all()
                    ? "all columns of " + source
                    : count(attributes.names(), "column") + " of " + source));
    List<String> names =
        features.aggregates().stream().flatMap(each -> FeatureNames.of(each).stream()).toList();
    if (!names.isEmpty()) {
      parts.add(count(names, "aggregate"));
    }
    if (!features.request().isEmpty()) {
      parts.add(features.request().size() + " of the request");
    }
    if (!features.derived().isEmpty()) {
      parts.add(features.derived().size() + " derived");
    }
    return String.join(", ", parts);
  }

  private static String training(TrainingSection training) {
    TrainingSection.Split split = training.split();
    return "split by %s, validation %s, test %s; search %s; seed %d"
        .formatted(
            word(split.by()),
            split.validation(),
            split.test(),
            word(training.search().method()),
            training.seed());
  }

  private static String gates(EvaluationSection evaluation) {
    if (evaluation.gates().isEmpty()) {
      return "derived ones only";
    }
    if (evaluation.gates().get().isEmpty()) {
      return "none at all";
    }
    return evaluation.gates().get().stream()
        .map(gate ->
            gate.metric()
                + gate.noWorseThan().map(alias -> " no worse than " + alias).orElse("")
                + bound(" at least ", gate.atLeast())
                + bound(" at most ", gate.atMost()))
        .collect(Collectors.joining(", ", "", ", and derived ones"));
  }

  private static String bound(String words, OptionalDouble bound) {
    return bound.isPresent() ? words + bound.getAsDouble() : "";
  }

  private static String count(List<?> things, String word) {
    return things.size() + " " + word + (things.size() == 1 ? "" : "s");
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
