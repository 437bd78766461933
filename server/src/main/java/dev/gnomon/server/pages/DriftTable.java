package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.monitoring.MonitorReport;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift.Status;
import java.util.List;
import java.util.Locale;

/// What moved, the most moved first; the stable ones folded away.
final class DriftTable {
  private static final int MOST = 60;

  private DriftTable() {}

  static void render(StringBuilder out, MonitorReport monitor) {
    if (monitor.features().isEmpty()) {
      return;
    }
    List<FeatureDrift> told =
        monitor.features().stream().filter(f -> !quiet(f)).limit(MOST).toList();
    List<FeatureDrift> quiet =
        monitor.features().stream().filter(DriftTable::quiet).limit(MOST).toList();
    out.append("<section aria-labelledby=\"drift\"><h2 id=\"drift\">What moved</h2>");
    if (told.isEmpty()) {
      out.append("<p>No feature moved beyond the tolerance.</p>");
    } else {
      table(out, told);
    }
    if (!quiet.isEmpty()) {
      out.append("<details><summary>")
          .append(quiet.size())
          .append(" stable or not to be told</summary>");
      table(out, quiet);
      out.append("</details>");
    }
    out.append("<p class=\"under\"><span class=\"key was\"></span>training rows")
        .append("<span class=\"key\"></span>now. PSI: population stability index over ten bins of")
        .append(" equal mass in the training rows. p: chance of it without any drift, adjusted for")
        .append(" the number of features.</p></section>");
  }

  private static boolean quiet(FeatureDrift f) {
    boolean missing = f.missing() > f.referenceMissing() + 0.05;
    return f.status().compareTo(Status.STABLE) <= 0 && f.unseen() < 0.01 && !missing;
  }

  private static void table(StringBuilder out, List<FeatureDrift> features) {
    out.append("<table class=\"stack\"><thead><tr><th scope=\"col\">Feature</th>")
        .append("<th scope=\"col\">Then and now</th><th scope=\"col\" class=\"n\">PSI</th>")
        .append("<th scope=\"col\" class=\"n\">p</th><th scope=\"col\" class=\"n\">Missing</th>")
        .append("<th scope=\"col\" class=\"n\">New values</th></tr></thead><tbody>");
    features.forEach(feature -> row(out, feature));
    out.append("</tbody></table>");
  }

  private static void row(StringBuilder out, FeatureDrift f) {
    out.append("<tr><th scope=\"row\">").append(Html.escape(f.name()));
    switch (f.status()) {
      case STRONG -> out.append(" <span class=\"badge warning\">far</span>");
      case MOVED -> out.append(" <span class=\"badge\">moved</span>");
      case TOO_FEW -> out.append(" <span class=\"badge no-data\">too few</span>");
      case STABLE -> {}
    }
    out.append("<br><small class=\"soft\">").append(Html.escape(f.words())).append("</small></th>");
    out.append("<td class=\"mini wide\">")
        .append(f.bins().size() > 1 ? Pictures.bins(f.name(), f.bins(), false) : "\u2013")
        .append("</td><td data-name=\"PSI\" class=\"n\">")
        .append(Double.isNaN(f.psi()) ? "\u2013" : number("%.2f", f.psi()))
        .append("</td><td data-name=\"p\" class=\"n\">")
        .append(f.adjusted() < 0.001 ? "&lt; 0.001" : number("%.3f", f.adjusted()))
        .append("</td><td data-name=\"missing\" class=\"n\">")
        .append(Html.percent(f.missing()))
        .append("<small>was ")
        .append(Html.percent(f.referenceMissing()))
        .append("</small></td><td data-name=\"new values\" class=\"n break\">")
        .append(f.unseen() > 0 ? Html.percent(f.unseen()) : "\u2013");
    f.topUnseen().stream()
        .limit(3)
        .forEach(level ->
            out.append("<small>").append(Html.escape(shortened(level.value()))).append("</small>"));
    out.append("</td></tr>");
  }

  private static String shortened(String text) {
    return text.length() > 24 ? text.substring(0, 24) + "\u2026" : text;
  }

  private static String number(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
