package dev.gnomon.core.usecase.internal;

import static dev.gnomon.core.usecase.internal.Kinds.COLUMN;
import static dev.gnomon.core.usecase.internal.Kinds.FORMULA;
import static dev.gnomon.core.usecase.internal.Kinds.SHARE;
import static dev.gnomon.core.usecase.internal.Kinds.SPAN_OR_ZERO;
import static dev.gnomon.core.usecase.internal.Kinds.choice;

import dev.gnomon.core.usecase.internal.Shape.Choice;
import dev.gnomon.core.usecase.internal.Shape.Decimal;
import dev.gnomon.core.usecase.internal.Shape.Either;
import dev.gnomon.core.usecase.internal.Shape.OrWord;
import dev.gnomon.core.usecase.internal.Shape.Section;
import dev.gnomon.core.usecase.internal.Shape.Text;
import dev.gnomon.core.usecase.internal.Shape.Whole;
import java.util.List;

/// The keys of `training`.
final class TrainingKeys {
  private static final Choice BY = choice(List.of("time", "entity", "random"));

  private static final Choice IMBALANCE =
      choice(
          List.of(
              "none",
              "class-weights",
              "oversample",
              "undersample",
              "smote",
              "borderline-smote",
              "adasyn",
              "tomek-links",
              "smote-tomek"),
          "focal-loss");

  static final Section SECTION =
      Section.of(
          Key.of(
              "split",
              Section.of(
                  Key.of("by", BY, "What keeps the parts apart; `random` is stratified by class.")
                      .byDefault("time; random for a flat table without event time"),
                  Key.of(
                          "validation",
                          new Either(
                              List.of(
                                  SHARE,
                                  Section.of(
                                      Key.of(
                                          "by",
                                          choice(List.of("time", "entity", "random")),
                                          "What keeps it apart from the training part."),
                                      Key.of("share", SHARE, "Its share.").byDefault("0.2")))),
                          "The share that chooses the candidate.")
                      .byDefault("0.2"),
                  Key.of(
                          "test",
                          new Either(
                              List.of(
                                  SHARE,
                                  Section.of(
                                      Key.of(
                                          "where",
                                          FORMULA,
                                          "The rows for which this is true are the test part, for a table that comes with one: `part = 'test'`, or by the position in the files, `file_row > 125973`.")))),
                          "The share that is read once, at the end.")
                      .byDefault("0.2"),
                  Key.of("gap", SPAN_OR_ZERO, "Between the parts; at least the horizon is kept.")
                      .byDefault("the horizon"),
                  Key.of(
                          "entity",
                          COLUMN,
                          "The column whose values stay on one side, as a household or a patient; it is no feature unless it is listed.")
                      .byDefault("the key")),
              "How training, validation and test are separated."),
          Key.of(
                  "imbalance",
                  new Either(
                      List.of(
                          IMBALANCE,
                          Section.of(
                              Key.of("method", IMBALANCE, "What is done.").must(),
                              Key.of(
                                      "ratio",
                                      new Decimal(0.000_001, 1),
                                      "The rarer class by the commoner one afterwards: 0.5 is one to two, 1 is balanced.")
                                  .byDefault(
                                      "0.1 for synthetic rows, 0.5 for over- and undersample"),
                              Key.of(
                                      "neighbours",
                                      new Whole(1, 100),
                                      "How many neighbours synthetic rows are drawn from.")
                                  .byDefault("5; 3 for adasyn"),
                              Key.of(
                                      "remove",
                                      choice(List.of("majority", "both")),
                                      "Which row of a Tomek link goes.")
                                  .byDefault("majority; both for smote-tomek"),
                              Key.of(
                                      "before",
                                      new Text("", "fit"),
                                      "`fit`, the only order there is: rows are resampled inside each fit, after every split.")
                                  .byDefault("fit")))),
                  "What is done about a rare class, inside each fit; validation, test and out-of-fold rows stay as they are.")
              .byDefault("none"),
          Key.of(
                  "weights",
                  new OrWord(FORMULA, List.of("costs")),
                  "What each training row weighs: a column or expression, positive; or `costs`, what the mistake on it costs. A column that is the weight is no feature unless it is listed.")
              .byDefault("all the same"),
          Key.of(
              "search",
              SearchKeys.search(EvaluationKeys.METRIC),
              "Search for good settings; without it each candidate is trained once."),
          Key.of(
              "validation",
              SearchKeys.validation(),
              "How out-of-fold predictions of the training part are made: what trials are compared by, and what calibration and operating points are fitted on."),
          Key.of("seed", new Whole(Long.MIN_VALUE, Long.MAX_VALUE), "Of every random choice.")
              .byDefault("1"));

  private TrainingKeys() {}
}
