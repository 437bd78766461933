package dev.gnomon.core.usecase.internal;

import static dev.gnomon.core.usecase.internal.Kinds.TEXT;
import static dev.gnomon.core.usecase.internal.Kinds.choice;

import dev.gnomon.core.usecase.internal.Shape.Choice;
import dev.gnomon.core.usecase.internal.Shape.Chosen;
import dev.gnomon.core.usecase.internal.Shape.Either;
import dev.gnomon.core.usecase.internal.Shape.ListOf;
import dev.gnomon.core.usecase.internal.Shape.Names;
import dev.gnomon.core.usecase.internal.Shape.Section;
import java.util.List;

/// The keys of `models`.
final class ModelKeys {
  static final Choice TRAINER =
      choice(
          List.of(
              "constant",
              "linear",
              "logistic",
              "sgd",
              "naive-bayes",
              "k-nn",
              "svm-linear",
              "svm",
              "decision-tree",
              "random-forest",
              "extra-trees",
              "adaboost",
              "xgboost",
              "lightgbm",
              "voting",
              "averaging",
              "blending",
              "stacking"),
          "neural-network");

  static final Section SECTION =
      Section.of(
          Key.of(
                  "candidates",
                  new ListOf(
                      new Either(
                          List.of(
                              TRAINER,
                              new Chosen(TRAINER, new Names("[a-z][a-z0-9-]*", "setting", TEXT)))),
                      1),
                  "What is trained, by name, with settings if wanted: `- xgboost: {max-depth: 4}`.")
              .byDefault("[constant, logistic, xgboost]"),
          Key.of(
                  "calibration",
                  choice(List.of("none", "platt", "isotonic")),
                  "How scores become probabilities.")
              .byDefault("isotonic; none for numbers"),
          Key.of(
                  "preprocessing",
                  PreprocessingKeys.SECTION,
                  "What is done to features before they are model inputs, fitted in the training part only.")
              .byDefault("what the trainer needs"),
          Key.later("federated", "Training where the data lie."));

  private ModelKeys() {}
}
