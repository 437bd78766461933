package dev.gnomon.training.report;

import dev.gnomon.core.html.Html;
import dev.gnomon.stats.Confusion;
import dev.gnomon.stats.Interval;
import dev.gnomon.training.Evaluation;
import dev.gnomon.training.Evaluation.CalibrationResult;
import dev.gnomon.training.Evaluation.Money;
import dev.gnomon.training.Evaluation.OperatingPoint;
import java.util.Optional;

/// What the report says where something is decided with yes or no.
record DecisionSections(Evaluation e, Out out) {

  void tiles() {
    e.money()
        .ifPresent(m ->
            out.tile(
                "saved against doing nothing",
                out.currency(m.saved().estimate()),
                Out.money(m.saved())));
    Interval auc = e.test().get("roc-auc");
    if (auc != null) {
      out.tile("ROC-AUC", Html.ratio(auc.estimate()), Out.range(auc));
    }
    OperatingPoint p = e.served();
    out.tile("recall", Html.percent(p.recall().estimate()), Out.percents(p.recall()));
    out.tile("precision", Html.percent(p.precision().estimate()), Out.percents(p.precision()));
  }

  void decision() {
    out.section("The decision");
    out.add("<div class=\"charts\"><figure>");
    confusion();
    out.add("</figure>");
    e.costCurve()
        .ifPresent(c ->
            out.figure(
                Charts.costCurve(c, e.currency().orElse("")),
                "Total cost on the test part, one outcome counted once, against where the line is drawn."));
    out.add("</div>");
    if (e.money().isPresent()) {
      Money m = e.money().get();
      out.table("what is done on the test part", "total cost", "95 % interval");
      moneyRow("this policy", m.policy(), true);
      moneyRow("nothing (nobody)", m.nobody(), false);
      moneyRow("everything (everybody)", m.everybody(), false);
      moneyRow("saved against nothing", m.saved(), false);
      moneyRow("saved against the cheaper of the two", m.savedAgainstBestTrivial(), false);
      m.constraintPrice().ifPresent(c -> moneyRow("price of the constraints", c, false));
      if (m.prices().size() > 1) {
        m.prices()
            .forEach(c -> moneyRow("price of " + c.constraint() + " alone", c.price(), false));
      }
      out.endTable();
    }
    if (e.points().size() > 1 || e.money().isEmpty()) {
      out.table("operating point", "says yes when", "recall", "precision", "cost");
      for (OperatingPoint p : e.points()) {
        out.row(
            p.equals(e.served()) ? "strong" : "",
            Html.escape(p.name()) + (p.equals(e.served()) ? " (served)" : ""),
            Html.escape(p.rule()),
            Html.percent(p.recall().estimate()) + Out.small(Out.percents(p.recall())),
            Html.percent(p.precision().estimate()) + Out.small(Out.percents(p.precision())),
            p.cost()
                .map(c -> out.currency(c.estimate()) + Out.small(Out.money(c)))
                .orElse("\u2013"));
      }
      out.endTable();
    }
    out.endSection();
  }

  private void moneyRow(String name, Interval value, boolean strong) {
    out.row(strong ? "strong" : "", name, out.currency(value.estimate()), Out.money(value));
  }

  private void confusion() {
    Confusion c = e.served().counts();
    Optional<Evaluation.Cells> cells = e.money().map(Money::cells);
    out.add("<table class=\"matrix\"><caption>Decisions and what happened (rows of the test part");
    out.add(cells.isPresent() ? "; cost with one outcome counted once)" : ")");
    out.add("</caption><thead><tr><th></th><th>happened</th><th>did not</th></tr></thead><tbody>");
    out.add("<tr><th>yes</th>");
    cell("hit", c.truePositives(), cells.map(Evaluation.Cells::truePositive));
    cell("miss", c.falsePositives(), cells.map(Evaluation.Cells::falsePositive));
    out.add("</tr><tr><th>no</th>");
    cell("miss", c.falseNegatives(), cells.map(Evaluation.Cells::falseNegative));
    cell("hit", c.trueNegatives(), cells.map(Evaluation.Cells::trueNegative));
    out.add("</tr></tbody></table>");
    e.money()
        .ifPresent(m ->
            out.under(
                "%s decisions act and reach %s of %s outcomes."
                    .formatted(
                        Html.count((double) m.actions()),
                        Html.count((double) m.caught()),
                        Html.count((double) m.outcomes()))));
  }

  private void cell(String style, double count, Optional<Double> cost) {
    out.add("<td class=\"" + style + "\"><b>" + Html.count(count) + "</b>");
    cost.ifPresent(v -> out.add("<small>" + out.currency(v) + "</small>"));
    out.add("</td>");
  }

  /// The pictures above the table of metrics.
  void pictures() {
    out.figure(Charts.roc(e), "ROC curve on the test part; dots are the operating points.");
    out.figure(
        Charts.precisionRecall(e),
        "Precision and recall on the test part; the dashed line is the base rate.");
    e.calibration().ifPresent(this::calibration);
  }

  private void calibration(CalibrationResult c) {
    out.figure(
        Charts.calibration(c),
        "Predicted against observed, bins of equally many rows with 95 %% intervals. Slope %s (%s), intercept %s (%s)."
            .formatted(
                Html.ratio(c.slope().estimate()),
                Out.range(c.slope()),
                Html.ratio(c.intercept().estimate()),
                Out.range(c.intercept())));
  }
}
