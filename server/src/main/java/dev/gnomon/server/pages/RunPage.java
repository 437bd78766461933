package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.View;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// One run: what it was given, what came out, how it went, where it ran, what was made of it.
final class RunPage {
  private static final int MOST_CHILDREN = 50;
  private static final int MOST_VERSIONS = 20;
  private static final int MOST_METRICS = 300;

  /// What the names of tags about the machine, its software and who ran it begin with.
  private static final List<String> ENVIRONMENT =
      List.of(
          "gnomon.java",
          "gnomon.os",
          "gnomon.cpu",
          "gnomon.libraries",
          "gnomon.process",
          "mlflow.source.",
          "mlflow.user");

  private final Tracking tracking;
  private final RunFiles files;
  private final Request request;
  private final Run run;
  private final Map<String, Metric> byKey;
  private final StringBuilder out = new StringBuilder(64 * 1024);

  private RunPage(Tracking tracking, RunFiles files, Request request, Run run) {
    this.tracking = tracking;
    this.files = files;
    this.request = request;
    this.run = run;
    this.byKey = RunWords.byKey(run);
  }

  static Answer answer(Tracking tracking, RunFiles files, Request request) {
    String id = request.segments().getFirst();
    return RunWords.find(tracking, id)
        .map(run -> new RunPage(tracking, files, request, run).page())
        .orElseGet(() -> Pages.notFound("run '" + id + "'"));
  }

  private Answer page() {
    Study study = tracking.study(run.info().studyId());
    List<Made> versions = versions();
    head(study, versions);
    metrics();
    Curves.of(request).section(out, tracking, RunWords.address(run.info()), List.of(run));
    out.append("<div class=\"two\">");
    params();
    datasets();
    environment();
    tags();
    out.append("</div>");
    artifacts();
    children();
    return Pages.page(
        200,
        Page.of(
            RunWords.name(run.info()) + " \u00b7 Gnomon",
            List.of(
                new Page.Crumb("/studies", "Studies"),
                new Page.Crumb(Address.of("studies", study.id()).text(), study.name())),
            RunWords.name(run.info()),
            out.toString()));
  }

  private void head(Study study, List<Made> versions) {
    out.append("<h1>").append(Html.escape(RunWords.name(run.info()))).append(' ');
    out.append(RunWords.status(run.info().status()));
    out.append(run.info().deleted() ? " <span class=\"badge warning\">deleted</span>" : "");
    out.append("</h1>");
    String note = run.tags().getOrDefault(RunWords.NOTE, "");
    if (!note.isEmpty()) {
      out.append("<div class=\"lead\">").append(Markdown.html(note)).append("</div>");
    }
    out.append("<p class=\"soft\">Run <code>").append(Html.escape(run.info().id()));
    out.append("</code> of ").append(StudiesPage.link(study));
    Optional.ofNullable(run.tags().get(RunWords.PARENT))
        .ifPresent(parent -> {
          out.append(", part of ");
          out.append(
              RunWords.find(tracking, parent)
                  .map(above -> RunWords.link(above.info()))
                  .orElseGet(() -> Html.escape(Words.cut(parent, 80))));
        });
    out.append("</p><dl class=\"tiles\">");
    out.append(Words.tile("Begun, UTC", Words.millisTime(run.info().start()), by()));
    Long end = run.info().end();
    out.append(Words.tile("Took", RunWords.took(run.info()), end == null ? "has not ended" : ""));
    if (versions.isEmpty()) {
      out.append(Words.tile("Version", "\u2013", "none was registered from it"));
    } else {
      out.append(
          Words.tile(
              "Version",
              versions.getFirst().link(),
              versions.size() == 1 ? "" : "and " + (versions.size() - 1) + " more below"));
    }
    out.append("</dl>");
    if (versions.size() > 1) {
      out.append("<p class=\"soft\">Versions of it: ");
      out.append(versions.stream().map(Made::link).collect(Collectors.joining(", ")));
      out.append("</p>");
    }
  }

  /// Text.
  private String by() {
    return run.info().user().isBlank() ? "" : "by " + Words.cut(run.info().user(), 80);
  }

  /// A version that was made of the run.
  private record Made(String model, int version) {
    String link() {
      return ModelWords.link(model, version);
    }
  }

  /// What tracking knows, and what our own training wrote down.
  private List<Made> versions() {
    LinkedHashSet<Made> made = new LinkedHashSet<>();
    String useCase = run.tags().getOrDefault("gnomon.use-case", "");
    String number = run.tags().getOrDefault("gnomon.version", "");
    if (!useCase.isEmpty() && number.matches("[1-9][0-9]{0,8}")) {
      made.add(new Made(useCase, Integer.parseInt(number)));
    }
    registered().forEach(one -> made.add(new Made(one.model(), one.version())));
    return List.copyOf(made);
  }

  private List<RegisteredVersion> registered() {
    return tracking
        .searchVersions(
            new Search(
                "run_id = '" + run.info().id().replace("'", "") + "'",
                List.of(),
                View.ACTIVE_ONLY,
                MOST_VERSIONS,
                null))
        .items();
  }

  /// What was measured of the model; what of the machine is folded away.
  private void metrics() {
    out.append("<section aria-labelledby=\"metrics\"><h2 id=\"metrics\">Metrics</h2>");
    if (run.metrics().isEmpty()) {
      out.append("<p>None was measured.</p></section>");
      return;
    }
    List<Metric> plain = new ArrayList<>();
    List<Metric> system = new ArrayList<>();
    for (Metric metric : run.metrics()) {
      if (!RunWords.isEnd(byKey, metric.key())) {
        (metric.key().startsWith("system/") ? system : plain).add(metric);
      }
    }
    int first = Math.min(RunWords.MOST_ROWS, plain.size());
    if (plain.isEmpty()) {
      out.append("<p>None of the model was measured.</p>");
    } else {
      metrics(plain.subList(0, first));
    }
    folded(plain.subList(first, plain.size()), "more");
    folded(system, "of the machine");
    out.append("</section>");
  }

  private void folded(List<Metric> metrics, String what) {
    if (metrics.isEmpty()) {
      return;
    }
    out.append("<details><summary>").append(Html.count(metrics.size())).append(' ').append(what);
    out.append("</summary>");
    int shown = Math.min(MOST_METRICS, metrics.size());
    metrics(metrics.subList(0, shown));
    if (shown < metrics.size()) {
      out.append("<p class=\"under\">and ").append(Html.count(metrics.size() - shown));
      out.append(" more: ask for them as a client of MLflow does.</p>");
    }
    out.append("</details>");
  }

  /// Columns that would say nothing are left out.
  private void metrics(List<Metric> metrics) {
    boolean steps = metrics.stream().anyMatch(metric -> metric.step() != 0);
    boolean data = metrics.stream().anyMatch(metric -> metric.datasetName() != null);
    boolean times = metrics.stream().map(one -> one.timestamp() / 60_000).distinct().count() > 1;
    out.append("<table class=\"stack close\"><thead><tr><th scope=\"col\">Metric</th>");
    out.append("<th scope=\"col\" class=\"n\">").append(steps ? "Last value" : "Value");
    out.append("</th>").append(steps ? "<th scope=\"col\" class=\"n\">Step</th>" : "");
    out.append(data ? "<th scope=\"col\">Measured on</th>" : "");
    out.append(times ? "<th scope=\"col\">Time, UTC</th>" : "").append("</tr></thead><tbody>");
    for (Metric metric : metrics) {
      out.append("<tr><th scope=\"row\">").append(Html.escape(metric.key()));
      out.append("</th><td data-name=\"value\" class=\"n\" title=\"").append(metric.value());
      out.append("\">").append(Words.number(metric.value()));
      out.append(RunWords.interval(byKey, metric.key())).append("</td>");
      if (steps) {
        out.append("<td data-name=\"step\" class=\"n\">").append(Html.count(metric.step()));
        out.append("</td>");
      }
      if (data) {
        String dataset = metric.datasetName();
        out.append("<td data-name=\"measured on\">");
        out.append(dataset == null ? "\u2013" : Html.escape(Words.cut(dataset, 120)));
        out.append("</td>");
      }
      if (times) {
        out.append("<td data-name=\"time, UTC\">").append(Words.millisTime(metric.timestamp()));
        out.append("</td>");
      }
      out.append("</tr>");
    }
    out.append("</tbody></table>");
  }

  private void params() {
    out.append("<section aria-labelledby=\"params\"><h2 id=\"params\">Parameters</h2>");
    if (run.params().isEmpty()) {
      out.append("<p>None was given.</p>");
    } else {
      RunWords.pairs(out, "Parameter", run.params());
    }
    out.append("</section>");
  }

  private void datasets() {
    out.append("<section aria-labelledby=\"data\"><h2 id=\"data\">Data</h2>");
    if (run.datasets().isEmpty()) {
      out.append(
          run.tags().containsKey(RunWords.PARENT)
              ? "<p>The run that it is part of says which data were read.</p></section>"
              : "<p>The run does not say which data it read.</p></section>");
      return;
    }
    for (Dataset.Input input : run.datasets()) {
      Dataset dataset = input.dataset();
      out.append("<h3>").append(Html.escape(Words.cut(dataset.name(), 160)));
      String context = input.tags().getOrDefault("mlflow.data.context", "");
      if (!context.isEmpty()) {
        out.append(" <span class=\"badge info\">").append(Html.escape(Words.cut(context, 40)));
        out.append("</span>");
      }
      out.append("</h3>");
      Map<String, String> facts = new java.util.LinkedHashMap<>();
      facts.put("Digest", dataset.digest());
      facts.put("Source", dataset.source());
      facts.put("Kind of source", dataset.sourceType());
      String schema = dataset.schema();
      String profile = dataset.profile();
      facts.put("Schema", schema == null ? "" : schema);
      facts.put("Profile", profile == null ? "" : profile);
      input
          .tags()
          .forEach((key, value) -> {
            if (!key.equals("mlflow.data.context")) {
              facts.put(key, value);
            }
          });
      facts.values().removeIf(String::isEmpty);
      RunWords.pairs(out, "Data set", facts);
    }
    out.append("</section>");
  }

  private static boolean environment(String tag) {
    return ENVIRONMENT.stream().anyMatch(tag::startsWith);
  }

  private void environment() {
    Map<String, String> found = new TreeMap<>();
    run.tags()
        .forEach((key, value) -> {
          if (environment(key)) {
            found.put(key, value);
          }
        });
    if (!found.isEmpty()) {
      out.append("<section aria-labelledby=\"env\"><h2 id=\"env\">Environment</h2>");
      RunWords.pairs(out, "Tag", found);
      out.append("</section>");
    }
  }

  private void tags() {
    Map<String, String> plain = new TreeMap<>();
    run.tags()
        .forEach((key, value) -> {
          if (!environment(key) && !key.equals(RunWords.NOTE) && !key.equals("mlflow.runName")) {
            plain.put(key, value);
          }
        });
    if (!plain.isEmpty()) {
      out.append("<section aria-labelledby=\"tags\"><h2 id=\"tags\">Tags</h2>");
      RunWords.pairs(out, "Tag", plain);
      out.append("</section>");
    }
  }

  private void artifacts() {
    out.append("<section aria-labelledby=\"files\"><h2 id=\"files\">Artifacts</h2>");
    files.list(
        out,
        run.info(),
        RunWords.address(run.info()),
        request.query("path").orElse(""),
        request.caller());
    if (!run.outputs().isEmpty()) {
      out.append("<p class=\"under\">Models it wrote: ");
      out.append(
          run.outputs().stream()
              .map(output -> "<code>" + Html.escape(output.modelId()) + "</code>")
              .collect(Collectors.joining(", ")));
      out.append("</p>");
    }
    out.append("</section>");
  }

  private void children() {
    dev.gnomon.tracking.Page<Run> children =
        tracking.searchRuns(
            List.of(run.info().studyId()),
            new Search(
                "tags.`" + RunWords.PARENT + "` = '" + run.info().id().replace("'", "") + "'",
                List.of("attributes.start_time ASC"),
                View.ACTIVE_ONLY,
                MOST_CHILDREN,
                null));
    if (children.items().isEmpty()) {
      return;
    }
    out.append("<section aria-labelledby=\"parts\"><h2 id=\"parts\">Its parts</h2>");
    out.append("<form method=\"get\" action=\"/runs/compare\"><p class=\"above\">");
    out.append("<button>Compare the ticked runs</button></p>");
    out.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Parts\"><table>");
    out.append("<thead><tr><th scope=\"col\"><span class=\"hidden\">Compare</span></th>");
    out.append("<th scope=\"col\">Run</th><th scope=\"col\">Status</th>");
    List<String> columns =
        children.items().stream()
            .flatMap(child ->
                child.metrics().stream()
                    .map(Metric::key)
                    .filter(key -> !RunWords.isEnd(child, key) && !key.startsWith("system/")))
            .distinct()
            .sorted()
            .limit(6)
            .map(RunWords::metricColumn)
            .toList();
    columns.forEach(column ->
        out.append("<th scope=\"col\" class=\"n\">")
            .append(Html.escape(Words.cut(RunWords.key(column), 32)))
            .append("</th>"));
    out.append("</tr></thead><tbody>");
    for (Run child : children.items()) {
      out.append("<tr><td>");
      out.append(
          Fields.silentTick("run", child.info().id(), "Compare " + RunWords.name(child.info())));
      out.append("</td><th scope=\"row\">").append(RunWords.link(child.info())).append("</th><td>");
      out.append(RunWords.status(child.info().status())).append("</td>");
      for (String column : columns) {
        out.append("<td class=\"n\">");
        out.append(RunWords.cell(child, column).map(Html::escape).orElse("\u2013")).append("</td>");
      }
      out.append("</tr>");
    }
    out.append("</tbody></table></div></form>");
    if (children.next() != null) {
      out.append("<p class=\"under\">These are the first ").append(MOST_CHILDREN);
      out.append("; all: <a href=\"");
      out.append(
          Address.of("studies", run.info().studyId())
              .with("filter", "tags.`" + RunWords.PARENT + "` = '" + run.info().id() + "'")
              .html());
      out.append("\">as a table</a>.</p>");
    }
    out.append("</section>");
  }
}
