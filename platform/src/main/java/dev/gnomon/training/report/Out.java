package dev.gnomon.training.report;

import dev.gnomon.core.html.Html;
import dev.gnomon.stats.Interval;

/// The page as it grows: tables, figures, lists.
final class Out {
  private final StringBuilder text = new StringBuilder(64 * 1024);
  private final String currency;

  /// @param currency behind amounts of money; may be empty
  Out(String currency) {
    this.currency = currency;
  }

  void add(String html) {
    text.append(html);
  }

  String page() {
    return text.toString();
  }

  void section(String title) {
    add("<section><h2>" + Html.escape(title) + "</h2>");
  }

  void endSection() {
    add("</section>");
  }

  void figure(String svg, String caption) {
    add("<figure>" + svg + "<figcaption>" + Html.escape(caption) + "</figcaption></figure>");
  }

  void under(String sentence) {
    add("<p class=\"under\">" + Html.escape(sentence) + "</p>");
  }

  void table(String... heads) {
    add("<div class=\"scroll\"><table><thead><tr>");
    for (String head : heads) {
      add("<th>" + head + "</th>");
    }
    add("</tr></thead><tbody>");
  }

  /// @param cells HTML
  void row(String style, String... cells) {
    add("<tr class=\"" + style + "\">");
    for (String cell : cells) {
      add("<td>" + cell + "</td>");
    }
    add("</tr>");
  }

  void endTable() {
    add("</tbody></table></div>");
  }

  void fact(String name, String value) {
    add("<dt>" + Html.escape(name) + "</dt><dd>" + Html.escape(value) + "</dd>");
  }

  void tile(String name, String value, String range) {
    add("<div class=\"tile\"><span>" + Html.escape(name) + "</span><b>" + value + "</b>");
    add("<small>95 %: " + range + "</small></div>");
  }

  String currency(double value) {
    return Html.amount(value) + (currency.isEmpty() ? "" : " " + Html.escape(currency));
  }

  static String small(String html) {
    return "<small>" + html + "</small>";
  }

  static String money(Interval i) {
    return Html.amount(i.lower()) + " to " + Html.amount(i.upper());
  }

  static String range(Interval i) {
    return Html.ratio(i.lower()) + " to " + Html.ratio(i.upper());
  }

  static String percents(Interval i) {
    return Html.percent(i.lower()) + " to " + Html.percent(i.upper());
  }

  /// In the unit of the target.
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return "\u2013";
    }
    return Math.abs(value) >= 1 || value == 0 ? Html.amount(value) : Html.ratio(value);
  }

  static String numbers(Interval i) {
    return number(i.lower()) + " to " + number(i.upper());
  }

  /// As many decimals as a metric calls for.
  static String figure(String metric, double value) {
    if (!Double.isFinite(value)) {
      return "\u2013";
    }
    return switch (metric) {
      case "expected-cost", "better-than-constant" -> Html.amount(value);
      case "rmse", "mae", "mse", "median-absolute-error", "bias" -> number(value);
      default -> Html.ratio(value);
    };
  }

  static String figures(String metric, Interval i) {
    return figure(metric, i.lower()) + " to " + figure(metric, i.upper());
  }
}
