package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The frame of every page: one style sheet inside, no script.
final class Page {
  /// What a browser may load on these pages: nothing but the styles inside; forms lead nowhere
  /// else.
  static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'";

  private static final String STYLE = style();

  private Page() {}

  /// A page on the way from the overview to the present one.
  ///
  /// @param name text
  record Crumb(String address, String name) {}

  private static final List<Crumb> SECTIONS =
      List.of(
          new Crumb("/", "Use cases"),
          new Crumb("/studies", "Studies"),
          new Crumb("/models", "Models"),
          new Crumb("/features", "Features"),
          new Crumb("/ledger", "Ledger"),
          new Crumb("/login", "Account"));

  /// @param title text
  /// @param here where the reader is, as text; empty on the overview
  /// @param main HTML
  static String of(String title, String here, String main) {
    return of(title, List.of(), here, main);
  }

  /// As above, with a page between the overview and this one.
  ///
  /// @param above its address; empty for none
  /// @param aboveName its name, as text
  static String of(String title, String above, String aboveName, String here, String main) {
    return of(title, List.of(new Crumb(above, aboveName)), here, main);
  }

  /// As above, with any number of pages between.
  static String of(String title, List<Crumb> between, String here, String main) {
    StringBuilder out = new StringBuilder(STYLE.length() + main.length() + 1_000);
    out.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append("<meta name=\"color-scheme\" content=\"light dark\"><title>")
        .append(Html.escape(title))
        .append("</title><link rel=\"icon\" href=\"data:,\"><style>")
        .append(STYLE)
        .append("</style></head><body><a class=\"skip\" href=\"#main\">To the content</a>")
        .append("<div class=\"bar\"><nav aria-label=\"Main\"><a href=\"/\">Gnomon</a>")
        .append("<span class=\"aside\">");
    for (Crumb section : SECTIONS) {
      boolean current = between.isEmpty() && section.name().equalsIgnoreCase(here);
      boolean above = between.contains(section);
      out.append("<a href=\"").append(section.address()).append('"');
      out.append(current ? " aria-current=\"page\"" : above ? " aria-current=\"true\"" : "");
      out.append('>').append(section.name()).append("</a>");
    }
    out.append("</span></nav></div>");
    if (!here.isEmpty() && !between.isEmpty()) {
      crumbs(out, between, here);
    }
    return out.append("<main id=\"main\">")
        .append(main)
        .append("</main></body></html>\n")
        .toString();
  }

  private static void crumbs(StringBuilder out, List<Crumb> between, String here) {
    out.append("<nav class=\"crumbs\" aria-label=\"Where you are\">");
    for (Crumb crumb : between) {
      out.append("<a href=\"").append(Html.escape(crumb.address())).append("\">");
      out.append(Html.escape(Words.cut(crumb.name(), 60)));
      out.append("</a><span aria-hidden=\"true\">/</span>");
    }
    out.append("<span aria-current=\"page\">").append(Html.escape(Words.cut(here, 80)));
    out.append("</span></nav>");
  }

  private static String style() {
    try (InputStream in = Page.class.getResourceAsStream("pages.css")) {
      if (in == null) {
        throw new IllegalStateException("pages.css is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\n", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
