package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.ModelSection;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.TrainingSection.By;
import dev.gnomon.core.usecase.TrainingSection.Imbalance;
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
  private static final List<String> BOOSTED = List.of("xgboost", "lightgbm");
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
      if (transparent && BOOSTED.contains(candidate.trainer())) {
        context
            .problems()
            .add(
                item,
                "'%s' where problem.constraints.reasons demands a transparent model"
                    .formatted(candidate.trainer()),
                "constant or logistic");
      }
      candidates.add(candidate);
    }
    if (!models.has("candidates")) {
      List<String> usual = rules.number() ? USUAL_OF_NUMBERS : USUAL_OF_CLASSES;
      for (String trainer : usual) {
        if (ModelKeys.TRAINER.now().contains(trainer)
            && !(transparent && BOOSTED.contains(trainer))) {
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
    return new TrainingSection(
        split(
            training.sectionOrNone("split"),
            timed,
            frame.flatMap(found -> FrameReader.horizon(found.target()))),
        imbalance(training, frame),
        weights(training),
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
    Optional<String> entity = split.text("entity");
    if (entity.isPresent() && by == By.TIME && validationBy == By.TIME) {
      context.problem(
          split,
          "entity",
          "an entity to keep together, but the split is by time",
          "by: entity, or leave it out");
    }
    return new TrainingSection.Split(by, validation, validationBy, test, gap, testRows, entity);
  }

  private Imbalance imbalance(Fields training, Optional<Frame> frame) {
    Optional<Fields> section = training.section("imbalance");
    Optional<String> word =
        section.isPresent() ? section.get().text("method") : training.text("imbalance");
    Imbalance.Treatment method = Words.of(Imbalance.Treatment.class, word.orElse("none"));
    if (method != Imbalance.Treatment.NONE
        && frame.isPresent()
        && frame.get().task() == Frame.Task.REGRESSION) {
      context.problem(
          training, "imbalance", "'%s' for a number".formatted(word.orElse("")), "leave it out");
    }
    Imbalance standard = Imbalance.of(method);
    if (section.isEmpty()) {
      return standard;
    }
    Fields fields = section.get();
    useful(fields, "ratio", method.hasRatio(), word.orElse(""));
    useful(fields, "neighbours", method.hasNeighbours(), word.orElse(""));
    useful(fields, "remove", method.hasLinks(), word.orElse(""));
    if (!fields.text("before", "fit").equals("fit")) {
      context.problem(
          fields,
          "before",
          "'%s': copies and mixtures of a row would stand on both sides of the split, and the test"
                  .formatted(fields.text("before", ""))
              + " part would be of another population",
          "before: fit, or leave it out: the rows of each fit are resampled, after every split");
    }
    return new Imbalance(
        method,
        fields.number("ratio").orElse(standard.ratio()),
        fields.count("neighbours").orElse(standard.neighbours()),
        fields.text("remove").map("both"::equals).orElse(standard.both()));
  }

  private void useful(Fields fields, String key, boolean useful, String method) {
    if (fields.has(key) && !useful && fields.has("method") && fields.isRight()) {
      context.problem(
          fields, key, "'%s' means nothing for '%s'".formatted(key, method), "leave it out");
    }
  }

  private Optional<TrainingSection.Weights> weights(Fields training) {
    Optional<String> text = training.text("weights");
    if (text.isPresent() && text.get().equals("costs")) {
      if (stakes.costs().isEmpty()) {
        context.problem(
            training,
            "weights",
            "'costs' without costs",
            "state problem.costs, or a column ('[costs]' for one of that name)");
      }
      return Optional.of(new TrainingSection.Weights.Costs());
    }
    return training.formula("weights").map(TrainingSection.Weights.Stated::new);
  }
}
