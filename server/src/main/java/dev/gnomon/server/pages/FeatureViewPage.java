package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.features.FeatureDefinition;
import dev.gnomon.server.pages.FeatureViewDetail.CheckState;
import dev.gnomon.server.pages.FeatureViewDetail.OfFeature;
import dev.gnomon.server.pages.FeatureViewDetail.SourceColumn;
import dev.gnomon.server.pages.FeatureViewDetail.Trained;
import dev.gnomon.server.pages.FeatureViewDetail.Values;
import dev.gnomon.server.pages.FeatureViewDetail.Verified;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// One feature view: what its features are, what their values are like, what they are read from,
/// and which models were trained on which version of it.
final class FeatureViewPage {
  private static final int MOST = 300;
  private static final int MOST_NAMES = 6;

  private final FeatureViewDetail view;
  private final FeatureViewLine line;
  private final StringBuilder out = new StringBuilder(32_768);

  private FeatureViewPage(FeatureViewDetail view) {
    this.view = view;
    this.line = view.line();
  }

  static String render(FeatureViewDetail view) {
    FeatureViewPage page = new FeatureViewPage(view);
    page.head();
    page.lineage();
    page.definitions();
    page.values();
    page.verified();
    page.columns();
    page.checks();
    page.history();
    page.operators();
    return Page.of(
        view.line().name() + " \u00b7 Gnomon",
        "/features",
        "features",
        view.line().name(),
        page.out.toString());
  }

  private void head() {
    add("<h1>" + Html.escape(line.name()) + "</h1>");
    line.description().ifPresent(text -> add("<p class=\"lead\">" + Html.escape(text) + "</p>"));
    add("<dl class=\"tiles\">");
    add(Words.tile("Owner", line.owner().map(FeatureViewPage::fine).orElse("\u2013"), ""));
    add(Words.tile("About", Html.escape(String.join(" \u00d7 ", line.entities())), line.source()));
    add(
        "<div class=\"tile\"><dt>Newest row</dt><dd>"
            + Catalogue.freshness(line.freshness())
            + "</dd></div>");
    add(Words.tile("Kept", Html.count(line.keys()) + " keys", Html.count(line.events()) + " rows"));
    line.intake()
        .ifPresent(in ->
            add(
                Words.tile(
                    "Rows in", Html.count(in.taken()), Html.count(in.setAside()) + " set aside")));
    add(
        Words.tile(
            "Version",
            fine(Catalogue.shortHash(line.version())),
            line.ttl()
                .map(ttl -> "values valid for " + FeatureDefinition.duration(ttl))
                .orElse("")));
    add("</dl>");
    if (!view.others().isEmpty()) {
      add("<p>Other use cases mean something else by this name: ");
      for (FeatureViewLine other : view.others()) {
        add(" <a href=\"" + Html.escape(Words.view(other.name())) + "?version=");
        add(Html.escape(Catalogue.shortHash(other.version())) + "\">");
        add(Html.escape(names(other.consumers().stream().map(c -> c.useCase()).toList())));
        add("</a>");
      }
      add("</p>");
    }
  }

  /// Long words in a tile.
  private static String fine(String text) {
    return "<span class=\"fine\">" + Html.escape(text) + "</span>";
  }

  private void lineage() {
    add("<section aria-labelledby=\"lineage\"><h2 id=\"lineage\">From files to decisions</h2>");
    add(Catalogue.scrolled(Lineage.picture(List.of(line))) + "</section>");
  }

  private void definitions() {
    add("<section aria-labelledby=\"features\"><h2 id=\"features\">Features</h2>");
    add("<table class=\"stack firm\"><thead><tr><th scope=\"col\">Feature</th>");
    add("<th scope=\"col\">Operator</th><th scope=\"col\">Of</th>");
    add("<th scope=\"col\">Window</th><th scope=\"col\">Nothing to see</th></tr></thead><tbody>");
    for (FeatureDefinition one : view.definitions().stream().limit(MOST).toList()) {
      add("<tr><th scope=\"row\">" + Html.escape(one.name()) + "</th>");
      add("<td data-name=\"operator\"><a href=\"#op-" + Html.escape(one.operator()) + "\">");
      add(Html.escape(one.operator()) + "</a>");
      small(one.settings());
      add("</td><td data-name=\"of\" class=\"break\">");
      add(one.column().equals("*") ? "rows" : Html.escape(one.column()));
      small(one.where().isEmpty() ? "" : "where " + one.where());
      add("</td><td data-name=\"window\">" + Html.escape(one.window()));
      add("</td><td data-name=\"nothing to see\">" + Html.escape(one.missing()) + "</td></tr>");
    }
    add("</tbody></table>");
    more(view.definitions().size(), "features");
    add("</section>");
  }

  private void values() {
    if (view.values().isEmpty()) {
      return;
    }
    add("<section aria-labelledby=\"values\"><h2 id=\"values\">Values</h2>");
    for (Values each : view.values()) {
      add("<h3>In " + Html.escape(each.useCase()) + ", version " + each.version() + "</h3>");
      add("<p class=\"soft\">");
      add(
          each.decisions() == 0
              ? "No decisions since the start of this server: the training rows alone."
              : Html.count(each.decisions()) + " recent decisions beside the training rows.");
      add("</p><table class=\"stack firm\"><thead><tr><th scope=\"col\">Feature</th>");
      add("<th scope=\"col\">Then and now</th><th scope=\"col\" class=\"n\">PSI</th>");
      add("<th scope=\"col\" class=\"n\">Missing</th></tr></thead><tbody>");
      each.features().stream()
          .sorted(Comparator.comparingDouble(f -> Double.isNaN(f.psi()) ? 0 : -f.psi()))
          .limit(MOST)
          .forEach(this::values);
      add("</tbody></table>");
      more(each.features().size(), "features");
    }
    add("<p class=\"under\"><span class=\"key was\"></span>training rows");
    add("<span class=\"key\"></span>recent decisions. PSI: population stability index over bins ");
    add("of equal mass in the training rows, from 200 recent values on.</p></section>");
  }

  private void values(OfFeature feature) {
    add("<tr><th scope=\"row\">" + Html.escape(feature.name()));
    if (feature.psi() >= 0.25) {
      add(" <span class=\"badge warning\">far</span>");
    } else if (feature.psi() >= 0.1) {
      add(" <span class=\"badge\">moved</span>");
    }
    add("</th><td class=\"mini wide\">");
    add(
        feature.bins().size() > 1
            ? Pictures.bins(feature.name(), feature.bins(), false)
            : "\u2013");
    add("</td><td data-name=\"PSI\" class=\"n\">");
    add(Double.isNaN(feature.psi()) ? "\u2013" : String.format(Locale.ROOT, "%.2f", feature.psi()));
    add("</td><td data-name=\"missing\" class=\"n\">" + Html.percent(feature.missing()));
    add("<small>was " + Html.percent(feature.referenceMissing()) + "</small></td></tr>");
  }

  private void verified() {
    if (view.verified().isEmpty()) {
      return;
    }
    add("<section aria-labelledby=\"verified\"><h2 id=\"verified\">Served and back-filled</h2>");
    add("<table class=\"stack firm\"><thead><tr><th scope=\"col\">Use case</th>");
    add("<th scope=\"col\">Compared</th><th scope=\"col\">When, UTC</th>");
    add("<th scope=\"col\" class=\"n\">Values</th><th scope=\"col\" class=\"n\">Differ</th>");
    add("<th scope=\"col\">Of this view</th></tr></thead><tbody>");
    for (Verified one : view.verified()) {
      add("<tr><th scope=\"row\">" + Html.escape(one.useCase()) + "</th>");
      add(
          "<td data-name=\"compared\" class=\"break\">"
              + (one.live() ? "live requests" : "the whole log"));
      small(one.how());
      small(one.current() ? "" : "another definition than today's");
      add("</td><td data-name=\"when, UTC\">" + Words.time(one.at()));
      add("</td><td data-name=\"values\" class=\"n\">" + Html.count(one.values()));
      add("</td><td data-name=\"differ\" class=\"n\">" + Html.count(one.differing()));
      add("</td><td data-name=\"of this view\" class=\"break\">");
      add(
          one.features().isEmpty()
              ? "<span class=\"badge ok\">none differs</span>"
              : "<span class=\"badge critical\">differ</span> "
                  + Html.escape(names(one.features())));
      add("</td></tr>");
    }
    add("</tbody></table></section>");
  }

  private void columns() {
    add("<section aria-labelledby=\"columns\"><h2 id=\"columns\">Columns of ");
    add(Html.escape(line.source()) + "</h2>");
    add("<table class=\"stack firm\"><thead><tr><th scope=\"col\">Column</th>");
    add("<th scope=\"col\">Type</th><th scope=\"col\">Read by</th></tr></thead><tbody>");
    for (SourceColumn column : view.columns().stream().limit(MOST).toList()) {
      add("<tr><th scope=\"row\">" + Html.escape(column.name()));
      if (!column.role().isEmpty()) {
        add(" <span class=\"badge info\">" + Html.escape(column.role()) + "</span>");
      }
      add("</th><td data-name=\"type\">" + Html.escape(column.type()));
      add("</td><td data-name=\"read by\" class=\"break\">");
      add(
          column.readBy().isEmpty()
              ? "<span class=\"soft\">nothing</span>"
              : column.readBy().size() == line.features().size() && column.readBy().size() > 1
                  ? "every feature"
                  : Html.escape(names(column.readBy())));
      add("</td></tr>");
    }
    add("</tbody></table>");
    more(view.columns().size(), "columns");
    add("</section>");
  }

  private void checks() {
    if (view.checks().isEmpty()) {
      return;
    }
    add("<section aria-labelledby=\"checks\"><h2 id=\"checks\">Checks of arriving rows</h2>");
    add("<table class=\"stack firm\"><thead><tr><th scope=\"col\">Check</th>");
    add("<th scope=\"col\">Holds</th><th scope=\"col\" class=\"n\">Failed</th>");
    add("<th scope=\"col\" class=\"n\">Judged</th><th scope=\"col\">Then</th>");
    add("</tr></thead><tbody>");
    for (CheckState check : view.checks()) {
      add("<tr><th scope=\"row\">" + Html.escape(check.rule()) + "</th><td data-name=\"holds\">");
      add("<span class=\"badge " + (check.holds() ? "ok\">yes" : "warning\">no") + "</span></td>");
      add("<td data-name=\"failed\" class=\"n\">" + Html.count(check.failing()) + "</td>");
      add("<td data-name=\"judged\" class=\"n\">" + Html.count(check.seen()) + "</td>");
      add("<td data-name=\"then\">" + Html.escape(check.onFailure()) + "</td></tr>");
    }
    add("</tbody></table></section>");
  }

  private void history() {
    if (view.history().isEmpty()) {
      return;
    }
    add("<section aria-labelledby=\"history\"><h2 id=\"history\">Models trained on it</h2>");
    add("<table class=\"stack firm\"><thead><tr><th scope=\"col\">Model</th>");
    add("<th scope=\"col\">Registered, UTC</th><th scope=\"col\">View</th>");
    add("<th scope=\"col\">Changed since the version before</th></tr></thead><tbody>");
    for (Trained one : view.history().stream().limit(MOST).toList()) {
      add("<tr><th scope=\"row\"><a href=\"" + Html.escape(Words.link(one.useCase())) + "\">");
      add(Html.escape(one.useCase()) + "</a> version " + one.version());
      add(one.live() ? " <span class=\"badge ok\">live</span></th>" : "</th>");
      add("<td data-name=\"registered, UTC\">" + Words.time(one.registered()) + "</td>");
      add("<td data-name=\"view\">");
      if (one.view().isEmpty()) {
        add("<span class=\"soft\">not recorded</span>");
      } else {
        add("<code>" + Html.escape(Catalogue.shortHash(one.view())) + "</code>");
        add(one.view().equals(line.version()) ? "<small>as now</small>" : "<small>another</small>");
      }
      add("</td><td data-name=\"changed\" class=\"break\">");
      add(one.changes().isEmpty() ? "\u2013" : Html.escape(one.changes().getFirst()));
      one.changes().stream().skip(1).limit(20).forEach(this::small);
      if (one.changes().size() > 21) {
        small("and " + (one.changes().size() - 21) + " more");
      }
      add("</td></tr>");
    }
    add("</tbody></table></section>");
  }

  private void operators() {
    Set<String> used = new LinkedHashSet<>();
    view.definitions().forEach(one -> used.add(one.operator()));
    if (used.isEmpty()) {
      return;
    }
    add("<section aria-labelledby=\"operators\"><h2 id=\"operators\">Operators</h2>");
    add("<table class=\"stack firm\"><thead><tr><th scope=\"col\">Word</th>");
    add("<th scope=\"col\">What it gives</th></tr></thead><tbody>");
    for (String operator : used) {
      add("<tr id=\"op-" + Html.escape(operator) + "\"><th scope=\"row\">");
      add(Html.escape(operator) + "</th><td class=\"wide\">");
      add(Html.escape(FeatureDefinition.meaning(operator)) + "</td></tr>");
    }
    add("</tbody></table><p class=\"under\">A feature at a time sees the events that happened ");
    add("before it and were known by then. All operators and rules: ");
    add("<code>docs/reference/operators.md</code>.</p></section>");
  }

  private void more(int size, String what) {
    if (size > MOST) {
      add("<p class=\"under\">and " + Html.count(size - MOST) + " more " + what + "</p>");
    }
  }

  private void small(String text) {
    if (!text.isEmpty()) {
      add("<small>" + Html.escape(text) + "</small>");
    }
  }

  private static String names(List<String> all) {
    return all.size() <= MOST_NAMES
        ? String.join(", ", all)
        : String.join(", ", all.subList(0, MOST_NAMES))
            + " and "
            + (all.size() - MOST_NAMES)
            + " more";
  }

  private void add(String html) {
    out.append(html);
  }
}
