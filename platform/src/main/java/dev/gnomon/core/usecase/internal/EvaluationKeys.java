package dev.gnomon.core.usecase.internal;

import static dev.gnomon.core.usecase.internal.Kinds.ANY_NUMBER;
import static dev.gnomon.core.usecase.internal.Kinds.COLUMNS;

import dev.gnomon.core.usecase.MetricNames;
import dev.gnomon.core.usecase.internal.Shape.Choice;
import dev.gnomon.core.usecase.internal.Shape.Decimal;
import dev.gnomon.core.usecase.internal.Shape.ListOf;
import dev.gnomon.core.usecase.internal.Shape.Section;
import dev.gnomon.core.usecase.internal.Shape.Text;
import java.util.ArrayList;
import java.util.List;

/// The keys of `evaluation`.
final class EvaluationKeys {
  static final Choice METRIC = metrics();

  static final Section SECTION =
      Section.of(
          Key.of("metrics", new ListOf(METRIC, 0), "What is reported.")
              .byDefault(
                  "[roc-auc, average-precision, log-loss, brier, recall, precision], and expected-cost with costs;"
                      + " for numbers [rmse, mae, r2, mape, smape]"),
          Key.of("segments", COLUMNS, "Columns by whose values it is reported too."),
          Key.of(
                  "gates",
                  new ListOf(
                      Section.of(
                              Key.of("metric", METRIC, "What is bounded, on the test part.").must(),
                              Key.of("at-least", ANY_NUMBER, "The lower bound."),
                              Key.of("at-most", ANY_NUMBER, "The upper bound."),
                              Key.of(
                                  "no-worse-than",
                                  new Text("[a-z][a-z0-9-]*", "an alias, as in champion"),
                                  "The version to be matched."),
                              Key.of(
                                      "margin",
                                      new Decimal(0, Double.POSITIVE_INFINITY),
                                      "With `no-worse-than`: by how much it may be missed.")
                                  .byDefault("0"))
                          .withExactlyOne("at-least", "at-most", "no-worse-than"),
                      0),
                  "What every version must pass, besides derived gates; `[]` means no gates at all.")
              .byDefault("derived gates only"),
          Key.later("learning-curve", "The score by how many rows are learned from."),
          Key.later("validation-curve", "The score by one setting."));

  private EvaluationKeys() {}

  private static Choice metrics() {
    List<String> names = new ArrayList<>(MetricNames.all());
    names.addAll(TaskRules.OF_NUMBERS);
    return new Choice(
        names,
        List.of("ndcg", "map", "qini", "pinball-loss", "silhouette"),
        MetricNames.familyPattern(),
        MetricNames.families());
  }
}
