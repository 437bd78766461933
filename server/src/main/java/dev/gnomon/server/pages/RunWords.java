package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// How runs are written on pages; everything returned is HTML unless it says text.
final class RunWords {
  /// The tag of a run that names the run it is part of.
  static final String PARENT = "mlflow.parentRunId";

  /// The tag with a description, in Markdown.
  static final String NOTE = "mlflow.note.content";

  /// Rows of a table before the others are folded away.
  static final int MOST_ROWS = 60;

  /// Letters of a value; the rest is for clients.
  private static final int MOST_LETTERS = 4_000;

  /// Letters of all values of one table beyond which no row is added.
  static final int MOST_IN_ALL = 100_000;

  /// What the names of the ends of an interval end with: equally long.
  private static final String LOWER = ".lower";

  private static final String UPPER = ".upper";
  private static final String METRICS = "metrics.";
  private static final String PARAMS = "params.";
  private static final String TAGS = "tags.";

  private RunWords() {}

  static Address address(RunInfo info) {
    return Address.of("runs", info.id());
  }

  static String link(RunInfo info) {
    return "<a href=\"%s\">%s</a>".formatted(address(info).html(), Html.escape(name(info)));
  }

  /// Text: its name, or the beginning of its id.
  static String name(RunInfo info) {
    return info.name().isBlank()
        ? info.id().substring(0, Math.min(8, info.id().length()))
        : Words.cut(info.name(), 120);
  }

  static String status(RunStatus status) {
    String style =
        switch (status) {
          case FINISHED -> "ok";
          case FAILED -> "critical";
          case KILLED -> "warning";
          case RUNNING, SCHEDULED -> "info";
        };
    return "<span class=\"badge %s\">%s</span>"
        .formatted(style, status.name().toLowerCase(Locale.ROOT));
  }

  static String took(RunInfo info) {
    Long end = info.end();
    return end == null ? "\u2013" : Words.span(end - info.start());
  }

  /// What a run says under the name of a column, as text.
  ///
  /// @param column `metrics.…`, `params.…` or `tags.…`
  static Optional<String> cell(Run run, String column) {
    if (column.startsWith(METRICS)) {
      String key = column.substring(METRICS.length());
      return metric(run, key).map(metric -> Words.number(metric.value()));
    }
    if (column.startsWith(PARAMS)) {
      return Optional.ofNullable(run.params().get(column.substring(PARAMS.length())));
    }
    if (column.startsWith(TAGS)) {
      return Optional.ofNullable(run.tags().get(column.substring(TAGS.length())));
    }
    return Optional.empty();
  }

  static boolean isMetric(String column) {
    return column.startsWith(METRICS);
  }

  static String metricColumn(String key) {
    return METRICS + key;
  }

  static String paramColumn(String key) {
    return PARAMS + key;
  }

  static String tagColumn(String key) {
    return TAGS + key;
  }

  /// The part of a column behind its kind, as text.
  static String key(String column) {
    return column.substring(column.indexOf('.') + 1);
  }

  static Optional<Metric> metric(Run run, String key) {
    return run.metrics().stream().filter(metric -> metric.key().equals(key)).findFirst();
  }

  /// Whether a metric is the lower or upper end of the interval of another.
  static boolean isEnd(Run run, String key) {
    return (key.endsWith(LOWER) || key.endsWith(UPPER))
        && metric(run, key.substring(0, key.length() - LOWER.length())).isPresent();
  }

  /// As above, where there are many.
  static boolean isEnd(Map<String, Metric> metrics, String key) {
    return (key.endsWith(LOWER) || key.endsWith(UPPER))
        && metrics.containsKey(key.substring(0, key.length() - LOWER.length()));
  }

  /// The metrics of a run by their keys.
  static Map<String, Metric> byKey(Run run) {
    Map<String, Metric> metrics = new HashMap<>();
    run.metrics().forEach(metric -> metrics.putIfAbsent(metric.key(), metric));
    return metrics;
  }

  /// The interval around a metric, below it; empty if there is none.
  static String interval(Map<String, Metric> metrics, String key) {
    Optional<Metric> lower = Optional.ofNullable(metrics.get(key + LOWER));
    Optional<Metric> upper = Optional.ofNullable(metrics.get(key + UPPER));
    return lower.isPresent()
            && upper.isPresent()
            && !Double.isNaN(lower.get().value())
            && !Double.isNaN(upper.get().value())
        ? "<small>95 % "
            + Words.number(lower.get().value())
            + " to "
            + Words.number(upper.get().value())
            + "</small>"
        : "";
  }

  /// A column as the grammar of filters and orders writes it; empty if it can't be written.
  static Optional<String> identifier(String column) {
    String key = key(column);
    if (key.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      return Optional.of(column);
    }
    String kind = column.substring(0, column.indexOf('.') + 1);
    return key.indexOf('`') < 0
        ? Optional.of(kind + "`" + key + "`")
        : key.indexOf('"') < 0 ? Optional.of(kind + "\"" + key + "\"") : Optional.empty();
  }

  /// Whether a tag is for people: those of the clients and of tracking itself have places of their
  /// own.
  static boolean plain(String tag) {
    return !tag.startsWith("mlflow.");
  }

  /// A run, if there is one.
  static Optional<Run> find(Tracking tracking, String id) {
    try {
      return Optional.of(tracking.run(id));
    } catch (TrackingError e) {
      ControlPages.orAway(e);
      // Whatever else than an id it is: there is no such run.
      return Optional.empty();
    }
  }

  /// Rows of names and values; of many, the later ones open on demand.
  static void pairs(StringBuilder out, String name, Map<String, String> values) {
    List<Map.Entry<String, String>> all = List.copyOf(values.entrySet());
    int first = Math.min(MOST_ROWS, all.size());
    table(out, name, all.subList(0, first));
    if (first < all.size()) {
      out.append("<details><summary>").append(Html.count(all.size() - first));
      out.append(" more</summary>");
      int end = first;
      for (int letters = 0; end < all.size() && letters < MOST_IN_ALL; end++) {
        letters += 60 + all.get(end).getKey().length();
        letters += Math.min(MOST_LETTERS, all.get(end).getValue().length());
      }
      table(out, name, all.subList(first, end));
      if (end < all.size()) {
        out.append("<p class=\"under\">and ").append(Html.count(all.size() - end));
        out.append(" more: ask for them as a client of MLflow does.</p>");
      }
      out.append("</details>");
    }
  }

  private static void table(
      StringBuilder out, String name, List<Map.Entry<String, String>> values) {
    out.append("<table class=\"pairs\"><thead><tr><th scope=\"col\">")
        .append(Html.escape(name))
        .append("</th><th scope=\"col\">Value</th></tr></thead><tbody>");
    for (Map.Entry<String, String> value : values) {
      out.append("<tr><th scope=\"row\">")
          .append(Html.escape(value.getKey()))
          .append("</th><td>")
          .append(value(value.getValue()))
          .append("</td></tr>");
    }
    out.append("</tbody></table>");
  }

  /// A text in a cell; a long one opens on demand.
  static String value(String text) {
    if (text.isEmpty()) {
      return "<span class=\"soft\">(empty)</span>";
    }
    if (text.length() <= 200) {
      return Html.escape(text);
    }
    return "<details class=\"long\"><summary>"
        + Html.escape(Words.cut(text, 120))
        + "</summary><pre>"
        + Html.escape(Words.cut(text, MOST_LETTERS))
        + "</pre></details>";
  }

  /// A text in a narrow cell: long numbers rounded, long texts cut, with the whole on demand.
  static String brief(String text) {
    double number = text.length() > 10 ? ParallelPicture.parsed(text) : Double.NaN;
    String shown = Double.isNaN(number) ? Words.cut(text, 60) : Words.number(number);
    return shown.equals(text)
        ? Html.escape(text)
        : "<span title=\""
            + Html.escape(Words.cut(text, 300))
            + "\">"
            + Html.escape(shown)
            + "</span>";
  }

  /// Which colour is whose.
  static void legend(StringBuilder out, List<String> names) {
    out.append("<ul class=\"legend\">");
    for (int i = 0; i < names.size(); i++) {
      out.append("<li><span class=\"swatch ")
          .append(LineChart.style(i))
          .append("\"></span>")
          .append(Html.escape(Words.cut(names.get(i), 60)))
          .append("</li>");
    }
    out.append("</ul>");
  }
}
