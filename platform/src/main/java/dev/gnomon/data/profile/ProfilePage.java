package dev.gnomon.data.profile;

import dev.gnomon.core.html.Html;
import dev.gnomon.core.html.Svg;
import dev.gnomon.data.ColumnState;
import dev.gnomon.data.SourceProfile;
import dev.gnomon.data.SourceProfile.ColumnProfile;
import dev.gnomon.data.SuggestedChecks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Profiles as one HTML file: style and pictures inside, no script, nothing fetched.
public final class ProfilePage {
  private static final int WIDTH = 300;
  private static final int HEIGHT = 64;

  private final StringBuilder out = new StringBuilder(64 * 1024);

  private ProfilePage() {}

  /// @param title such as the name of the use case or file
  public static String of(String title, List<SourceProfile> sources) {
    return new ProfilePage().page(title, sources);
  }

  private String page(String title, List<SourceProfile> sources) {
    String shown = Html.escape(title);
    add("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
    add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    add("<meta name=\"color-scheme\" content=\"light dark\"><title>" + shown + ": data</title>");
    add(
        "<style>"
            + style()
            + "</style></head><body><main><header><p class=\"kicker\">Data profile</p>");
    add("<h1>" + shown + "</h1></header>");
    for (SourceProfile source : sources) {
      add("<section><h2>" + Html.escape(source.name()) + "</h2><p class=\"under\">");
      add(Html.count(source.rows()) + " rows, " + source.columns().size() + " columns");
      if (source.filtered() > 0) {
        add("; " + Html.count(source.filtered()) + " more left out by <code>where</code>");
      }
      add("</p>");
      if (!source.findings().isEmpty()) {
        add("<ul class=\"findings\">");
        source.findings().forEach(f -> add("<li>" + Html.escape(f) + "</li>"));
        add("</ul>");
      }
      add("<div class=\"columns\">");
      source.columns().forEach(this::column);
      add("</div>");
      if (!source.suggestions().isEmpty()) {
        add("<h3>Suggested checks</h3><p class=\"under\">Each holds of every row now.</p><pre>");
        add(Html.escape(SuggestedChecks.yaml(Map.of(source.name(), source.suggestions()))));
        add("</pre>");
      }
      add("</section>");
    }
    add("</main></body></html>\n");
    return out.toString();
  }

  private void column(ColumnProfile column) {
    add("<article><h4>" + Html.escape(column.name()));
    add(" <span class=\"badge\">" + column.type() + "</span>");
    if (!column.role().isEmpty()) {
      add(" <span class=\"badge role\">" + column.role() + "</span>");
    }
    add("</h4>");
    if (column.histogram().isPresent()) {
      add(picture(column, column.histogram().get()));
      add("<div class=\"ends\"><span>");
      ColumnState.Histogram histogram = column.histogram().get();
      add(edge(histogram.low(), column) + "</span><span>");
      add(edge(histogram.high(), column) + "</span></div>");
    } else if (ProfileText.tells(column)) {
      levels(column);
    }
    add("<dl>");
    fact("missing", Html.percent(column.missingShare()));
    fact("distinct", (column.distinctExact() ? "" : "about ") + Html.count(column.distinct()));
    if (!column.min().isEmpty()) {
      boolean text = column.type().equals("text");
      fact(
          text ? "length" : "range",
          ProfileText.brief(column.min(), column)
              + " to "
              + ProfileText.brief(column.max(), column));
      if (!text) {
        fact("median", ProfileText.brief(column.quantiles().getOrDefault("0.5", ""), column));
        fact(
            "5 % to 95 %",
            ProfileText.brief(column.quantiles().getOrDefault("0.05", ""), column)
                + " to "
                + ProfileText.brief(column.quantiles().getOrDefault("0.95", ""), column));
      }
      if (column.type().equals("number")) {
        fact("mean", Html.amount(column.mean()) + " ± " + Html.amount(column.deviation()));
      }
    }
    add("</dl></article>");
  }

  private static String edge(double value, ColumnProfile column) {
    return column.type().equals("time")
        ? dev.gnomon.schema.Times.instant((long) value).toString().substring(0, 10)
        : Html.tick(value);
  }

  private static String picture(ColumnProfile column, ColumnState.Histogram histogram) {
    Svg svg = new Svg(WIDTH, HEIGHT, "Histogram of " + column.name());
    long most = 1;
    for (long count : histogram.counts()) {
      most = Math.max(most, count);
    }
    double width = (double) WIDTH / histogram.counts().length;
    for (int i = 0; i < histogram.counts().length; i++) {
      long count = histogram.counts()[i];
      double height = count == 0 ? 0 : Math.max(1.5, (HEIGHT - 2.0) * count / most);
      svg.rect(i * width + 1, HEIGHT - 1 - height, width - 2, height, "bar");
    }
    return svg.line(0, HEIGHT - 0.5, WIDTH, HEIGHT - 0.5, "grid").end();
  }

  private void levels(ColumnProfile column) {
    long most = column.top().getFirst().count();
    add("<ol class=\"levels\">");
    for (ColumnState.Level level : column.top().subList(0, Math.min(5, column.top().size()))) {
      add(
          "<li><span class=\"fill\" style=\"width:%.1f%%\"></span>"
              .formatted(100.0 * level.count() / most));
      String value = level.value().isEmpty() ? "(empty)" : level.value();
      add("<b>" + Html.escape(value) + "</b><i>");
      add(ProfileText.percent(level.count(), column) + "</i></li>");
    }
    add("</ol>");
  }

  private void fact(String name, String value) {
    add("<dt>" + name + "</dt><dd>" + Html.escape(value) + "</dd>");
  }

  private void add(String text) {
    out.append(text);
  }

  private static String style() {
    try (InputStream in =
        Objects.requireNonNull(ProfilePage.class.getResourceAsStream("profile.css"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
