package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.features.FeatureDefinition;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// All feature views of the node; those whose rows are too old first.
final class Catalogue {
  private static final int MOST = 200;
  private static final int MOST_DRAWN = 24;
  private static final int LONGEST_SEARCH = 200;

  private Catalogue() {}

  static String render(List<FeatureViewLine> all, Optional<String> asked) {
    String search = asked.map(String::strip).orElse("");
    search = search.substring(0, Math.min(search.length(), LONGEST_SEARCH));
    String words = search;
    List<FeatureViewLine> found =
        all.stream()
            .filter(line -> words.isEmpty() || line.matches(words))
            .sorted(
                Comparator.comparingInt((FeatureViewLine line) -> line.freshness().late() ? 0 : 1)
                    .thenComparing(FeatureViewLine::name)
                    .thenComparing(FeatureViewLine::version))
            .toList();
    StringBuilder out = new StringBuilder("<h1>Features</h1>");
    lead(out, all, found);
    if (!all.isEmpty()) {
      form(out, search);
    }
    if (all.isEmpty()) {
      out.append("<p class=\"soft\">No use case that is served computes features on a source.</p>");
    } else if (found.isEmpty()) {
      out.append("<p>Nothing has all of these words. <a href=\"/features\">All views</a></p>");
    } else {
      table(out, found);
      picture(out, found);
    }
    return Page.of("Features \u00b7 Gnomon", "features", out.toString());
  }

  private static void lead(
      StringBuilder out, List<FeatureViewLine> all, List<FeatureViewLine> found) {
    long late = found.stream().filter(line -> line.freshness().late()).count();
    long features = found.stream().mapToLong(line -> line.features().size()).sum();
    out.append("<p class=\"lead\">")
        .append(Html.count(found.size()))
        .append(found.size() == 1 ? " view" : " views")
        .append(found.size() < all.size() ? " of " + Html.count(all.size()) : "")
        .append(", ")
        .append(Html.count(features))
        .append(" features");
    if (late > 0) {
      out.append("; ").append(late).append(late == 1 ? " is" : " are").append(" older than wanted");
    }
    out.append(".</p>");
  }

  private static void form(StringBuilder out, String search) {
    out.append("<form class=\"search\" role=\"search\" action=\"/features\" method=\"get\">")
        .append("<label for=\"q\">Search name, feature, owner, entity, use case</label>")
        .append("<input id=\"q\" name=\"q\" type=\"search\" maxlength=\"200\" value=\"")
        .append(Html.escape(search))
        .append("\"/><button type=\"submit\">Search</button></form>");
  }

  private static void table(StringBuilder out, List<FeatureViewLine> found) {
    out.append("<section aria-label=\"Views\"><table class=\"stack firm\"><thead><tr>")
        .append("<th scope=\"col\">View</th><th scope=\"col\">About</th>")
        .append("<th scope=\"col\">Newest row</th><th scope=\"col\" class=\"n\">Kept</th>")
        .append("<th scope=\"col\" class=\"n\">Rows in</th><th scope=\"col\">Used by</th>")
        .append("</tr></thead><tbody>");
    found.stream().limit(MOST).forEach(line -> row(out, line, found));
    out.append("</tbody></table>");
    if (found.size() > MOST) {
      out.append("<p class=\"under\">and ")
          .append(Html.count(found.size() - MOST))
          .append(" more: search for what you need.</p>");
    }
    out.append("<p class=\"under\">Rows in: posted or streamed, besides those of files.</p>")
        .append("</section>");
  }

  private static void row(StringBuilder out, FeatureViewLine line, List<FeatureViewLine> all) {
    out.append("<tr><th scope=\"row\"><a href=\"")
        .append(Html.escape(link(line, all)))
        .append("\">")
        .append(Html.escape(line.name()))
        .append("</a><small class=\"soft block\">");
    line.description().ifPresent(text -> out.append(Html.escape(text)).append("<br>"));
    line.owner().ifPresent(text -> out.append(Html.escape(text)).append("<br>"));
    out.append("<code>").append(Html.escape(shortHash(line.version()))).append("</code>");
    out.append("</small></th><td data-name=\"about\">")
        .append(Html.escape(String.join(" \u00d7 ", line.entities())))
        .append("<small>")
        .append(Html.count(line.features().size()))
        .append(line.features().size() == 1 ? " feature of " : " features of ")
        .append(Html.escape(line.source()));
    line.ttl()
        .ifPresent(ttl -> out.append(", kept valid for ").append(FeatureDefinition.duration(ttl)));
    out.append("</small></td><td data-name=\"newest row\">")
        .append(freshness(line.freshness()))
        .append("</td><td data-name=\"kept\" class=\"n\">")
        .append(Html.count(line.keys()))
        .append(line.keys() == 1 ? " key" : " keys")
        .append("<small>")
        .append(Html.count(line.events()))
        .append(line.events() == 1 ? " row" : " rows")
        .append("</small></td><td data-name=\"rows in\" class=\"n\">")
        .append(intake(line.intake()))
        .append("</td><td data-name=\"used by\" class=\"break\">");
    line.consumers().forEach(consumer -> consumer(out, consumer));
    out.append("</td></tr>");
  }

  private static void consumer(StringBuilder out, FeatureViewLine.Consumer consumer) {
    out.append("<div><a href=\"")
        .append(Html.escape(Words.link(consumer.useCase())))
        .append("\">")
        .append(Html.escape(consumer.useCase()))
        .append("</a><small>")
        .append(
            consumer.champion().isPresent()
                ? "version " + consumer.champion().getAsInt() + " decides"
                : "fallback rules decide");
    if (!consumer.versions().isEmpty()) {
      out.append("; trained on it: ").append(versions(consumer.versions()));
    }
    out.append("</small></div>");
  }

  private static String versions(List<Integer> versions) {
    int hidden = Math.max(0, versions.size() - 5);
    String shown =
        versions.stream().skip(hidden).map(String::valueOf).collect(Collectors.joining(", "));
    return hidden == 0 ? shown : shown + " and " + hidden + " before";
  }

  /// HTML.
  static String freshness(FeatureViewLine.Freshness freshness) {
    String wanted =
        freshness
            .target()
            .map(target -> "<small>wanted: " + FeatureDefinition.duration(target) + "</small>")
            .orElse("");
    if (freshness.age().isEmpty()) {
      return "\u2013" + wanted;
    }
    String age = Words.age(freshness.age().get());
    String badge =
        freshness.target().isEmpty()
            ? ""
            : freshness.late()
                ? " <span class=\"badge warning\">late</span>"
                : " <span class=\"badge ok\">fresh</span>";
    return age
        + badge
        + wanted
        + freshness.newest().map(at -> "<small>" + Words.time(at) + "</small>").orElse("");
  }

  private static String intake(Optional<FeatureViewLine.Intake> intake) {
    return intake
        .map(in ->
            Html.count(in.taken())
                + (in.setAside() > 0
                    ? "<small>" + Html.count(in.setAside()) + " set aside</small>"
                    : "")
                + (in.failing() > 0
                    ? "<small>" + Html.count(in.failing()) + " failed checks</small>"
                    : "")
                + (in.broken().isEmpty()
                    ? ""
                    : " <span class=\"badge warning\">"
                        + in.broken().size()
                        + (in.broken().size() == 1 ? " check fails" : " checks fail")
                        + "</span>"))
        .orElse("\u2013");
  }

  private static void picture(StringBuilder out, List<FeatureViewLine> found) {
    out.append("<section aria-labelledby=\"lineage\"><h2 id=\"lineage\">From files to decisions")
        .append("</h2>");
    if (found.size() > MOST_DRAWN) {
      out.append("<p class=\"soft\">Drawn for up to ")
          .append(MOST_DRAWN)
          .append(" views: search, or open one.</p></section>");
      return;
    }
    out.append(scrolled(Lineage.picture(found))).append("</section>");
  }

  /// A picture wider than a phone.
  static String scrolled(String picture) {
    return "<div class=\"scroll drawn\" tabindex=\"0\" role=\"region\" aria-label=\"Lineage\">"
        + picture
        + "</div>";
  }

  /// The address of a view; with its version where the name alone is not enough.
  static String link(FeatureViewLine line, List<FeatureViewLine> all) {
    boolean shared =
        all.stream()
            .anyMatch(other ->
                other.name().equals(line.name()) && !other.version().equals(line.version()));
    return Words.view(line.name()) + (shared ? "?version=" + shortHash(line.version()) : "");
  }

  static String shortHash(String hash) {
    return hash.substring(0, Math.min(12, hash.length()));
  }
}
