package dev.gnomon.training.report;

import dev.gnomon.core.html.Html;
import dev.gnomon.stats.Interval;
import dev.gnomon.training.Evaluation;
import dev.gnomon.training.Evaluation.Numbers;

/// What the report says where a number is foreseen.
record NumberSections(Evaluation e, Numbers numbers, Out out) {

  void tiles() {
    tile("mae", "mean size of the error");
    tile("rmse", "RMSE");
    tile("r2", "R2");
    tile("bias", "mean error (bias)");
  }

  private void tile(String metric, String name) {
    Interval found = e.test().get(metric);
    if (found != null) {
      out.tile(name, Out.figure(metric, found.estimate()), Out.figures(metric, found));
    }
  }

  void pictures() {
    out.figure(
        Charts.predicted(numbers),
        "Predicted against what happened, in bins of equally many rows of the test part: the dot is the mean with its 95 %% interval, the bar holds 80 %% of the rows. Slope %s (%s), intercept %s (%s)."
            .formatted(
                Html.ratio(numbers.slope().estimate()),
                Out.range(numbers.slope()),
                Out.number(numbers.intercept().estimate()),
                Out.numbers(numbers.intercept())));
    out.add("<figure>");
    out.table("share of the rows", "the error is at most");
    for (Numbers.Quantile q : numbers.within()) {
      out.row("", Html.percent(q.share()), Out.number(q.value()));
    }
    out.endTable();
    out.add("<figcaption>Size of the error on the test part. In the training part ");
    out.add(Html.escape(numbers.target()));
    out.add(
        " is "
            + Out.number(numbers.mean())
            + " on average, with a standard deviation of "
            + Out.number(numbers.deviation())
            + ". Quantiles of the signed error (predicted less happened): ");
    StringBuilder quantiles = new StringBuilder();
    for (Numbers.Quantile q : numbers.errors()) {
      quantiles
          .append(quantiles.isEmpty() ? "" : ", ")
          .append(Math.round(100 * q.share()))
          .append(" % ")
          .append(Out.number(q.value()));
    }
    out.add(quantiles + ".</figcaption></figure>");
  }
}
