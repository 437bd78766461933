package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.monitoring.Alert;
import dev.gnomon.monitoring.MonitorReport;
import dev.gnomon.monitoring.MonitorReport.Money;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// All use cases at a glance, those that need somebody first.
final class Overview {
  private Overview() {}

  static String render(List<UseCaseView> views) {
    StringBuilder out = new StringBuilder();
    out.append("<h1>Use cases</h1>");
    if (views.isEmpty()) {
      out.append("<p class=\"lead\">None is served yet.</p>")
          .append("<p class=\"soft\">Start one: <code>gnomon up usecase.yaml</code></p>");
      return Page.of("Gnomon", "use cases", out.toString());
    }
    List<UseCaseView> sorted =
        views.stream()
            .sorted(
                Comparator.comparingInt((UseCaseView v) -> -severity(v))
                    .thenComparing(UseCaseView::name))
            .toList();
    out.append("<div class=\"cards\">");
    sorted.forEach(view -> card(out, view));
    return Page.of("Gnomon: use cases", "use cases", out.append("</div>").toString());
  }

  private static int severity(UseCaseView view) {
    return view.monitor()
        .level()
        .map(level -> List.of(Alert.Level.values()).indexOf(level) + 1)
        .orElse(0);
  }

  private static void card(StringBuilder out, UseCaseView view) {
    MonitorReport monitor = view.monitor();
    out.append("<article class=\"card\"><header><h2><a href=\"")
        .append(Html.escape(Words.link(view.name())))
        .append("\">")
        .append(Html.escape(view.name()))
        .append("</a></h2>")
        .append(Words.badge(monitor.level()))
        .append("</header>");
    view.decision()
        .ifPresent(
            text -> out.append("<p class=\"soft\">").append(Html.escape(text)).append("</p>"));
    if (!monitor.alerts().isEmpty()) {
      out.append("<p>").append(Html.escape(monitor.alerts().getFirst().title()));
      if (monitor.alerts().size() > 1) {
        out.append(" <span class=\"soft\">and ")
            .append(monitor.alerts().size() - 1)
            .append(" more</span>");
      }
      out.append("</p>");
    }
    out.append("<dl class=\"tiles\">")
        .append(
            Words.tile(
                "Live",
                view.live().map(live -> "version " + live.version()).orElse("fallback rules"),
                ""))
        .append(
            Words.tile(
                "Decisions, last day",
                Html.count(view.decisionsLastDay()),
                Html.count(view.decisionsTotal()) + " in all"))
        .append(
            Words.tile(
                "Latency p99",
                view.latency().map(l -> Words.millis(l.p99())).orElse("\u2013"),
                view.latency()
                    .map(l -> "p50 " + Words.millis(l.p50()))
                    .orElse("nothing decided since the start")))
        .append(money(monitor.money()))
        .append("</dl>");
    monitor
        .money()
        .ifPresent(m ->
            out.append(Pictures.savings(monitor.traffic().slices(), m.currency()))
                .append("<p class=\"under\">")
                .append(Pictures.savingsWords(m, monitor.traffic().slices()))
                .append("</p>"));
    out.append("</article>");
  }

  private static String money(Optional<Money> money) {
    if (money.isEmpty()) {
      return Words.tile("Money", "\u2013", "no costs stated, or no model yet");
    }
    Money m = money.get();
    return m.realised()
        .map(r ->
            Words.tile(
                "Saved so far", Words.money(r.saved().estimate(), m.currency()), Words.basis(r)))
        .orElseGet(() ->
            Words.tile(
                "Expected saving",
                Words.money(m.expected().saved(), m.currency()),
                "assumed until outcomes arrive"));
  }
}
