package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Role;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// The pages under `/`: an overview, one page for each use case, the evaluation report of each
/// version, the catalogue of feature views and one page for each.
public final class Pages {
  private static final int LONGEST = 80;

  /// Nothing is kept by caches: the pages show the present.
  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          Page.POLICY,
          "X-Content-Type-Options",
          "nosniff",
          "Referrer-Policy",
          "no-referrer",
          "Cache-Control",
          "no-store");

  private Pages() {}

  public static List<Route> routes(PagesSource source) {
    return List.of(
        Route.get(
            Role.VIEWER,
            "/",
            "All use cases, for people (HTML)",
            request -> page(200, Overview.render(source.useCases()))),
        Route.get(
            Role.VIEWER,
            "/usecases/{name}",
            "One use case: alerts, traffic, money, drift, for people (HTML)",
            request -> useCase(source, request)),
        Route.get(
            Role.VIEWER,
            "/usecases/{name}/versions/{version}/report",
            "The evaluation report of a version, for people (HTML)",
            request -> report(source, request)),
        Route.get(
            Role.VIEWER,
            "/features",
            "All feature views, for people (HTML); ?q= searches",
            request -> page(200, Catalogue.render(source.features(), request.query("q")))),
        Route.get(
            Role.VIEWER,
            "/features/{view}",
            "One feature view: definitions, values, columns, versions, for people (HTML)",
            request -> feature(source, request)));
  }

  /// For addresses below which there is no page.
  ///
  /// @param what is not there, as text
  public static Answer notFound(String what) {
    String shown = what.length() > LONGEST ? what.substring(0, LONGEST) + "\u2026" : what;
    return page(
        404,
        Page.of(
            "Not found \u00b7 Gnomon",
            "not found",
            "<h1>Not found</h1><p class=\"lead\">There is no "
                + Html.escape(shown)
                + ".</p><p><a href=\"/\">All use cases</a></p>"));
  }

  private static Answer useCase(PagesSource source, Request request) {
    String name = request.segments().getFirst();
    return source
        .useCase(name)
        .map(view -> page(200, UseCasePage.render(view)))
        .orElseGet(() -> notFound("use case '" + name + "'"));
  }

  private static Answer feature(PagesSource source, Request request) {
    String name = request.segments().getFirst();
    return source
        .feature(name, request.query("version"))
        .map(view -> page(200, FeatureViewPage.render(view)))
        .orElseGet(() -> notFound("feature view '" + name + "'"));
  }

  private static Answer report(PagesSource source, Request request) {
    String name = request.segments().getFirst();
    String text = request.segments().get(1);
    // At most nine digits: always an int.
    if (text.matches("[1-9][0-9]{0,8}")) {
      return source
          .report(name, Integer.parseInt(text))
          .map(html -> new Answer(200, Answer.HTML, html, HEADERS))
          .orElseGet(() -> notFound("report of version " + text + " of '" + name + "'"));
    }
    return notFound("version '" + text + "'");
  }

  private static Answer page(int status, String html) {
    return new Answer(status, Answer.HTML, html.getBytes(StandardCharsets.UTF_8), HEADERS);
  }
}
