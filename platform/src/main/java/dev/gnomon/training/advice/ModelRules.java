package dev.gnomon.training.advice;

import static dev.gnomon.training.advice.Rule.when;
import static dev.gnomon.training.advice.Severity.ADVICE;
import static dev.gnomon.training.advice.Severity.CONTRADICTION;
import static dev.gnomon.training.advice.Severity.MISSING;

import dev.gnomon.core.usecase.ModelSection.Calibration;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.TrainingSection;
import java.time.Duration;
import java.util.List;

/// Step 5: what is trained.
final class ModelRules {
  private static final String CALIBRATION =
      "Niculescu-Mizil & Caruana 2005, Predicting good probabilities with supervised learning";
  private static final int FEW_ROWS = 10_000;
  private static final int FEW_FOR_ISOTONIC = 1_000;

  static final List<Rule> ALL =
      List.of(
          new Rule(
              Step.MODELS,
              "opaque-where-transparent",
              CONTRADICTION,
              "a transparent model is demanded and an opaque one is a candidate",
              f ->
                  when(
                      f.constraints().reasons() == Stakes.Reasons.TRANSPARENT_MODEL
                          && !f.opaque().isEmpty(),
                      "`reasons: transparent-model` is demanded, but nobody can follow %s. Keep logistic or linear, or ask for `reasons: required`, which explains single decisions."
                          .formatted(Say.names(f.opaque()))),
              "An explanation of an opaque model is another model of it; a transparent one is its own.",
              "Rudin 2019, Stop explaining black box models"),
          new Rule(
              Step.MODELS,
              "resampled-uncalibrated",
              CONTRADICTION,
              "classes are reweighted or resampled, costs decide, and nothing calibrates",
              f ->
                  when(
                      f.hasCosts()
                          && !f.useCase()
                              .training()
                              .imbalance()
                              .equals(TrainingSection.Imbalance.NONE)
                          && f.useCase().models().calibration() == Calibration.NONE,
                      "`training.imbalance` changes the share of positives that the model sees, the costs decide by probability, and `calibration: none` brings it back to nothing real. State platt or isotonic."),
              "A threshold from costs holds for probabilities of the true prior only.",
              "van den Goorbergh et al. 2022, The harm of class imbalance corrections for risk prediction models"),
          new Rule(
              Step.MODELS,
              "no-baseline",
              MISSING,
              "neither a constant nor a linear model among several candidates",
              f ->
                  when(
                      !f.has("constant") && !f.hasLinear(),
                      "Add a plain candidate (`constant` and `%s`): what a complex model gains is seen only beside it."
                          .formatted(f.binary() ? "logistic" : "linear")),
              "A complex model must earn its keep against a simple one.",
              "Zinkevich, Rules of machine learning, rule 4"),
          new Rule(
              Step.MODELS,
              "family-by-latency",
              ADVICE,
              "a limit of latency is stated",
              f ->
                  f.constraints()
                      .latencyP99()
                      .map(limit ->
                          limit.compareTo(Duration.ofMillis(50)) < 0
                              ? "Under %s: a linear model, else a boosted one of few and shallow trees; the report shows each candidate's p99 beside its score."
                                  .formatted(Say.time(limit))
                              : limit.compareTo(Duration.ofMillis(200)) < 0
                                  ? "Under %s: forests and boosting fit; stacks of them only if the report's p99 allows."
                                      .formatted(Say.time(limit))
                                  : "%s leave room for any family: take the best, and the simpler one where intervals overlap."
                                      .formatted(Say.time(limit))),
              "Latency is spent mostly on features; what a model takes is measured, not guessed.",
              "custom of the field: under 50 ms linear, under 200 ms forest or boosting"),
          new Rule(
              Step.MODELS,
              "family-by-size",
              ADVICE,
              "fewer than 10,000 rows, or a transparent model is demanded",
              f -> {
                boolean small = f.data().filter(d -> d.labelled() < FEW_ROWS).isPresent();
                boolean asked = f.constraints().reasons() == Stakes.Reasons.TRANSPARENT_MODEL;
                String linear = f.binary() ? "logistic" : "linear";
                return when(
                    small || asked,
                    () ->
                        (asked
                                ? "A transparent model is demanded: %s.".formatted(linear)
                                : "With %s rows a penalised %s model is often as good as any: keep it when the intervals overlap."
                                    .formatted(
                                        Say.count(f.data().orElseThrow().labelled()), linear))
                            + (f.hasLinear() ? "" : " It is no candidate yet."));
              },
              "Below about 10,000 rows flexible models have little to gain and more variance.",
              "custom of the field; van der Ploeg et al. 2014, Modern modelling techniques are data hungry"),
          new Rule(
              Step.MODELS,
              "family-large",
              ADVICE,
              "at least 10,000 rows, and no transparent model demanded",
              f ->
                  f.data()
                      .filter(d -> d.labelled() >= FEW_ROWS)
                      .filter(_ -> f.constraints().reasons() != Stakes.Reasons.TRANSPARENT_MODEL)
                      .map(d ->
                          "With %s rows of columns, boosted trees usually win; a linear model beside them says by how much."
                              .formatted(Say.count(d.labelled()))),
              "On tables, boosted trees beat neural networks and need less tuning.",
              "Grinsztajn et al. 2022, Why do tree-based models still outperform deep learning on tabular data"),
          new Rule(
              Step.MODELS,
              "neural-on-few-rows",
              ADVICE,
              "a neural network with fewer than 10,000 rows",
              f ->
                  f.data()
                      .filter(d -> f.has("neural-network") && d.labelled() < FEW_ROWS)
                      .map(d ->
                          "A neural network on %s rows: it needs more than 10,000 and patterns that trees miss."
                              .formatted(Say.count(d.labelled()))),
              "On small tables neural networks lose to trees.",
              "Grinsztajn et al. 2022, Why do tree-based models still outperform deep learning on tabular data"),
          new Rule(
              Step.MODELS,
              "isotonic-on-few-rows",
              ADVICE,
              "isotonic calibration with fewer than 1,000 rows of the rarer class",
              f ->
                  f.data()
                      .filter(_ -> f.binary())
                      .filter(_ -> f.useCase().models().calibration() == Calibration.ISOTONIC)
                      .filter(d ->
                          Math.min(d.positives(), d.labelled() - d.positives()) < FEW_FOR_ISOTONIC)
                      .map(d ->
                          "Isotonic calibration with %s of the rarer class: `calibration: platt` varies less."
                              .formatted(
                                  Say.count(
                                      Math.min(d.positives(), d.labelled() - d.positives()),
                                      "case"))),
              "Isotonic regression overfits where it has few cases; a curve of two parameters does not.",
              CALIBRATION),
          new Rule(
              Step.MODELS,
              "costs-uncalibrated",
              ADVICE,
              "costs decide, and nothing calibrates",
              f ->
                  when(
                      f.hasCosts()
                          && f.useCase()
                              .training()
                              .imbalance()
                              .equals(TrainingSection.Imbalance.NONE)
                          && f.useCase().models().calibration() == Calibration.NONE,
                      "The costs decide by probability: state `calibration: platt`, or isotonic with many rows. Only logistic scores are nearly probabilities by themselves."),
              "Boosting and forests give scores that are too extreme or too tame.",
              CALIBRATION),
          new Rule(
              Step.MODELS,
              "ensemble-must-earn",
              ADVICE,
              "an ensemble of models is a candidate",
              f ->
                  when(
                      !f.ensembles().isEmpty(),
                      "%s: keep it only where it gains more than the interval over averaging; it costs the latency of all its members."
                          .formatted(Say.names(f.ensembles()))),
              "A gain of 2 to 3 % is the folk rule; an interval says it for this case.",
              "Wolpert 1992, Stacked generalization; custom of the field"));

  private ModelRules() {}
}
