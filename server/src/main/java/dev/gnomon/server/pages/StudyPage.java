package dev.gnomon.server.pages;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.html.Html;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The runs of a study as a table: filtered, sorted, with chosen columns, one page of it. However
/// many runs there are, the store is asked for one page.
final class StudyPage {
  private static final int PAGE = 50;
  private static final int MOST_COLUMNS = 40;
  private static final int MOST_OFFERED = 150;
  private static final int DEFAULT_METRICS = 5;
  private static final int DEFAULT_PARAMS = 4;

  /// The tag by which our own training tells its runs apart.
  private static final String KIND = "gnomon.kind";

  private static final String START = "attributes.start_time";

  private final Study study;
  private final String filter;
  private final String sort;
  private final boolean ascending;
  private final View view;
  private final List<String> asked;
  private final String token;
  private final StringBuilder out = new StringBuilder(64 * 1024);

  private StudyPage(Study study, Request request) {
    this.study = study;
    this.filter = request.query("filter").map(String::strip).orElse("");
    this.sort = request.query("sort").filter(name -> name.indexOf('.') > 0).orElse(START);
    this.ascending = request.query("dir").filter("asc"::equals).isPresent();
    this.view =
        switch (request.query("view").orElse("")) {
          case "deleted" -> View.DELETED_ONLY;
          case "all" -> View.ALL;
          default -> View.ACTIVE_ONLY;
        };
    this.asked =
        request.queryAll("col").stream()
            .map(String::strip)
            .filter(name -> name.matches("(?s)(metrics|params|tags)\\..+"))
            .distinct()
            .limit(MOST_COLUMNS)
            .toList();
    this.token = request.query("after").orElse("");
  }

  static Answer answer(Tracking tracking, Request request) {
    String id = request.segments().getFirst();
    try {
      return new StudyPage(tracking.study(id), request).page(tracking);
    } catch (TrackingError e) {
      ControlPages.orAway(e);
      return Pages.notFound("study '" + id + "'");
    }
  }

  private Answer page(Tracking tracking) {
    dev.gnomon.tracking.Page<Run> found = new dev.gnomon.tracking.Page<>(List.of(), null);
    Optional<String> wrong = Optional.empty();
    try {
      found =
          tracking.searchRuns(
              List.of(study.id()),
              new Search(
                  filter,
                  RunWords.identifier(sort)
                      .map(name -> List.of(name + (ascending ? " ASC" : " DESC")))
                      .orElse(List.of()),
                  view,
                  PAGE,
                  token.isEmpty() ? null : token));
    } catch (TrackingError | BadInput e) {
      ControlPages.orAway(e);
      wrong = Optional.of(String.valueOf(e.getMessage()));
    }
    head();
    out.append(
        Fields.filter(
            address(),
            "metrics.auc > 0.8 and params.depth = '6'",
            filter,
            wrong,
            (sort.equals(START) ? "" : Fields.hidden("sort", sort))
                + (ascending ? Fields.hidden("dir", "asc") : "")
                + (view == View.ACTIVE_ONLY ? "" : Fields.hidden("view", word(view)))
                + Fields.hidden("col", asked)));
    if (wrong.isEmpty()) {
      runs(found.items());
      StudiesPage.pages(out, address(), token, found.next());
    }
    return Pages.page(
        wrong.isPresent() ? 400 : 200,
        Page.of(
            study.name() + " \u00b7 Gnomon",
            List.of(new Page.Crumb("/studies", "Studies")),
            study.name(),
            out.toString()));
  }

  private Address address() {
    return Address.of("studies", study.id())
        .with("filter", filter)
        .with("sort", sort.equals(START) ? "" : sort)
        .with("dir", ascending ? "asc" : "")
        .with("view", word(view))
        .with("col", asked);
  }

  private static String word(View view) {
    return switch (view) {
      case ACTIVE_ONLY -> "";
      case DELETED_ONLY -> "deleted";
      case ALL -> "all";
    };
  }

  private void head() {
    out.append("<h1>").append(Html.escape(Words.cut(study.name(), 250)));
    out.append(study.deleted() ? " <span class=\"badge warning\">deleted</span>" : "");
    out.append("</h1>");
    String note = study.tags().getOrDefault(RunWords.NOTE, "");
    if (!note.isEmpty()) {
      out.append("<div class=\"lead\">").append(Markdown.html(note)).append("</div>");
    }
    out.append("<p class=\"soft\">Study ").append(Html.escape(study.id()));
    out.append(", artifacts in <code>").append(Html.escape(study.artifactLocation()));
    out.append("</code>. Show: ");
    views();
    out.append("</p>");
    if (study.tags().containsKey("gnomon.use-case")) {
      kinds();
    }
  }

  /// A training has a run for each candidate, and those one for each trial.
  private void kinds() {
    out.append("<p class=\"soft\">Only: ");
    for (String kind : List.of("training", "candidate", "trial")) {
      String only = "tags.`" + KIND + "` = '" + kind + "'";
      out.append(kind.equals("training") ? "" : ", ");
      if (filter.equals(only)) {
        out.append("<strong>").append(kind).append("s</strong>");
      } else {
        out.append("<a href=\"").append(address().without("filter").with("filter", only).html());
        out.append("\">").append(kind).append("s</a>");
      }
    }
    out.append("</p>");
  }

  private void views() {
    for (View one : View.values()) {
      String name = one == View.ACTIVE_ONLY ? "active" : word(one);
      out.append(one == View.ACTIVE_ONLY ? "" : ", ");
      if (one == view) {
        out.append("<strong>").append(name).append("</strong>");
      } else {
        out.append("<a href=\"").append(address().without("view").with("view", word(one)).html());
        out.append("\">").append(name).append("</a>");
      }
    }
  }

  private void runs(List<Run> runs) {
    if (runs.isEmpty()) {
      out.append("<section>");
      if (filter.isEmpty()) {
        out.append("<p>No runs here").append(view == View.ACTIVE_ONLY ? " yet" : "");
        out.append(".</p>").append(view == View.ACTIVE_ONLY ? StudiesPage.TEACH : "");
      } else {
        out.append("<p>No run is so. Texts stand in single quotes; numbers only with ");
        out.append("<code>metrics.</code>; names with blanks in backticks: ");
        out.append("<code>metrics.`test auc` &gt; 0.8</code>. Also: <code>attributes.status = ");
        out.append("'FAILED'</code>, <code>tags.team LIKE '%risk%'</code>.</p>");
      }
      out.append("</section>");
      return;
    }
    Columns offered = Columns.of(runs);
    List<String> columns = asked.isEmpty() ? offered.chosen() : asked;
    choose(offered, columns);
    out.append("<form method=\"get\" action=\"/runs/compare\"><section aria-label=\"Runs\">");
    out.append("<p class=\"above\"><button>Compare the ticked runs</button> <span class=\"soft\">");
    out.append(Html.count(runs.size())).append(runs.size() == 1 ? " run" : " runs");
    out.append(" on this page</span></p><div class=\"scroll\" tabindex=\"0\" role=\"region\"");
    out.append(" aria-label=\"Table of runs\"><table class=\"wide\"><thead><tr>");
    out.append("<th scope=\"col\"><span class=\"hidden\">Compare</span></th>");
    sorter("attributes.run_name", "Run", false);
    sorter("attributes.status", "Status", false);
    sorter(START, "Begun, UTC", false);
    out.append("<th scope=\"col\" class=\"n\">Took</th>");
    columns.forEach(column -> sorter(column, RunWords.key(column), RunWords.isMetric(column)));
    out.append("</tr></thead><tbody>");
    runs.forEach(run -> row(run, columns));
    out.append("</tbody></table></div></section></form>");
  }

  private void sorter(String column, String name, boolean number) {
    boolean now = column.equals(sort);
    Optional<String> identifier = RunWords.identifier(column);
    out.append("<th scope=\"col\"").append(number ? " class=\"n\"" : "");
    if (now) {
      out.append(" aria-sort=\"").append(ascending ? "ascending" : "descending").append('"');
    }
    out.append(" title=\"").append(Html.escape(column)).append("\">");
    String shown = Html.escape(Words.cut(name, 32));
    if (identifier.isPresent()) {
      Address other = address().without("sort").without("dir").with("sort", column);
      // A column not sorted by yet begins with its greatest.
      out.append("<a href=\"")
          .append((now && !ascending ? other.with("dir", "asc") : other).html());
      out.append("\">").append(shown).append("</a>");
      out.append(
          now
              ? " <span aria-hidden=\"true\">" + (ascending ? "\u2191" : "\u2193") + "</span>"
              : "");
    } else {
      out.append(shown);
    }
    out.append("</th>");
  }

  private void row(Run run, List<String> columns) {
    RunInfo info = run.info();
    out.append("<tr><td>");
    out.append(Fields.silentTick("run", info.id(), "Compare " + RunWords.name(info)));
    out.append("</td><th scope=\"row\">").append(RunWords.link(info));
    String kind = run.tags().getOrDefault(KIND, "");
    if (!kind.isEmpty()) {
      out.append("<small class=\"soft block\">").append(Html.escape(Words.cut(kind, 40)));
      out.append("</small>");
    } else if (run.tags().containsKey(RunWords.PARENT)) {
      out.append("<small class=\"soft block\">part of another</small>");
    }
    out.append(info.deleted() ? "<small class=\"soft block\">deleted</small>" : "");
    out.append("</th><td>").append(RunWords.status(info.status()));
    out.append("</td><td class=\"firm\">").append(Words.millisTime(info.start()));
    out.append("</td><td class=\"n\">").append(RunWords.took(info)).append("</td>");
    for (String column : columns) {
      Optional<String> value = RunWords.cell(run, column);
      out.append(RunWords.isMetric(column) ? "<td class=\"n\">" : "<td>");
      out.append(value.map(RunWords::brief).orElse("\u2013")).append("</td>");
    }
    out.append("</tr>");
  }

  private void choose(Columns offered, List<String> columns) {
    out.append(
        "<details class=\"choose\"><summary>Columns</summary><form method=\"get\" action=\"");
    out.append(Html.escape(address().path())).append("\">");
    for (Address.Part part : address().without("col").parts()) {
      out.append(Fields.hidden(part.name(), part.value()));
    }
    group("Metrics", offered.metrics(), columns);
    group("Parameters", offered.params(), columns);
    group("Tags", offered.tags(), columns);
    out.append("<p class=\"row\">");
    out.append(
        Fields.text(
            "further", "col", "Another one, not on this page", "", "placeholder=\"metrics.auc\""));
    out.append("<button>Show these</button> <a href=\"");
    out.append(address().without("col").html()).append("\">Back to the usual ones</a></p>");
    out.append("</form></details>");
  }

  private void group(String name, Set<String> keys, List<String> chosen) {
    if (keys.isEmpty()) {
      return;
    }
    out.append("<fieldset><legend>").append(name).append("</legend>");
    keys.stream()
        .limit(MOST_OFFERED)
        .forEach(column ->
            out.append(
                Fields.tick(
                    "col", column, chosen.contains(column), Words.cut(RunWords.key(column), 60))));
    if (keys.size() > MOST_OFFERED) {
      out.append("<p class=\"under\">and ").append(Html.count(keys.size() - MOST_OFFERED));
      out.append(" more: name them below.</p>");
    }
    out.append("</fieldset>");
  }

  /// The columns that the runs of a page have.
  private record Columns(
      Set<String> metrics, Set<String> params, Set<String> tags, List<String> chosen) {
    static Columns of(List<Run> runs) {
      Set<String> metrics = new TreeSet<>();
      Set<String> params = new TreeSet<>();
      Set<String> tags = new TreeSet<>();
      for (Run run : runs) {
        run.metrics().forEach(metric -> metrics.add(RunWords.metricColumn(metric.key())));
        run.params().keySet().forEach(key -> params.add(RunWords.paramColumn(key)));
        run.tags().keySet().stream()
            .filter(RunWords::plain)
            .forEach(key -> tags.add(RunWords.tagColumn(key)));
      }
      List<String> chosen = new ArrayList<>();
      metrics.stream()
          .filter(column -> !RunWords.key(column).toLowerCase(Locale.ROOT).startsWith("system/"))
          .filter(
              column -> runs.stream().noneMatch(run -> RunWords.isEnd(run, RunWords.key(column))))
          .limit(DEFAULT_METRICS)
          .forEach(chosen::add);
      // What is the same in all runs tells nothing about any.
      params.stream()
          .filter(column -> runs.size() == 1 || differ(runs, column))
          .limit(DEFAULT_PARAMS)
          .forEach(chosen::add);
      return new Columns(metrics, params, tags, List.copyOf(chosen));
    }
  }

  static boolean differ(List<Run> runs, String column) {
    return runs.stream().map(run -> RunWords.cell(run, column)).distinct().count() > 1;
  }
}
