package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Tracking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Runs side by side against the first of them: what differs stands first, then curves and parallel
/// coordinates; what is the same in all is folded away.
final class ComparePage {
  static final int MOST = 10;
  private static final int MOST_AXES = 10;
  private static final int DEFAULT_PARAMS = 5;
  private static final int DEFAULT_METRICS = 4;
  private static final int MOST_OFFERED = 150;

  /// Letters beyond which a table adds no row.
  private static final int MOST_LETTERS = 60_000;

  private final Tracking tracking;
  private final Request request;
  private final List<Run> runs;
  private final List<String> axes;

  /// A run may have thousands of metrics.
  private final Map<String, Map<String, Metric>> metrics = new HashMap<>();

  private final StringBuilder out = new StringBuilder(64 * 1024);

  private ComparePage(Tracking tracking, Request request, List<Run> runs) {
    this.tracking = tracking;
    this.request = request;
    this.runs = runs;
    this.axes =
        request.queryAll("axis").stream()
            .filter(name -> name.matches("(?s)(metrics|params)\\..+"))
            .distinct()
            .limit(MOST_AXES)
            .toList();
  }

  static Answer answer(Tracking tracking, Request request) {
    List<String> asked =
        request.queryAll("run").stream().filter(id -> !id.isBlank()).distinct().toList();
    List<Run> found = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String id : asked.subList(0, Math.min(MOST, asked.size()))) {
      RunWords.find(tracking, id).ifPresentOrElse(found::add, () -> missing.add(id));
    }
    ComparePage page = new ComparePage(tracking, request, List.copyOf(found));
    if (asked.size() > MOST) {
      page.alert(
          "At most %d runs are compared: these are the first of %d.".formatted(MOST, asked.size()));
    }
    if (!missing.isEmpty()) {
      page.alert("There is no run " + Words.cut(String.join(", ", missing), 400) + ".");
    }
    return page.page(missing.isEmpty() ? 200 : 404);
  }

  private void alert(String text) {
    out.append("<p class=\"wrong\" role=\"alert\">").append(Html.escape(text)).append("</p>");
  }

  private Answer page(int status) {
    String wrong = out.toString();
    out.setLength(0);
    out.append("<h1>Compare runs</h1>").append(wrong);
    if (runs.size() < 2) {
      out.append("<section><p>Two runs or more are compared: tick them in the table of a ");
      out.append("<a href=\"/studies\">study</a>, or name them here: ");
      out.append("<code>/runs/compare?run=ID&amp;run=ID</code>.</p>");
      runs.forEach(
          run -> out.append("<p>So far: ").append(RunWords.link(run.info())).append("</p>"));
      out.append("</section>");
      return answer(status == 200 ? 200 : status);
    }
    runs();
    table("metrics", "Metrics", columns(true));
    table("params", "Parameters", columns(false));
    Curves.of(request).section(out, tracking, address(), runs);
    parallel();
    table("tags", "Tags", tags());
    datasets();
    return answer(status);
  }

  private Map<String, Metric> metrics(Run run) {
    return metrics.computeIfAbsent(run.info().id(), _ -> RunWords.byKey(run));
  }

  private Optional<Metric> metric(Run run, String key) {
    return Optional.ofNullable(metrics(run).get(key));
  }

  private Optional<String> cell(Run run, String column) {
    return RunWords.isMetric(column)
        ? metric(run, RunWords.key(column)).map(metric -> Words.number(metric.value()))
        : RunWords.cell(run, column);
  }

  private Answer answer(int status) {
    return Pages.page(
        status,
        Page.of(
            "Compare runs \u00b7 Gnomon",
            List.of(new Page.Crumb("/studies", "Studies")),
            "compare",
            out.toString()));
  }

  private Address address() {
    return Address.of("runs", "compare")
        .with("run", runs.stream().map(run -> run.info().id()).toList())
        .with("axis", axes);
  }

  private void runs() {
    out.append("<section aria-label=\"Runs\"><table class=\"stack\"><thead><tr>");
    out.append("<th scope=\"col\">Run</th><th scope=\"col\">Status</th>");
    out.append("<th scope=\"col\">Begun, UTC</th><th scope=\"col\" class=\"n\">Took</th>");
    out.append("<th scope=\"col\">By</th><th scope=\"col\">Compare against</th>");
    out.append("<th scope=\"col\">Leave out</th></tr></thead><tbody>");
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      out.append("<tr><th scope=\"row\"><span class=\"swatch ").append(LineChart.style(i));
      out.append("\"></span>").append(RunWords.link(run.info()));
      out.append("</th><td data-name=\"status\">").append(RunWords.status(run.info().status()));
      out.append("</td><td data-name=\"begun, UTC\">").append(Words.millisTime(run.info().start()));
      out.append("</td><td data-name=\"took\" class=\"n\">").append(RunWords.took(run.info()));
      out.append("</td><td data-name=\"by\">");
      out.append(
          run.info().user().isBlank() ? "\u2013" : Html.escape(Words.cut(run.info().user(), 60)));
      out.append("</td><td data-name=\"compare against\">");
      if (i == 0) {
        out.append("the others are compared against it");
      } else {
        out.append("<a href=\"").append(first(run).html()).append("\">this one");
        out.append("<span class=\"hidden\"> ").append(Html.escape(RunWords.name(run.info())));
        out.append("</span></a>");
      }
      out.append("</td><td data-name=\"leave out\"><a href=\"").append(without(run).html());
      out.append("\">remove<span class=\"hidden\"> ")
          .append(Html.escape(RunWords.name(run.info())));
      out.append("</span></a></td></tr>");
    }
    out.append("</tbody></table></section>");
  }

  private Address first(Run begin) {
    Address.Part part = new Address.Part("run", begin.info().id());
    List<Address.Part> parts = new ArrayList<>(address().parts());
    parts.remove(part);
    parts.addFirst(part);
    return new Address(address().path(), parts);
  }

  private Address without(Run left) {
    return Address.of("runs", "compare")
        .with(
            "run",
            runs.stream()
                .filter(run -> !run.info().id().equals(left.info().id()))
                .map(run -> run.info().id())
                .toList());
  }

  private void parallel() {
    List<String> offered = new ArrayList<>(columns(false));
    offered.addAll(columns(true));
    List<String> shown = axes.isEmpty() ? usual() : axes;
    out.append(
        "<section aria-labelledby=\"parallel\"><h2 id=\"parallel\">Parallel coordinates</h2>");
    if (shown.size() < 2) {
      out.append(
          "<p class=\"soft\">Fewer than two parameters and metrics differ between these runs");
      out.append("; choose axes to draw them all the same.</p>");
    } else {
      List<String> names = runs.stream().map(run -> RunWords.name(run.info())).toList();
      RunWords.legend(out, names);
      List<ParallelPicture.Dimension> dimensions = new ArrayList<>();
      for (String axis : shown) {
        List<@Nullable String> values = new ArrayList<>();
        runs.forEach(run -> values.add(raw(run, axis)));
        dimensions.add(new ParallelPicture.Dimension(RunWords.key(axis), values));
      }
      List<String> addresses =
          runs.stream().map(run -> RunWords.address(run.info()).text()).toList();
      out.append("<div class=\"scroll drawn parallel\" tabindex=\"0\" role=\"region\"");
      out.append(" aria-label=\"Parallel coordinates\">");
      out.append(ParallelPicture.draw(names, addresses, dimensions)).append("</div>");
      out.append("<details class=\"instead\"><summary>The same as a table</summary>");
      asTable(shown);
      out.append("</details>");
    }
    out.append("<details class=\"choose\"><summary>Axes</summary><form method=\"get\"");
    out.append(" action=\"/runs/compare#parallel\">");
    address()
        .without("axis")
        .parts()
        .forEach(part -> out.append(Fields.hidden(part.name(), part.value())));
    out.append("<fieldset><legend>Up to ").append(MOST_AXES).append("</legend>");
    offered.stream()
        .limit(MOST_OFFERED)
        .forEach(column ->
            out.append(
                Fields.tick(
                    "axis", column, shown.contains(column), Words.cut(RunWords.key(column), 60))));
    out.append(
        "</fieldset><p class=\"row\"><button>Draw these</button></p></form></details></section>");
  }

  /// A row for each run: for those who do not see the picture, and on a phone instead of it.
  private void asTable(List<String> axes) {
    out.append("<table class=\"stack\"><thead><tr><th scope=\"col\">Run</th>");
    axes.forEach(axis ->
        out.append("<th scope=\"col\">")
            .append(Html.escape(Words.cut(RunWords.key(axis), 60)))
            .append("</th>"));
    out.append("</tr></thead><tbody>");
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      out.append("<tr><th scope=\"row\"><span class=\"swatch ").append(LineChart.style(i));
      out.append("\"></span>").append(RunWords.link(run.info())).append("</th>");
      for (String axis : axes) {
        out.append("<td data-name=\"").append(Html.escape(Words.cut(RunWords.key(axis), 60)));
        out.append("\">").append(cell(run, axis).map(RunWords::brief).orElse("\u2013"));
        out.append("</td>");
      }
      out.append("</tr>");
    }
    out.append("</tbody></table>");
  }

  /// A value to place on an axis: metrics with all their digits.
  private @Nullable String raw(Run run, String column) {
    if (RunWords.isMetric(column)) {
      Optional<Metric> metric = metric(run, RunWords.key(column));
      return metric
          .map(Metric::value)
          .filter(value -> Math.abs(value) < Double.MAX_VALUE)
          .map(value -> Double.toString(value))
          .orElse(null);
    }
    return run.params().get(RunWords.key(column));
  }

  /// What differs: parameters first, then metrics, as causes stand before effects.
  private List<String> usual() {
    List<String> out = new ArrayList<>();
    columns(false).stream().filter(this::differs).limit(DEFAULT_PARAMS).forEach(out::add);
    columns(true).stream()
        .filter(column -> !RunWords.key(column).startsWith("system/"))
        .filter(this::differs)
        .limit(DEFAULT_METRICS)
        .forEach(out::add);
    return out;
  }

  private List<String> columns(boolean metrics) {
    TreeSet<String> keys = new TreeSet<>();
    for (Run run : runs) {
      if (metrics) {
        run.metrics().stream()
            .filter(metric -> !RunWords.isEnd(metrics(run), metric.key()))
            .forEach(metric -> keys.add(RunWords.metricColumn(metric.key())));
      } else {
        run.params().keySet().forEach(key -> keys.add(RunWords.paramColumn(key)));
      }
    }
    return List.copyOf(keys);
  }

  private List<String> tags() {
    TreeSet<String> keys = new TreeSet<>();
    for (Run run : runs) {
      run.tags().keySet().stream()
          .filter(key -> RunWords.plain(key) || key.startsWith("mlflow.source."))
          .forEach(key -> keys.add(RunWords.tagColumn(key)));
    }
    return List.copyOf(keys);
  }

  private boolean differs(String column) {
    if (!RunWords.isMetric(column)) {
      return StudyPage.differ(runs, column);
    }
    return runs.stream()
            .map(run -> metric(run, RunWords.key(column)).map(Metric::value))
            .distinct()
            .count()
        > 1;
  }

  private void table(String id, String name, List<String> columns) {
    if (columns.isEmpty()) {
      return;
    }
    long apart = columns.stream().filter(this::differs).count();
    out.append("<section aria-labelledby=\"").append(id).append("\"><h2 id=\"").append(id);
    out.append("\">").append(name).append("</h2><p class=\"under above\">");
    out.append(Html.count(apart)).append(" of ").append(Html.count(columns.size()));
    out.append(apart == 1 ? " differs" : " differ").append(".</p>");
    List<String> apartOnes = columns.stream().filter(this::differs).toList();
    int first = Math.min(RunWords.MOST_ROWS, apartOnes.size());
    if (first > 0) {
      rows(name, apartOnes.subList(0, first));
    }
    folded(name, apartOnes.subList(first, apartOnes.size()), "more that differ");
    folded(
        name,
        columns.stream().filter(column -> !differs(column)).toList(),
        apart == 0 ? "the same in all" : "that are the same in all");
    out.append("</section>");
  }

  private void folded(String name, List<String> columns, String what) {
    if (!columns.isEmpty()) {
      out.append("<details><summary>").append(Html.count(columns.size())).append(' ').append(what);
      out.append("</summary>");
      rows(name, columns);
      out.append("</details>");
    }
  }

  private void rows(String name, List<String> columns) {
    out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"").append(name);
    out.append("\"><table class=\"sides\"><thead><tr><th scope=\"col\">Name</th>");
    head();
    out.append("</tr></thead><tbody>");
    int begin = out.length();
    int shown = 0;
    while (shown < columns.size() && out.length() - begin < MOST_LETTERS) {
      row(columns.get(shown++));
    }
    out.append("</tbody></table></div>");
    if (shown < columns.size()) {
      out.append("<p class=\"under\">and ").append(Html.count(columns.size() - shown));
      out.append(" more: ask for them as a client of MLflow does.</p>");
    }
  }

  private void head() {
    for (int i = 0; i < runs.size(); i++) {
      out.append("<th scope=\"col\"><span class=\"swatch ").append(LineChart.style(i));
      out.append("\"></span>");
      out.append(Html.escape(Words.cut(RunWords.name(runs.get(i).info()), 40))).append("</th>");
    }
  }

  private void row(String column) {
    boolean apart = differs(column);
    Direction direction =
        RunWords.isMetric(column) ? Direction.of(RunWords.key(column)) : Direction.UNKNOWN;
    double best = best(RunWords.key(column), direction);
    out.append(apart ? "<tr class=\"apart\">" : "<tr>").append("<th scope=\"row\">");
    out.append(
        apart ? "<span class=\"mark\">\u2260<span class=\"hidden\"> differs: </span></span> " : "");
    out.append(Html.escape(RunWords.key(column)));
    if (direction != Direction.UNKNOWN && apart) {
      out.append("<small class=\"soft block\">").append(direction.words()).append("</small>");
    }
    out.append("</th>");
    for (Run run : runs) {
      out.append("<td>");
      out.append(cell(run, column).map(RunWords::value).orElse("\u2013"));
      if (RunWords.isMetric(column) && apart) {
        double value = value(run, RunWords.key(column));
        out.append(value == best ? " <span class=\"badge ok\">best</span>" : "");
        if (!run.equals(runs.getFirst())) {
          change(value, value(runs.getFirst(), RunWords.key(column)), direction);
        }
      }
      if (RunWords.isMetric(column)) {
        out.append(RunWords.interval(metrics(run), RunWords.key(column)));
      }
      out.append("</td>");
    }
    out.append("</tr>");
  }

  /// NaN if the run has none.
  private double value(Run run, String key) {
    return metric(run, key).map(Metric::value).orElse(Double.NaN);
  }

  /// NaN where no value is better than another.
  private double best(String key, Direction direction) {
    double best = Double.NaN;
    for (Run run : direction == Direction.UNKNOWN ? List.<Run>of() : runs) {
      double value = value(run, key);
      best = Double.isNaN(best) || direction.better(value, best) ? value : best;
    }
    return best;
  }

  /// Against the first run, in words too: colours alone tell nothing to many.
  private void change(double to, double from, Direction direction) {
    double change = to - from;
    if (!Double.isFinite(change) || Math.abs(change) >= Double.MAX_VALUE) {
      return;
    }
    boolean better = direction.better(to, from);
    boolean worse = direction.better(from, to);
    out.append("<small");
    out.append(better ? " class=\"better\"" : worse ? " class=\"worse\"" : "").append('>');
    out.append(change > 0 ? "+" : "").append(Words.number(change));
    out.append(better ? ", better" : worse ? ", worse" : "").append("</small>");
  }

  private void datasets() {
    if (runs.stream().allMatch(run -> run.datasets().isEmpty())) {
      return;
    }
    out.append("<section aria-labelledby=\"data\"><h2 id=\"data\">Data</h2><div class=\"scroll\"");
    out.append(
        " tabindex=\"0\" role=\"region\" aria-label=\"Data\"><table class=\"sides\"><thead><tr>");
    out.append("<th scope=\"col\">Name</th>");
    head();
    out.append("</tr></thead><tbody><tr><th scope=\"row\">Read</th>");
    for (Run run : runs) {
      out.append("<td>");
      run.datasets()
          .forEach(input ->
              out.append("<div>")
                  .append(Html.escape(Words.cut(input.dataset().name(), 80)))
                  .append("<small><code>")
                  .append(Html.escape(Words.cut(input.dataset().digest(), 40)))
                  .append("</code></small></div>"));
      out.append(run.datasets().isEmpty() ? "\u2013" : "").append("</td>");
    }
    out.append("</tr></tbody></table></div></section>");
  }
}
