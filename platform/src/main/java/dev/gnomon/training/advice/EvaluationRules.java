package dev.gnomon.training.advice;

import static dev.gnomon.training.advice.Rule.when;
import static dev.gnomon.training.advice.Severity.ADVICE;
import static dev.gnomon.training.advice.Severity.CONTRADICTION;
import static dev.gnomon.training.advice.Severity.FINE;
import static dev.gnomon.training.advice.Severity.MISSING;

import dev.gnomon.core.usecase.EvaluationSection.Gate;
import java.util.List;
import java.util.Optional;

/// Step 7: what every version must reach.
final class EvaluationRules {
  private static final String CURVES =
      "Saito & Rehmsmeier 2015, The precision-recall plot is more informative than the ROC plot";
  private static final String GNEITING = "Gneiting 2011, Making and evaluating point forecasts";
  private static final double UNUSUAL = 0.01;

  static final List<Rule> ALL =
      List.of(
          new Rule(
              Step.EVALUATION,
              "gates-without-costs",
              CONTRADICTION,
              "gates on recall, precision and the like, and no costs",
              f -> {
                List<String> gated =
                    f.gates().stream()
                        .map(Gate::metric)
                        .filter(List.of("recall", "precision", "f1", "accuracy")::contains)
                        .distinct()
                        .toList();
                return when(
                    f.binary() && !f.hasCosts() && !gated.isEmpty(),
                    "Gates bound %s, which depend on the threshold, but no costs say where it lies: it is .5, which is nobody's choice. State `problem.costs`."
                        .formatted(Say.names(gated)));
              },
              "A bound on a metric of the threshold means something only at a threshold that somebody wants.",
              "Elkan 2001, The foundations of cost-sensitive learning"),
          new Rule(
              Step.EVALUATION,
              "accuracy-gate-says-nothing",
              CONTRADICTION,
              "a gate on accuracy that is passed by always saying the same",
              EvaluationRules::accuracy,
              "Always saying what is commoner reaches its share as accuracy.",
              "Provost, Fawcett & Kohavi 1998, The case against accuracy estimation"),
          new Rule(
              Step.EVALUATION,
              "mape-with-zeros",
              CONTRADICTION,
              "MAPE of a target that is zero in places",
              f ->
                  f.numberTarget()
                      .filter(t -> t.zeros() > 0)
                      .filter(_ -> f.metric("mape") || gated(f, "mape"))
                      .map(t ->
                          "%s of the targets are 0, where a percentage error is not defined: use mae or rmse."
                              .formatted(Say.percent(t.zeros()))),
              "A percentage of nothing is no number, and near zero it outweighs everything.",
              "Hyndman & Koehler 2006, Another look at measures of forecast accuracy"),
          new Rule(
              Step.EVALUATION,
              "no-segments",
              MISSING,
              "hiring, credit or medicine without segments",
              f ->
                  when(
                      f.domain().filter(Domain::regulated).isPresent()
                          && f.useCase().evaluation().segments().isEmpty(),
                      "Name the segments that must not be judged worse than others: `evaluation.segments`%s."
                          .formatted(
                              f.constraints().protectedColumns().isEmpty()
                                  ? ""
                                  : ": ["
                                      + String.join(", ", f.constraints().protectedColumns())
                                      + "]")),
              "A good average hides a group for which the model fails.",
              "Buolamwini & Gebru 2018, Gender shades"),
          new Rule(
              Step.EVALUATION,
              "primary-metric-pr",
              ADVICE,
              "positives below 5 %, or more than ten negatives to one",
              f ->
                  when(
                      f.rare(),
                      "%s are positive: look at average precision (area under precision and recall) first%s. Its baseline is that share, not .5."
                          .formatted(
                              Say.percent(
                                  f.data().map(DataFacts::positiveShare).orElse(Double.NaN)),
                              f.metric("average-precision")
                                  ? ""
                                  : "; add `average-precision` to `evaluation.metrics`")),
              "With many negatives ROC-AUC stays high while most of what is acted on is wrong.",
              CURVES),
          new Rule(
              Step.EVALUATION,
              "primary-metric-roc",
              ADVICE,
              "positives not rare",
              f ->
                  f.data()
                      .filter(d -> f.binary() && !f.rare() && d.labelled() > 0)
                      .map(d ->
                          "%s are positive: ROC-AUC is a fair first metric of ranking%s."
                              .formatted(
                                  Say.percent(d.positiveShare()),
                                  f.hasCosts() ? "; expected-cost decides" : "")),
              "Without great imbalance both curves rank models alike.",
              CURVES),
          new Rule(
              Step.EVALUATION,
              "accuracy-on-rare",
              ADVICE,
              "accuracy is a metric, and positives are below 20 %",
              f ->
                  f.data()
                      .filter(d -> f.binary() && f.metric("accuracy") && f.minority() < 0.2)
                      .map(_ ->
                          "Accuracy: saying the same of everybody already reaches %s. Read it beside that, or leave it out."
                              .formatted(Say.percent(1 - f.minority()))),
              "Always saying what is commoner reaches its share as accuracy.",
              "Provost, Fawcett & Kohavi 1998, The case against accuracy estimation"),
          new Rule(
              Step.EVALUATION,
              "mae-for-tails",
              ADVICE,
              "a number whose values lie far out in more than 1 % of the rows",
              f ->
                  f.numberTarget()
                      .filter(t -> t.far() > UNUSUAL)
                      .map(t ->
                          "%s of the targets lie beyond three interquartile ranges (mean %s, median %s): MAE is not ruled by them. Take RMSE if a great error costs more than its size; then the mean is foreseen, not the median."
                              .formatted(
                                  Say.percent(t.far()),
                                  Say.number(t.mean()),
                                  Say.number(t.median()))),
              "Squared error is minimised by the mean, absolute error by the median.",
              GNEITING),
          new Rule(
              Step.EVALUATION,
              "rmse-without-tails",
              ADVICE,
              "a number without values far out",
              f ->
                  f.numberTarget()
                      .filter(t -> t.far() <= UNUSUAL)
                      .map(t ->
                          "The target has no heavy tail (mean %s, median %s): RMSE, and the mean is foreseen. Take MAE if an error costs as much as its size, however great."
                              .formatted(Say.number(t.mean()), Say.number(t.median()))),
              "Squared error is minimised by the mean, absolute error by the median.",
              GNEITING),
          new Rule(
              Step.EVALUATION,
              "mae-or-mse",
              ADVICE,
              "a number is foreseen, and there are no data",
              f ->
                  when(
                      !f.binary() && f.numberTarget().isEmpty(),
                      "RMSE if great errors cost more than their size (the mean is foreseen), MAE if cost grows with size or the target has heavy tails (the median is)."),
              "Squared error is minimised by the mean, absolute error by the median.",
              GNEITING),
          new Rule(
              Step.EVALUATION,
              "no-gates",
              ADVICE,
              "gates are switched off",
              f ->
                  when(
                      f.useCase().evaluation().gates().filter(List::isEmpty).isPresent(),
                      "`gates: []`: every version passes, also one that learned nothing."),
              "A gate is what stands between a bad training set and production.",
              "Breck et al. 2017, The ML test score"),
          new Rule(
              Step.EVALUATION,
              "no-champion-gate",
              ADVICE,
              "retraining or release is stated, and no gate compares with the champion",
              f ->
                  when(
                      (f.useCase().production().retrain().isPresent()
                              || f.useCase().production().release().isPresent())
                          && f.gates().stream().noneMatch(gate -> gate.noWorseThan().isPresent()),
                      "Versions follow one another, and none is compared with the one that is live: add `{metric: %s, no-worse-than: champion, margin: 0.02}`."
                          .formatted(
                              f.hasCosts() ? "expected-cost" : f.binary() ? "roc-auc" : "rmse")),
              "A version that passes fixed bounds can still be worse than what runs.",
              "Breck et al. 2017, The ML test score"),
          new Rule(
              Step.EVALUATION,
              "segments-stated",
              FINE,
              "segments are stated",
              f ->
                  when(
                      !f.useCase().evaluation().segments().isEmpty(),
                      "Segments: %s, each with its interval and a least size."
                          .formatted(Say.names(f.useCase().evaluation().segments()))),
              "A good average hides a group for which the model fails.",
              "Buolamwini & Gebru 2018, Gender shades"));

  private EvaluationRules() {}

  private static boolean gated(Facts f, String metric) {
    return f.gates().stream().anyMatch(gate -> gate.metric().equals(metric));
  }

  private static Optional<String> accuracy(Facts f) {
    if (f.data().isEmpty() || !f.binary() || Double.isNaN(f.minority())) {
      return Optional.empty();
    }
    double alwaysSame = 1 - f.minority();
    return f.gates().stream()
        .filter(gate -> gate.metric().equals("accuracy"))
        .filter(gate -> gate.atLeast().isPresent() && gate.atLeast().getAsDouble() <= alwaysSame)
        .findFirst()
        .map(gate ->
            "The gate asks for an accuracy of at least %s; saying the same of everybody reaches %s."
                .formatted(Say.number(gate.atLeast().getAsDouble()), Say.threshold(alwaysSame)));
  }
}
