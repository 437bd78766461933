package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.ModelSection;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.TrainingSection.By;
import dev.gnomon.expression.Expression;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads `models` and `training`.
record LearningReader(Stakes stakes, TaskRules rules, Context context) {
  private static final double SHARE = 0.2;
  private static final List<String> USUAL_OF_CLASSES = List.of("constant", "logistic", "xgboost");
  private static final List<String> USUAL_OF_NUMBERS = List.of("constant", "linear", "xgboost");

  ModelSection models(Fields models) {
    boolean transparent = stakes.constraints().reasons() == Stakes.Reasons.TRANSPARENT_MODEL;
    List<ModelSection.Candidate> candidates = new ArrayList<>();
    for (YamlNode item : models.items("candidates")) {
      ModelSection.Candidate candidate = candidate(item, models);
      if (candidates.contains(candidate)) {
        context
            .problems()
            .add(
                item,
                "the candidate '" + candidate.trainer() + "' stands twice",
                "keep one of them");
      }
      if (transparent && candidate.trainer().equals("xgboost")) {
        context
            .problems()
            .add(
                item,
                "'xgboost' where problem.constraints.reasons demands a transparent model",
                "constant or logistic");
      }
      candidates.add(candidate);
    }
    if (!models.has("candidates")) {
      List<String> usual = rules.number() ? USUAL_OF_NUMBERS : USUAL_OF_CLASSES;
      for (String trainer : usual) {
        if (Keys.TRAINER.now().contains(trainer) && !(transparent && trainer.equals("xgboost"))) {
          candidates.add(new ModelSection.Candidate(trainer, Map.of()));
        }
      }
    }
    return new ModelSection(
        candidates,
        Words.of(ModelSection.Calibration.class, calibration(models)),
        new PreprocessingReader(context).read(models.sectionOrNone("preprocessing")));
  }

  private String calibration(Fields models) {
    String stated = models.text("calibration", rules.number() ? "none" : "isotonic");
    if (rules.number() && !stated.equals("none")) {
      context.problem(
          models,
          "calibration",
          "'%s' calibrates probabilities, and the target is a number".formatted(stated),
          "leave it out");
    }
    return stated;
  }

  private static ModelSection.Candidate candidate(YamlNode item, Fields models) {
    if (item instanceof YamlNode.Scalar scalar) {
      return new ModelSection.Candidate(scalar.text(), Map.of());
    }
    Fields chosen = models.fields(item).orElseThrow();
    String trainer = chosen.keys().iterator().next();
    Fields settings = chosen.section(trainer).orElseThrow();
    Map<String, String> values = new LinkedHashMap<>();
    for (String name : settings.keys()) {
      values.put(name, settings.text(name).orElseThrow());
    }
    return new ModelSection.Candidate(trainer, values);
  }

  /// @param timed whether observations have times
  TrainingSection training(Fields training, boolean timed, Optional<Frame> frame) {
    if (!training.text("imbalance", "none").equals("none")) {
      rules.refuse(training, context, "imbalance");
    }
    return new TrainingSection(
        split(
            training.sectionOrNone("split"),
            timed,
            frame.flatMap(found -> FrameReader.horizon(found.target()))),
        Words.of(TrainingSection.Imbalance.class, training.text("imbalance", "none")),
        SearchReader.search(training.sectionOrNone("search"), stakes, rules, context),
        SearchReader.validation(
            training.sectionOrNone("validation"),
            timed,
            frame.flatMap(found -> FrameReader.horizon(found.target())),
            context),
        training.text("seed").map(Long::parseLong).orElse(1L));
  }

  private TrainingSection.Split split(Fields split, boolean timed, Optional<Duration> horizon) {
    By by =
        split.text("by").map(word -> Words.of(By.class, word)).orElse(timed ? By.TIME : By.RANDOM);
    Fields own = split.sectionOrNone("validation");
    By validationBy = own.text("by").map(word -> Words.of(By.class, word)).orElse(by);
    double validation = split.number("validation").orElse(own.number("share").orElse(SHARE));
    Optional<Expression> testRows = split.sectionOrNone("test").formula("where");
    double test = testRows.isPresent() ? 0 : split.number("test").orElse(SHARE);
    if (!timed && (by == By.TIME || validationBy == By.TIME)) {
      context.problem(
          split,
          "by",
          "a flat table has no times to split by",
          "entity or random; or data.event-time with the column that holds them");
    }
    if (validationBy != by && !(by == By.TIME && validationBy == By.ENTITY)) {
      context.problem(
          own,
          "by",
          "validation by another rule than the test part",
          "the same rule; within a split by time also entity");
    }
    if (validation <= 0) {
      context.problem(split, "validation", "no validation part", "a share above 0");
    }
    if (testRows.isPresent() && by == By.TIME) {
      context.problem(
          split,
          "test",
          "test rows by a condition where the parts are cut by time",
          "by: entity or random, or a share");
    }
    if (test <= 0 && testRows.isEmpty()) {
      context.problem(split, "test", "no test part", "a share above 0");
    }
    if (validation + test >= 1) {
      context.problem(
          split,
          "test",
          "validation and test leave nothing to train on",
          "shares whose sum is below 1");
    }
    Optional<Duration> gap = split.span("gap");
    if (gap.isPresent() && by != By.TIME) {
      context.problem(split, "gap", "a gap without a split by time", "leave it out");
    } else if (gap.isPresent() && horizon.isPresent() && gap.get().compareTo(horizon.get()) < 0) {
      context.problem(
          split,
          "gap",
          "a gap shorter than the horizon lets outcomes leak into the training part",
          "at least the horizon (frame.target.within), or leave it out");
    }
    return new TrainingSection.Split(by, validation, validationBy, test, gap, testRows);
  }
}
