package dev.gnomon.training.report;

import dev.gnomon.core.html.Html;
import dev.gnomon.stats.Interval;
import dev.gnomon.training.Aside;
import dev.gnomon.training.Evaluation;
import dev.gnomon.training.Evaluation.GateResult;
import dev.gnomon.training.Evaluation.Part;
import dev.gnomon.training.Evaluation.Segment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The evaluation as one HTML file: style and pictures inside, no script, nothing fetched. Light or
/// dark as the reader's system is, readable on a phone.
public final class HtmlReport {
  private final Evaluation e;
  private final Aside aside;
  private final Out out;

  private HtmlReport(Evaluation evaluation, Aside aside) {
    this.e = evaluation;
    this.aside = aside;
    this.out = new Out(evaluation.currency().orElse(""));
  }

  /// Only what follows from file, data and seed: the same bytes every time.
  public static String render(Evaluation evaluation) {
    return render(evaluation, Aside.none());
  }

  /// With times and sizes as they were measured here, and the worst mistakes.
  public static String render(Evaluation evaluation, Aside aside) {
    return new HtmlReport(evaluation, aside).page();
  }

  private String page() {
    String title = Html.escape(e.useCase()) + ": evaluation";
    out.add("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
    out.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    out.add("<meta name=\"color-scheme\" content=\"light dark\"><title>" + title + "</title>");
    out.add("<style>" + style() + "</style></head><body><main>");
    header();
    if (!e.isNumber()) {
      new DecisionSections(e, out).decision();
    }
    quality();
    new Leaders(e, aside, out).section();
    importance();
    new ErrorSection(e, aside, out).section();
    segments();
    gates();
    facts();
    notes();
    definitions();
    out.add("</main></body></html>\n");
    return out.page();
  }

  private void header() {
    out.add("<header><p class=\"kicker\">" + Html.escape(e.useCase()) + " &middot; ");
    out.add(Html.escape(e.chosen()) + " &middot; ");
    long failed = e.gates().stream().filter(g -> !g.passed()).count();
    out.add(
        e.gates().isEmpty()
            ? "<span class=\"badge\">no gates</span>"
            : failed == 0
                ? "<span class=\"badge good\">all %d gates passed</span>"
                    .formatted(e.gates().size())
                : "<span class=\"badge bad\">%d of %d gates failed</span>"
                    .formatted(failed, e.gates().size()));
    out.add("</p><h1>" + Html.escape(e.headline()) + "</h1>");
    e.decision().ifPresent(d -> out.add("<p class=\"decision\">" + Html.escape(d) + "</p>"));
    out.add("<div class=\"tiles\">");
    e.numbers()
        .ifPresentOrElse(
            n -> new NumberSections(e, n, out).tiles(), () -> new DecisionSections(e, out).tiles());
    out.add("</div></header>");
  }

  private void quality() {
    out.section(
        e.isNumber()
            ? "How near it comes"
            : "How well it tells apart, and how true its probabilities are");
    out.add("<div class=\"charts\">");
    e.numbers()
        .ifPresentOrElse(
            n -> new NumberSections(e, n, out).pictures(),
            () -> new DecisionSections(e, out).pictures());
    out.add("</div>");
    out.table("metric", "test", "95 % interval", "validation");
    for (Map.Entry<String, Interval> metric : e.test().entrySet()) {
      Interval v = e.validation().get(metric.getKey());
      out.row(
          "",
          Html.escape(metric.getKey()),
          Out.figure(metric.getKey(), metric.getValue().estimate()),
          Out.figures(metric.getKey(), metric.getValue()),
          v == null ? "\u2013" : Out.figure(metric.getKey(), v.estimate()));
    }
    out.endTable();
    e.deLong().ifPresent(d -> out.under("ROC-AUC by DeLong (rows independent): " + Out.range(d)));
    out.endSection();
  }

  private void importance() {
    if (e.importance().isEmpty()) {
      return;
    }
    out.section("What it looks at");
    out.add("<div class=\"wide\">");
    out.figure(
        Charts.importance(e.importance()),
        (e.isNumber() ? "Rise of the RMSE" : "Loss of ROC-AUC")
            + " on the test part when a feature is shuffled; the line spans the shuffles. Correlated"
            + " features share their importance.");
    out.add("</div>");
    out.endSection();
  }

  private void segments() {
    if (e.segments().isEmpty()) {
      return;
    }
    out.section("Segments");
    List<String> names = List.copyOf(e.segments().getFirst().metrics().keySet());
    List<String> heads = new ArrayList<>(List.of("segment", "rows"));
    if (!e.isNumber()) {
      heads.add("positive");
    }
    heads.addAll(names);
    if (e.money().isPresent()) {
      heads.add("saved");
    }
    out.table(heads.toArray(String[]::new));
    for (Segment s : e.segments()) {
      List<String> cells = new ArrayList<>();
      cells.add(Html.escape(s.column() + " = " + s.level()));
      cells.add(Html.count(s.rows()));
      if (!e.isNumber()) {
        cells.add(Html.percent((double) s.positives() / s.rows()));
      }
      names.forEach(name -> cells.add(cell(name, s.metrics().get(name))));
      s.saved().ifPresent(v -> cells.add(out.currency(v.estimate()) + Out.small(Out.money(v))));
      out.row("", cells.toArray(String[]::new));
    }
    out.endTable();
    out.endSection();
  }

  private static String cell(String name, @Nullable Interval i) {
    if (i == null) {
      return "\u2013";
    }
    return name.equals("recall") || name.equals("precision")
        ? Html.percent(i.estimate()) + Out.small(Out.percents(i))
        : Out.figure(name, i.estimate()) + Out.small(Out.figures(name, i));
  }

  private void gates() {
    out.section("Gates");
    if (e.gates().isEmpty()) {
      out.add("<p>The use case asks for none.</p>");
      out.endSection();
      return;
    }
    out.table("gate", "result", "value", "95 % interval", "from");
    for (GateResult g : e.gates()) {
      out.row(
          "",
          Html.escape(g.text()),
          g.passed()
              ? "<span class=\"badge good\">passed</span>"
              : "<span class=\"badge bad\">failed</span>",
          Out.figure(g.name(), g.value().estimate()),
          Out.figures(g.name(), g.value()),
          Html.escape(g.origin()));
    }
    out.endTable();
    out.under("A gate fails only when the interval excludes its bound.");
    out.endSection();
  }

  private void facts() {
    Evaluation.Facts f = e.facts();
    out.section("Data");
    String distinct = Html.escape(f.entity()) + " (distinct)";
    if (e.isNumber()) {
      out.table("part", "rows", distinct);
    } else {
      out.table("part", "rows", "positive", distinct);
    }
    part("training", f.train());
    part("validation", f.validation());
    part("test", f.test());
    out.endTable();
    out.add("<dl>");
    out.fact("split", f.split());
    if (!f.period().isEmpty()) {
      out.fact("test period", f.period());
    }
    out.fact("left out in gaps", Html.count(f.gaps()) + " rows");
    out.fact("without a known outcome", Html.count(f.unlabelled()) + " rows");
    out.fact("features", Html.count(f.features()));
    out.fact("seed", Long.toString(f.seed()));
    out.fact("training set", f.trainingSetHash());
    out.fact("test rows", f.testHash());
    out.add("</dl>");
    out.endSection();
  }

  private void part(String name, Part p) {
    if (e.isNumber()) {
      out.row("", name, Html.count(p.rows()), Html.count(p.entities()));
    } else {
      out.row("", name, Html.count(p.rows()), Html.percent(p.share()), Html.count(p.entities()));
    }
  }

  private void notes() {
    if (e.notes().isEmpty()) {
      return;
    }
    out.section("To know");
    out.add("<ul>");
    e.notes().forEach(n -> out.add("<li>" + Html.escape(n) + "</li>"));
    out.add("</ul>");
    out.endSection();
  }

  private void definitions() {
    out.add("<section class=\"definitions\"><h2>Definitions</h2><dl>");
    Definitions.of(e.test().keySet(), e.isNumber()).forEach(out::fact);
    out.add("</dl></section>");
  }

  private static String style() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is missing beside HtmlReport");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
