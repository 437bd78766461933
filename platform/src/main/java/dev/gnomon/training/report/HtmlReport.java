package dev.gnomon.training.report;

import dev.gnomon.core.html.Html;
import dev.gnomon.stats.Confusion;
import dev.gnomon.stats.Interval;
import dev.gnomon.training.Evaluation;
import dev.gnomon.training.Evaluation.CandidateResult;
import dev.gnomon.training.Evaluation.GateResult;
import dev.gnomon.training.Evaluation.Money;
import dev.gnomon.training.Evaluation.OperatingPoint;
import dev.gnomon.training.Evaluation.Part;
import dev.gnomon.training.Evaluation.Segment;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The evaluation as one HTML file: style and pictures inside, no script, nothing fetched. Light or
/// dark as the reader's system is, readable on a phone.
public final class HtmlReport {
  private final Evaluation e;
  private final StringBuilder out = new StringBuilder(64 * 1024);

  private HtmlReport(Evaluation evaluation) {
    this.e = evaluation;
  }

  public static String render(Evaluation evaluation) {
    return new HtmlReport(evaluation).page();
  }

  private String page() {
    String title = Html.escape(e.useCase()) + ": evaluation";
    add("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    add("<meta name=\"color-scheme\" content=\"light dark\"><title>" + title + "</title>");
    add("<style>" + style() + "</style></head><body><main>");
    header();
    money();
    quality();
    importance();
    segments();
    gates();
    candidates();
    facts();
    notes();
    definitions();
    add("</main></body></html>\n");
    return out.toString();
  }

  private void header() {
    add("<header><p class=\"kicker\">" + Html.escape(e.useCase()) + " &middot; ");
    add(Html.escape(e.chosen()) + " &middot; ");
    long failed = e.gates().stream().filter(g -> !g.passed()).count();
    add(
        e.gates().isEmpty()
            ? "<span class=\"badge\">no gates</span>"
            : failed == 0
                ? "<span class=\"badge good\">all %d gates passed</span>"
                    .formatted(e.gates().size())
                : "<span class=\"badge bad\">%d of %d gates failed</span>"
                    .formatted(failed, e.gates().size()));
    add("</p><h1>" + Html.escape(e.headline()) + "</h1>");
    e.decision().ifPresent(d -> add("<p class=\"decision\">" + Html.escape(d) + "</p>"));
    add("<div class=\"tiles\">");
    e.money()
        .ifPresent(m ->
            tile("saved against doing nothing", currency(m.saved().estimate()), money(m.saved())));
    Interval auc = e.test().get("roc-auc");
    if (auc != null) {
      tile("ROC-AUC", Html.ratio(auc.estimate()), range(auc));
    }
    OperatingPoint p = e.served();
    tile("recall", Html.percent(p.recall().estimate()), percents(p.recall()));
    tile("precision", Html.percent(p.precision().estimate()), percents(p.precision()));
    add("</div></header>");
  }

  private void tile(String name, String value, String range) {
    add("<div class=\"tile\"><span>" + name + "</span><b>" + value + "</b><small>95 %: " + range);
    add("</small></div>");
  }

  private void money() {
    add("<section><h2>The decision</h2><div class=\"charts\"><figure>");
    confusion();
    add("</figure>");
    e.costCurve()
        .ifPresent(c ->
            figure(
                Charts.costCurve(c, e.currency().orElse("")),
                "Total cost on the test part, one outcome counted once, against where the line is drawn."));
    add("</div>");
    if (e.money().isPresent()) {
      Money m = e.money().get();
      table("", "what is done on the test part", "total cost", "95 % interval");
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
      endTable();
    }
    if (e.points().size() > 1 || e.money().isEmpty()) {
      table("", "operating point", "says yes when", "recall", "precision", "cost");
      for (OperatingPoint p : e.points()) {
        row(
            p.equals(e.served()) ? "strong" : "",
            Html.escape(p.name()) + (p.equals(e.served()) ? " (served)" : ""),
            Html.escape(p.rule()),
            Html.percent(p.recall().estimate()) + small(percents(p.recall())),
            Html.percent(p.precision().estimate()) + small(percents(p.precision())),
            p.cost().map(c -> currency(c.estimate()) + small(money(c))).orElse("\u2013"));
      }
      endTable();
    }
    add("</section>");
  }

  private void moneyRow(String name, Interval value, boolean strong) {
    row(strong ? "strong" : "", name, currency(value.estimate()), money(value));
  }

  private void confusion() {
    Confusion c = e.served().counts();
    Optional<Evaluation.Cells> cells = e.money().map(Money::cells);
    add("<table class=\"matrix\"><caption>Decisions and what happened (rows of the test part");
    add(cells.isPresent() ? "; cost with one outcome counted once)" : ")");
    add("</caption><thead><tr><th></th><th>happened</th><th>did not</th></tr></thead><tbody>");
    add("<tr><th>yes</th>");
    cell("hit", c.truePositives(), cells.map(Evaluation.Cells::truePositive));
    cell("miss", c.falsePositives(), cells.map(Evaluation.Cells::falsePositive));
    add("</tr><tr><th>no</th>");
    cell("miss", c.falseNegatives(), cells.map(Evaluation.Cells::falseNegative));
    cell("hit", c.trueNegatives(), cells.map(Evaluation.Cells::trueNegative));
    add("</tr></tbody></table>");
    e.money()
        .ifPresent(m ->
            add(
                "<p class=\"under\">%s decisions act and reach %s of %s outcomes.</p>"
                    .formatted(
                        Html.count((double) m.actions()),
                        Html.count((double) m.caught()),
                        Html.count((double) m.outcomes()))));
  }

  private void cell(String style, double count, Optional<Double> cost) {
    add("<td class=\"" + style + "\"><b>" + Html.count(count) + "</b>");
    cost.ifPresent(v -> add("<small>" + currency(v) + "</small>"));
    add("</td>");
  }

  private void quality() {
    add("<section><h2>How well it tells apart, and how true its probabilities are</h2>");
    add("<div class=\"charts\">");
    figure(Charts.roc(e), "ROC curve on the test part; dots are the operating points.");
    figure(
        Charts.precisionRecall(e),
        "Precision and recall on the test part; the dashed line is the base rate.");
    figure(
        Charts.calibration(e),
        "Predicted against observed, bins of equally many rows with 95 %% intervals. Slope %s (%s), intercept %s (%s)."
            .formatted(
                Html.ratio(e.calibration().slope().estimate()),
                range(e.calibration().slope()),
                Html.ratio(e.calibration().intercept().estimate()),
                range(e.calibration().intercept())));
    add("</div>");
    table("", "metric", "test", "95 % interval", "validation");
    for (Map.Entry<String, Interval> metric : e.test().entrySet()) {
      Interval v = e.validation().get(metric.getKey());
      row(
          "",
          Html.escape(metric.getKey()),
          figure(metric.getKey(), metric.getValue().estimate()),
          figure(metric.getKey(), metric.getValue().lower())
              + " to "
              + figure(metric.getKey(), metric.getValue().upper()),
          v == null ? "\u2013" : figure(metric.getKey(), v.estimate()));
    }
    endTable();
    add("<p class=\"under\">ROC-AUC by DeLong (rows independent): " + range(e.deLong()) + "</p>");
    add("</section>");
  }

  private void importance() {
    if (e.importance().isEmpty()) {
      return;
    }
    add("<section><h2>What it looks at</h2><div class=\"wide\">");
    figure(
        Charts.importance(e.importance()),
        "Loss of ROC-AUC on the test part when a feature is shuffled; the line spans the shuffles. Correlated"
            + " features share their importance.");
    add("</div></section>");
  }

  private void segments() {
    if (e.segments().isEmpty()) {
      return;
    }
    add("<section><h2>Segments</h2>");
    boolean money = e.money().isPresent();
    table(
        "", "segment", "rows", "positive", "ROC-AUC", "recall", "precision", money ? "saved" : "");
    for (Segment s : e.segments()) {
      row(
          "",
          Html.escape(s.column() + " = " + s.level()),
          Html.count(s.rows()),
          Html.percent((double) s.positives() / s.rows()),
          Html.ratio(s.rocAuc().estimate()) + small(range(s.rocAuc())),
          Html.percent(s.recall().estimate()) + small(percents(s.recall())),
          Html.percent(s.precision().estimate()) + small(percents(s.precision())),
          s.saved().map(v -> currency(v.estimate()) + small(money(v))).orElse(""));
    }
    endTable();
    add("</section>");
  }

  private void gates() {
    add("<section><h2>Gates</h2>");
    if (e.gates().isEmpty()) {
      add("<p>The use case asks for none.</p></section>");
      return;
    }
    table("", "gate", "result", "value", "95 % interval", "from");
    for (GateResult g : e.gates()) {
      row(
          "",
          Html.escape(g.text()),
          g.passed()
              ? "<span class=\"badge good\">passed</span>"
              : "<span class=\"badge bad\">failed</span>",
          figure(g.name(), g.value().estimate()),
          figure(g.name(), g.value().lower()) + " to " + figure(g.name(), g.value().upper()),
          Html.escape(g.origin()));
    }
    endTable();
    add("<p class=\"under\">A gate fails only when the interval excludes its bound.</p></section>");
  }

  private void candidates() {
    add("<section><h2>Candidates, on the validation part</h2>");
    TreeSet<String> names = new TreeSet<>();
    e.candidates().forEach(c -> names.addAll(c.metrics().keySet()));
    List<String> head = new ArrayList<>(List.of("candidate", "settings"));
    head.addAll(names);
    table("", head.toArray(String[]::new));
    for (CandidateResult c : e.candidates()) {
      List<String> cells = new ArrayList<>();
      cells.add(Html.escape(c.name()) + (c.chosen() ? " (chosen)" : ""));
      cells.add(Html.escape(c.settings()));
      for (String name : names) {
        cells.add(figure(name, c.metrics().getOrDefault(name, Double.NaN)));
      }
      row(c.chosen() ? "strong" : "", cells.toArray(String[]::new));
    }
    endTable();
    add("<p class=\"under\">The test part was read once, for the chosen candidate.</p></section>");
  }

  private void facts() {
    Evaluation.Facts f = e.facts();
    add("<section><h2>Data</h2>");
    table("", "part", "rows", "positive", Html.escape(f.entity()) + " (distinct)");
    part("training", f.train());
    part("validation", f.validation());
    part("test", f.test());
    endTable();
    add("<dl>");
    fact("split", f.split());
    if (!f.period().isEmpty()) {
      fact("test period", f.period());
    }
    fact("left out in gaps", Html.count(f.gaps()) + " rows");
    fact("without a known outcome", Html.count(f.unlabelled()) + " rows");
    fact("features", Html.count(f.features()));
    fact("seed", Long.toString(f.seed()));
    fact("training set", f.trainingSetHash());
    fact("test rows", f.testHash());
    add("</dl></section>");
  }

  private void part(String name, Part p) {
    row("", name, Html.count(p.rows()), Html.percent(p.share()), Html.count(p.entities()));
  }

  private void fact(String name, String value) {
    add("<dt>" + name + "</dt><dd>" + Html.escape(value) + "</dd>");
  }

  private void notes() {
    if (e.notes().isEmpty()) {
      return;
    }
    add("<section><h2>To know</h2><ul>");
    e.notes().forEach(n -> add("<li>" + Html.escape(n) + "</li>"));
    add("</ul></section>");
  }

  private void definitions() {
    add("<section class=\"definitions\"><h2>Definitions</h2><dl>");
    Definitions.of(e.test().keySet()).forEach(this::fact);
    add("</dl></section>");
  }

  // --- building blocks ---

  private void figure(String svg, String caption) {
    add("<figure>" + svg + "<figcaption>" + Html.escape(caption) + "</figcaption></figure>");
  }

  private void table(String style, String... heads) {
    add("<div class=\"scroll\"><table class=\"" + style + "\"><thead><tr>");
    for (String head : heads) {
      add("<th>" + head + "</th>");
    }
    add("</tr></thead><tbody>");
  }

  private void row(String style, String... cells) {
    add("<tr class=\"" + style + "\">");
    for (String cell : cells) {
      add("<td>" + cell + "</td>");
    }
    add("</tr>");
  }

  private void endTable() {
    add("</tbody></table></div>");
  }

  private static String small(String text) {
    return "<small>" + text + "</small>";
  }

  private String currency(double value) {
    return Html.amount(value)
        + (e.currency().isEmpty() ? "" : " " + Html.escape(e.currency().get()));
  }

  private static String money(Interval i) {
    return Html.amount(i.lower()) + " to " + Html.amount(i.upper());
  }

  private static String range(Interval i) {
    return Html.ratio(i.lower()) + " to " + Html.ratio(i.upper());
  }

  private static String percents(Interval i) {
    return Html.percent(i.lower()) + " to " + Html.percent(i.upper());
  }

  private static String figure(String metric, double value) {
    return metric.equals("expected-cost") || metric.equals("better-than-constant")
        ? Html.amount(value)
        : Html.ratio(value);
  }

  private void add(String text) {
    out.append(text);
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
