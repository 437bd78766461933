package dev.gnomon.training.report;

import dev.gnomon.core.html.Html;
import dev.gnomon.training.Aside;
import dev.gnomon.training.Evaluation;
import dev.gnomon.training.Evaluation.CandidateResult;
import dev.gnomon.training.Footprint;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// The candidates side by side: how good, how dear, how fast, how large.
record Leaders(Evaluation e, Aside aside, Out out) {

  void section() {
    out.section("Candidates, on the validation part");
    boolean measured = aside.footprints().size() == e.candidates().size();
    if (measured && e.candidates().size() > 1) {
      out.add("<div class=\"charts\">");
      out.figure(
          Charts.pareto(e.candidates(), aside.footprints()),
          "What the choice looked at, with its 95 %% interval, against the time of one row (median, preprocessing included, measured in the training process). %s is better; candidates on the line are beaten by none in both."
              .formatted(e.candidates().getFirst().lowerIsBetter() ? "Lower" : "Higher"));
      out.add("<figure><ul>");
      aside.choice().forEach(c -> out.add("<li>" + Html.escape(c) + "</li>"));
      out.add("</ul></figure></div>");
    } else {
      aside.choice().forEach(out::under);
    }
    board(measured);
    metrics();
    out.under("The test part was read once, for the chosen candidate.");
    if (measured) {
      out.under(
          "Times, sizes and seconds were measured on the machine that trained; they are no part of"
              + " the version.");
    }
    out.endSection();
  }

  private void board(boolean measured) {
    boolean costs = e.candidates().stream().anyMatch(c -> c.cost().isPresent());
    List<String> heads = new ArrayList<>(List.of("candidate", "chosen by", "behind the chosen"));
    if (costs) {
      heads.add("cost per row");
    }
    if (measured) {
      heads.addAll(List.of("time per row (p50)", "p99", "model", "training"));
    }
    heads.add("settings");
    out.table(heads.toArray(String[]::new));
    for (int i = 0; i < e.candidates().size(); i++) {
      CandidateResult c = e.candidates().get(i);
      List<String> cells = new ArrayList<>();
      cells.add(Html.escape(c.name()) + (c.chosen() ? " (chosen)" : ""));
      cells.add(
          four(c.objective())
              + Out.small(four(c.interval().lower()) + " to " + four(c.interval().upper())));
      cells.add(
          c.chosen()
              ? "\u2013"
              : four(c.behind().estimate())
                  + Out.small(four(c.behind().lower()) + " to " + four(c.behind().upper())));
      if (costs) {
        cells.add(
            c.cost()
                .map(v -> out.currency(v.estimate()) + Out.small(Out.money(v)))
                .orElse("\u2013"));
      }
      if (measured) {
        Footprint f = aside.footprints().get(i);
        cells.add(time(f.p50Micros()));
        cells.add(time(f.p99Micros()));
        cells.add(f.size());
        cells.add(Html.amount(f.seconds()) + " s");
      }
      cells.add(Html.escape(c.settings()));
      out.row(c.chosen() ? "strong" : "", cells.toArray(String[]::new));
    }
    out.endTable();
  }

  private void metrics() {
    TreeSet<String> names = new TreeSet<>();
    e.candidates().forEach(c -> names.addAll(c.metrics().keySet()));
    List<String> head = new ArrayList<>(List.of("candidate"));
    head.addAll(names);
    out.table(head.toArray(String[]::new));
    for (CandidateResult c : e.candidates()) {
      List<String> cells = new ArrayList<>();
      cells.add(Html.escape(c.name()));
      for (String name : names) {
        cells.add(Out.figure(name, c.metrics().getOrDefault(name, Double.NaN)));
      }
      out.row(c.chosen() ? "strong" : "", cells.toArray(String[]::new));
    }
    out.endTable();
  }

  private static String time(double micros) {
    return Footprint.micros(micros).replace("us", "\u00b5s");
  }

  /// Objectives may be shares or amounts.
  private static String four(double value) {
    return Double.isFinite(value)
        ? String.format(java.util.Locale.ROOT, Math.abs(value) >= 1000 ? "%,.0f" : "%.4g", value)
            .replace("-", "\u2212")
        : "\u2013";
  }
}
