package dev.gnomon.training.report;

import dev.gnomon.core.html.Html;
import dev.gnomon.training.Aside;
import dev.gnomon.training.Evaluation;
import dev.gnomon.training.Evaluation.Errors;
import dev.gnomon.training.Mistake;

/// Where the chosen candidate errs.
record ErrorSection(Evaluation e, Aside aside, Out out) {

  void section() {
    Errors errors = e.errors();
    out.section("Where it errs");
    if (errors.worst().isEmpty()) {
      out.under(
          "In none of %d levels of single inputs is the loss higher than elsewhere by more than chance explains."
              .formatted(errors.looked()));
    } else {
      out.table(
          "segment",
          "rows",
          "loss",
          "elsewhere",
          "predicted",
          "happened",
          "share of the loss",
          "p");
      for (Errors.Worst w : errors.worst()) {
        out.row(
            "",
            Html.escape(
                w.level().startsWith(w.column()) ? w.level() : w.column() + " = " + w.level()),
            Html.count((double) w.rows()),
            Out.number(w.mean().estimate()) + Out.small(Out.numbers(w.mean())),
            Out.number(w.elsewhere()),
            value(w.predicted()),
            value(w.actual()),
            Html.percent(w.share()),
            w.adjustedP() < 0.001 ? "&lt; 0.001" : Html.ratio(w.adjustedP()));
      }
      out.endTable();
      out.under(
          "Loss is the %s, %s over all. %d levels of single inputs with at least 50 rows were looked at; p is adjusted for that (Holm). Where predicted and happened agree, a segment is uncertain rather than badly learned."
              .formatted(errors.loss(), Out.number(errors.overall().estimate()), errors.looked()));
    }
    mistakes();
    out.endSection();
  }

  private void mistakes() {
    if (aside.mistakes().isEmpty()) {
      return;
    }
    out.add("<h3>" + (e.isNumber() ? "Greatest errors" : "Confident mistakes") + "</h3>");
    out.table("predicted", "happened", "what moved the prediction most");
    for (Mistake m : aside.mistakes()) {
      out.row(
          "",
          value(m.predicted()),
          e.isNumber() ? value(m.actual()) : m.actual() == 1 ? "yes" : "no",
          Html.escape(String.join("; ", m.why())));
    }
    out.endTable();
    out.under(
        "Rows of the test part. Keys are not shown; values of features are, which is why this table stands in this report only and not in the version that travels.");
  }

  private String value(double value) {
    return e.isNumber() ? Out.number(value) : Html.percent(value);
  }
}
