package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.server.Answer;
import dev.gnomon.server.ErrorForm;
import dev.gnomon.server.Request;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Role;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
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
          "same-origin",
          "Cache-Control",
          "no-store");

  /// Errors for people.
  public static final ErrorForm ERRORS = new PageErrors();

  private Pages() {}

  /// The address of the page for signing in, which leads back.
  public static String signIn(String back) {
    return "/login?next=" + URLEncoder.encode(back, StandardCharsets.UTF_8);
  }

  /// A page by itself.
  ///
  /// @param title text
  /// @param main HTML
  public static Answer plain(int status, String title, String main) {
    return page(status, Page.of(title + " \u00b7 Gnomon", title.toLowerCase(Locale.ROOT), main));
  }

  static Route page(String pattern, String summary, Route.Handler handler) {
    return page(Role.VIEWER, pattern, summary, handler);
  }

  static Route page(Role role, String pattern, String summary, Route.Handler handler) {
    return new Route(
        role,
        "GET",
        pattern,
        summary,
        0,
        Route.Accepts.NOTHING,
        Route.Mode.BLOCKING,
        handler,
        ERRORS);
  }

  public static List<Route> routes(PagesSource source) {
    return List.of(
        page(
            "/",
            "All use cases, for people (HTML)",
            request -> page(200, Overview.render(source.useCases()))),
        page(
            "/usecases/{name}",
            "One use case: alerts, traffic, money, drift, for people (HTML)",
            request -> useCase(source, request)),
        page(
            "/usecases/{name}/versions/{version}/report",
            "The evaluation report of a version, for people (HTML)",
            request -> report(source, request)),
        page(
            "/features",
            "All feature views, for people (HTML); ?q= searches",
            request -> page(200, Catalogue.render(source.features(), request.query("q")))),
        page(
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
          .map(html -> new Answer(200, Answer.HTML, withWayBack(html, name, text), HEADERS))
          .orElseGet(() -> notFound("report of version " + text + " of '" + name + "'"));
    }
    return notFound("version '" + text + "'");
  }

  /// A report is a file of its own, which knows no pages around it.
  private static byte[] withWayBack(byte[] report, String name, String version) {
    String html = new String(report, StandardCharsets.UTF_8);
    int body = html.indexOf("<body");
    int begin = body < 0 ? -1 : html.indexOf('>', body);
    if (begin < 0) {
      return report;
    }
    String back =
        "<nav aria-label=\"Way back\" style=\"padding:10px 20px;font:16px system-ui,sans-serif\">"
            + ModelWords.link(name, Integer.parseInt(version))
            + " \u00b7 <a href=\""
            + Html.escape(Words.link(name))
            + "\">use case</a></nav>";
    return (html.substring(0, begin + 1) + back + html.substring(begin + 1))
        .getBytes(StandardCharsets.UTF_8);
  }

  static Answer page(int status, String html) {
    return new Answer(status, Answer.HTML, html.getBytes(StandardCharsets.UTF_8), HEADERS);
  }
}
