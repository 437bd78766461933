package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.server.Request;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Tracking;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Metrics over their steps: the learning curves of one run, or of several laid over each other.
///
/// @param asked keys of metrics; empty for those that have steps
/// @param logarithmic the vertical axes
/// @param byTime whether the horizontal axes count seconds since a run began, instead of steps
/// @param apart whether each run has a picture of its own, all of one scale, instead of one for all
record Curves(List<String> asked, boolean logarithmic, boolean byTime, boolean apart) {
  private static final int MOST_DRAWN = 12;

  /// Cells of an outline: of each at most four points and a gap are drawn. Of many runs fewer, so
  /// that the page stays small.
  private static final int CELLS = 100;

  private static final int CELLS_OF_MANY = 40;
  private static final int MOST_OFFERED = 150;

  Curves {
    asked = List.copyOf(asked);
  }

  /// As an address asks: `metric`, `log`, `x`, `by`.
  static Curves of(Request request) {
    return new Curves(
        request.queryAll("metric").stream()
            .filter(key -> !key.isBlank())
            .distinct()
            .limit(MOST_DRAWN)
            .toList(),
        request.query("log").filter("1"::equals).isPresent(),
        request.query("x").filter("time"::equals).isPresent(),
        request.query("by").filter("run"::equals).isPresent());
  }

  /// Metrics of which more than one step was written, those of the machine last.
  static List<String> keys(List<Run> runs) {
    TreeSet<String> plain = new TreeSet<>();
    TreeSet<String> system = new TreeSet<>();
    for (Run run : runs) {
      for (Metric metric : run.metrics()) {
        if (metric.step() > 0) {
          (metric.key().startsWith("system/") ? system : plain).add(metric.key());
        }
      }
    }
    List<String> keys = new ArrayList<>(plain);
    keys.addAll(system);
    return keys;
  }

  /// Nothing where no metric has steps.
  ///
  /// @param here the page itself, with what it was asked beside curves
  /// @param runs each keeps its colour in all pictures
  void section(StringBuilder out, Tracking tracking, Address here, List<Run> runs) {
    List<String> keys = keys(runs);
    if (keys.isEmpty() && asked.isEmpty()) {
      return;
    }
    List<String> drawn = asked.isEmpty() ? keys.stream().limit(usual(runs.size())).toList() : asked;
    out.append("<section aria-labelledby=\"curves\"><h2 id=\"curves\">Learning curves</h2>");
    options(out, here, keys, drawn, runs.size());
    if (runs.size() > 1) {
      RunWords.legend(out, runs.stream().map(run -> RunWords.name(run.info())).toList());
    }
    out.append(apart ? "<div class=\"charts small\">" : "<div class=\"charts\">");
    drawn.forEach(key -> chart(out, tracking, runs, key));
    out.append("</div>");
    int cells = cells(runs.size());
    out.append("<p class=\"under\">Curves of more than ").append(4 * cells);
    out.append(" points are drawn by parts: of each of ").append(cells);
    out.append(" equal parts the first, last, least and greatest value, so that no peak is");
    out.append(" lost. A NaN interrupts its curve.</p>");
    if (drawn.size() < keys.size()) {
      out.append("<p class=\"under\">").append(drawn.size()).append(" of ");
      out.append(Html.count(keys.size())).append(" metrics with steps; choose others above.</p>");
    }
    out.append("</section>");
  }

  private void options(
      StringBuilder out, Address here, List<String> keys, List<String> drawn, int runs) {
    out.append("<form method=\"get\" action=\"").append(Html.escape(here.path()));
    out.append("#curves\" class=\"options\">");
    here.parts().forEach(part -> out.append(Fields.hidden(part.name(), part.value())));
    out.append("<p class=\"row\">");
    out.append(
        Fields.choose(
            "across",
            "x",
            "Across",
            List.of(new Fields.Choice("", "step"), new Fields.Choice("time", "time")),
            byTime ? "time" : ""));
    out.append(
        Fields.choose(
            "up",
            "log",
            "Scale",
            List.of(new Fields.Choice("", "linear"), new Fields.Choice("1", "logarithmic")),
            logarithmic ? "1" : ""));
    if (runs > 1) {
      out.append(
          Fields.choose(
              "by",
              "by",
              "Runs",
              List.of(new Fields.Choice("", "together"), new Fields.Choice("run", "side by side")),
              apart ? "run" : ""));
    }
    out.append("<button>Draw</button></p>");
    if (keys.size() > 1) {
      out.append("<details class=\"choose\"><summary>Metrics</summary><fieldset>");
      out.append("<legend>Up to ").append(MOST_DRAWN).append("</legend>");
      keys.stream()
          .limit(MOST_OFFERED)
          .forEach(key ->
              out.append(
                  Fields.tick(
                      "metric", key, !asked.isEmpty() && drawn.contains(key), Words.cut(key, 60))));
      out.append("</fieldset></details>");
    }
    out.append("</form>");
  }

  private void chart(StringBuilder out, Tracking tracking, List<Run> runs, String key) {
    Map<String, List<Metric>> points = new LinkedHashMap<>();
    List<String> ids = runs.stream().map(run -> run.info().id()).toList();
    int cells = cells(runs.size());
    for (Tracking.RunMetric point : tracking.outlines(ids, key, cells, byTime)) {
      points.computeIfAbsent(point.runId(), _ -> new ArrayList<>()).add(point.metric());
    }
    List<LineChart.Series> series = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      List<Metric> history = points.getOrDefault(run.info().id(), List.of());
      if (!history.isEmpty()) {
        series.add(
            new LineChart.Series(
                RunWords.name(run.info()),
                i,
                history.stream().mapToDouble(metric -> across(metric, run)).toArray(),
                history.stream().mapToDouble(Metric::value).toArray()));
      }
    }
    if (apart) {
      series.forEach(one -> figure(out, key, one.name(), List.of(one), series));
    } else {
      figure(out, key, "", series, series);
    }
  }

  /// @param scale what the axes have room for
  private void figure(
      StringBuilder out,
      String key,
      String run,
      List<LineChart.Series> drawn,
      List<LineChart.Series> scale) {
    out.append("<figure class=\"chart\"><figcaption><strong>")
        .append(Html.escape(Words.cut(key, 120)));
    out.append("</strong> ").append(Html.escape(Words.cut(run, 60))).append("</figcaption>");
    out.append(
        new LineChart(
                Words.cut(key, 120),
                byTime ? "seconds since the start" : "step",
                drawn,
                scale,
                logarithmic)
            .draw());
    out.append("</figure>");
  }

  private int usual(int runs) {
    return runs == 1 ? MOST_DRAWN : apart ? 3 : 6;
  }

  private static int cells(int runs) {
    return runs > 3 ? CELLS_OF_MANY : CELLS;
  }

  private double across(Metric metric, Run run) {
    return byTime ? (metric.timestamp() - run.info().start()) / 1e3 : metric.step();
  }
}
