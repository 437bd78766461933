package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.monitoring.Alert;
import dev.gnomon.monitoring.MonitorReport;
import dev.gnomon.monitoring.MonitorReport.Costs;
import dev.gnomon.monitoring.MonitorReport.Effect;
import dev.gnomon.monitoring.MonitorReport.Money;
import dev.gnomon.monitoring.MonitorReport.Performance;
import dev.gnomon.monitoring.MonitorText;
import dev.gnomon.schema.Times;
import dev.gnomon.stats.Interval;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// One use case: the point, the alerts, then traffic, money, outcomes, what moved, and the latest
/// decisions.
final class UseCasePage {
  private final UseCaseView view;
  private final MonitorReport monitor;
  private final StringBuilder out = new StringBuilder(32 * 1024);

  private UseCasePage(UseCaseView view) {
    this.view = view;
    this.monitor = view.monitor();
  }

  static String render(UseCaseView view) {
    return new UseCasePage(view).page();
  }

  private String page() {
    head();
    alerts();
    add("<div class=\"two\">");
    traffic();
    monitor.money().ifPresent(this::money);
    monitor.effect().ifPresent(this::effect);
    outcomes();
    scores();
    add("</div>");
    DriftTable.render(out, monitor);
    latest();
    versions();
    return Page.of(view.name() + " \u00b7 Gnomon", "/", "Use cases", view.name(), out.toString());
  }

  private void head() {
    add("<h1>" + Html.escape(view.name()) + " " + Words.badge(monitor.level()) + "</h1>");
    view.decision().ifPresent(text -> add("<p class=\"lead\">" + Html.escape(text) + "</p>"));
    view.owner().ifPresent(text -> add("<p class=\"soft\">Owner: " + Html.escape(text) + "</p>"));
    add("<p class=\"under\">");
    link(ModelWords.address(view.name()), "Versions and releases");
    add(", ");
    link(Address.of("studies").with("filter", "name = '" + view.name() + "'"), "trainings");
    add(", ");
    link(Address.of("ledger").with("usecase", view.name()), "changes");
    add("</p><dl class=\"tiles\">");
    if (view.live().isPresent()) {
      UseCaseView.Live live = view.live().get();
      add(
          "<div class=\"tile\"><dt>Live</dt><dd>version %d<small>%s</small><small>since %s UTC</small></dd></div>"
              .formatted(live.version(), Html.escape(live.model()), Words.time(live.since())));
    } else {
      add(Words.tile("Live", "fallback rules", "no model version yet"));
    }
    add(
        Words.tile(
            "Decisions, last day",
            Html.count(view.decisionsLastDay()),
            Html.count(view.decisionsTotal()) + " in all"));
    view.latency().ifPresent(this::latency);
    add(
        Words.tile(
            "Degraded",
            Html.percent(monitor.traffic().degradedShare()),
            Html.count(monitor.traffic().degraded()) + " decisions"));
    add("</dl>");
  }

  private void link(Address address, String name) {
    add("<a href=\"" + address.html() + "\">" + name + "</a>");
  }

  private void latency(UseCaseView.Latency latency) {
    String limit =
        latency.limit().isPresent() ? ", limit " + Words.millis(latency.limit().getAsDouble()) : "";
    add(
        Words.tile(
            "Latency p99",
            Words.millis(latency.p99()),
            "p50 " + Words.millis(latency.p50()) + limit));
  }

  private void alerts() {
    add("<section aria-labelledby=\"alerts\"><h2 id=\"alerts\">Alerts</h2>");
    if (monitor.alerts().isEmpty()) {
      add("<p>None: nothing to do.</p>");
    } else {
      add("<ul class=\"alerts\">");
      for (Alert alert : monitor.alerts()) {
        add("<li class=\"" + Html.escape(alert.level().word().replace(' ', '-')) + "\"><h3>");
        add(Words.badge(alert.level().word()) + " " + Html.escape(alert.title()) + "</h3>");
        add("<p>" + Html.escape(alert.why()));
        if (alert.since().isPresent()) {
          add(" Since " + Words.time(Times.instant(alert.since().getAsLong())) + " UTC.");
        }
        add("</p><p class=\"soft\">" + Html.escape(alert.toDo()) + "</p></li>");
      }
      add("</ul>");
    }
    add("</section>");
  }

  private void traffic() {
    add("<section aria-labelledby=\"traffic\"><h2 id=\"traffic\">Traffic</h2>");
    if (monitor.traffic().slices().isEmpty()) {
      add("<p>No decisions yet.</p></section>");
      return;
    }
    add("<figure>" + Pictures.traffic(monitor.traffic()) + "<figcaption>");
    add("<span class=\"key\"></span>decisions per " + Words.per(monitor.traffic().sliceWidth()));
    if (monitor.traffic().degraded() > 0) {
      add("<span class=\"key ill\"></span>of them degraded");
    }
    add("</figcaption></figure><p class=\"under\">Decided by ");
    add(counts(monitor.traffic().variants()));
    if (!monitor.traffic().causes().isEmpty()) {
      add(". Not simply the model\u2019s answer: " + counts(monitor.traffic().causes()));
    }
    add(".</p>");
    monitor
        .actionRate()
        .ifPresent(rate -> {
          add("<p class=\"under\">The policy says yes to " + percent(rate.current().estimate()));
          if (rate.reference().isPresent()) {
            add(", in the evaluation to " + percent(rate.reference().getAsDouble()));
          }
          add(".</p>");
        });
    add("</section>");
  }

  private static String counts(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> Html.escape(entry.getKey()) + " " + Html.count(entry.getValue()))
        .reduce((a, b) -> a + ", " + b)
        .orElse("nobody");
  }

  private void money(Money money) {
    add("<section aria-labelledby=\"money\"><h2 id=\"money\">Money so far</h2>");
    add("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Cost, ");
    add(Html.escape(money.currency()) + "</th>");
    add("<th scope=\"col\" class=\"n\">with the model</th>");
    add("<th scope=\"col\" class=\"n\">nobody</th>");
    add("<th scope=\"col\" class=\"n\">everybody</th></tr></thead><tbody>");
    costs("expected", "assumed", money.expected());
    money
        .realised()
        .ifPresent(r -> costs("realised", r.measured() ? "measured" : "assumed", r.costs()));
    add("</tbody></table></div>");
    if (money.realised().isPresent()) {
      MonitorReport.Realised r = money.realised().get();
      add("<p><strong>Saved against acting on nobody: ");
      add(Words.money(r.saved().estimate(), money.currency()) + "</strong> <span class=\"soft\">(");
      add(Html.escape(Words.basis(r)) + "; " + Html.count(r.outcomes()) + " outcomes)</span></p>");
    } else {
      add("<p><strong>Expected saving: ");
      add(Words.money(money.expected().saved(), money.currency()) + "</strong> ");
      add("<span class=\"soft\">(assumed until outcomes arrive)</span></p>");
    }
    add(Pictures.savings(monitor.traffic().slices(), money.currency()));
    add("<p class=\"under\">" + Pictures.savingsWords(money, monitor.traffic().slices()) + ". ");
    add(Html.count(money.units()) + " decisions count: one per key and period. What acting on ");
    add("everybody would cost is always assumed.</p></section>");
  }

  private void costs(String name, String basis, Costs costs) {
    add("<tr><th scope=\"row\">" + name + "<br><span class=\"soft\">" + basis + "</span></th>");
    add("<td class=\"n\">" + Html.amount(costs.decided()) + "</td>");
    add("<td class=\"n\">" + Html.amount(costs.nobody()) + "</td>");
    add("<td class=\"n\">" + Html.amount(costs.everybody()) + "</td></tr>");
  }

  private void effect(Effect effect) {
    add("<section aria-labelledby=\"effect\"><h2 id=\"effect\">What the action does</h2>");
    add("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Group</th>");
    add("<th scope=\"col\" class=\"n\">outcomes known</th>");
    add("<th scope=\"col\" class=\"n\">happened</th></tr></thead><tbody>");
    group("with the action", effect.treated(), effect.treatedRate());
    group("held out by chance", effect.heldOut(), effect.heldOutRate());
    add("</tbody></table></div><p><strong>Difference: " + points(effect.difference().estimate()));
    add(" points</strong> <span class=\"soft\">(95 % ");
    add(points(effect.difference().lower()) + " to " + points(effect.difference().upper()));
    add(")</span></p>");
    if (effect.saved().lower() < 0 && effect.saved().upper() > 0) {
      add("<p class=\"under\">Too few outcomes to tell: it may prevent up to ");
      add(percent(Math.min(1, effect.saved().upper())) + " of them, or none.</p>");
    } else if (!Double.isNaN(effect.saved().lower())) {
      add("<p class=\"under\">It prevents " + percent(effect.saved().estimate()) + " of them (");
      add(percent(effect.saved().lower()) + " to " + percent(effect.saved().upper()) + ").</p>");
    }
    add("</section>");
  }

  private void group(String name, long count, double rate) {
    add("<tr><th scope=\"row\">" + name + "</th><td class=\"n\">" + Html.count(count));
    add("</td><td class=\"n\">" + percent(rate) + "</td></tr>");
  }

  private void outcomes() {
    add("<section aria-labelledby=\"outcomes\"><h2 id=\"outcomes\">Outcomes</h2><p>");
    add(Html.count(monitor.outcomes().known()) + " of " + Html.count(monitor.outcomes().due()));
    add(" due are known, " + Html.count(monitor.outcomes().positives()) + " positive.</p>");
    Optional<Performance> performance = monitor.outcomes().performance();
    if (performance.isPresent()) {
      Performance p = performance.get();
      add("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Measure</th>");
      add("<th scope=\"col\" class=\"n\">now</th><th scope=\"col\" class=\"n\">95 %</th>");
      add("<th scope=\"col\" class=\"n\">evaluation</th></tr></thead><tbody>");
      measure("ROC AUC", p.rocAuc(), p.referenceRocAuc());
      measure("recall", p.recall(), p.referenceRecall());
      measure("precision", p.precision(), p.referencePrecision());
      add("</tbody></table></div><p class=\"under\">" + Html.escape(MonitorText.basis(p)));
      add(".</p>");
    } else {
      add("<p class=\"under\">Recall and precision are shown from 200 outcomes on, 20 of them ");
      add("positive.</p>");
    }
    add("</section>");
  }

  private void measure(String name, Interval now, OptionalDouble reference) {
    add("<tr><th scope=\"row\">" + name + "</th><td class=\"n\">" + Html.ratio(now.estimate()));
    add("</td><td class=\"n\">" + Html.ratio(now.lower()) + " to " + Html.ratio(now.upper()));
    add("</td><td class=\"n\">" + Html.ratio(reference.orElse(Double.NaN)) + "</td></tr>");
  }

  private void scores() {
    monitor
        .score()
        .ifPresent(score -> {
          add("<section aria-labelledby=\"scores\"><h2 id=\"scores\">Scores</h2><figure>");
          add(Pictures.bins("Scores", score.bins(), true));
          add("<figcaption><span class=\"key was\"></span>evaluation");
          add("<span class=\"key\"></span>now</figcaption></figure><p class=\"under\">");
          add(Html.escape(score.words()) + "</p></section>");
        });
  }

  private void latest() {
    if (view.latest().isEmpty()) {
      return;
    }
    add("<section aria-labelledby=\"latest\"><h2 id=\"latest\">Latest decisions</h2>");
    add("<table class=\"stack\"><thead><tr><th scope=\"col\">Key</th>");
    add("<th scope=\"col\">Time, UTC</th><th scope=\"col\" class=\"n\">Score</th>");
    add("<th scope=\"col\">Answer</th><th scope=\"col\" class=\"n\">Expected cost</th>");
    add("<th scope=\"col\">Decided by</th></tr></thead><tbody>");
    for (UseCaseView.Latest decision : view.latest()) {
      add("<tr><th scope=\"row\">" + Html.escape(decision.key()) + "</th>");
      add("<td data-name=\"time, UTC\">" + Words.time(decision.at()) + "</td>");
      add("<td data-name=\"score\" class=\"n\">" + Html.ratio(decision.score()) + "</td>");
      add("<td data-name=\"answer\">" + Html.escape(decision.answer()));
      if (!decision.why().isEmpty()) {
        add(" <small>" + Html.escape(decision.why()) + "</small>");
      }
      add("</td><td data-name=\"expected cost\" class=\"n\">");
      add(Html.amount(decision.expectedCost()) + "</td><td data-name=\"decided by\">");
      add(decision.version() == 0 ? "fallback rules" : "version " + decision.version());
      add("</td></tr>");
    }
    add("</tbody></table></section>");
  }

  private void versions() {
    if (view.versions().isEmpty()) {
      return;
    }
    add("<section aria-labelledby=\"versions\"><h2 id=\"versions\">Versions</h2>");
    add("<table class=\"stack\"><thead><tr><th scope=\"col\">Version</th>");
    add("<th scope=\"col\">Registered, UTC</th><th scope=\"col\">Gates</th>");
    add("<th scope=\"col\">Report</th></tr></thead><tbody>");
    for (UseCaseView.Version version : view.versions()) {
      boolean live = view.live().filter(l -> l.version() == version.version()).isPresent();
      add("<tr><th scope=\"row\">" + ModelWords.number(view.name(), version.version()));
      add(live ? " <span class=\"badge ok\">live</span></th>" : "</th>");
      add("<td data-name=\"registered, UTC\">" + Words.time(version.registered()) + "</td>");
      add("<td data-name=\"gates\">" + (version.passed() ? "passed" : "failed") + "</td>");
      add("<td data-name=\"report\">");
      if (version.report()) {
        add("<a href=\"" + Html.escape(Words.link(view.name())) + "/versions/");
        add(version.version() + "/report\">evaluation of version " + version.version() + "</a>");
      } else {
        add("\u2013");
      }
      add("</td></tr>");
    }
    add("</tbody></table></section>");
  }

  private static String percent(double share) {
    return Html.percent(share).replace("-", "\u2212");
  }

  private static String points(double share) {
    return String.format(java.util.Locale.ROOT, "%.1f", 100 * share).replace("-", "\u2212");
  }

  private void add(String html) {
    out.append(html);
  }
}
