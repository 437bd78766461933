package dev.gnomon.server.pages;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.html.Html;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.View;
import java.util.List;
import java.util.Optional;

/// All studies, the one that changed last first.
final class StudiesPage {
  private static final int PAGE = 50;

  /// How a client of MLflow gets its runs here.
  static final String TEACH =
      """
      <p>Runs come here by themselves from <code>gnomon train usecase.yaml</code>, and from any \
      client of MLflow:</p>
      <pre>import mlflow
      mlflow.set_tracking_uri("http://127.0.0.1:8080")   # this server
      mlflow.set_experiment("my-study")
      with mlflow.start_run():
          mlflow.log_param("depth", 6)
          mlflow.log_metric("auc", 0.91, step=1)</pre>
      """;

  private StudiesPage() {}

  static Answer answer(Tracking tracking, Request request) {
    String filter = request.query("filter").map(String::strip).orElse("");
    String token = request.query("after").orElse("");
    dev.gnomon.tracking.Page<Study> found = new dev.gnomon.tracking.Page<>(List.of(), null);
    Optional<String> wrong = Optional.empty();
    try {
      found =
          tracking.searchStudies(
              new Search(
                  filter,
                  List.of("last_update_time DESC"),
                  View.ACTIVE_ONLY,
                  PAGE,
                  token.isEmpty() ? null : token));
    } catch (TrackingError | BadInput e) {
      ControlPages.orAway(e);
      wrong = Optional.of(String.valueOf(e.getMessage()));
    }
    Address here = Address.of("studies").with("filter", filter);
    StringBuilder out = new StringBuilder("<h1>Studies</h1>");
    out.append("<p class=\"lead\">A study is a named group of runs: trainings with what they were");
    out.append(" given and what came out.</p>");
    out.append(Fields.filter(here, "name LIKE 'churn%'", filter, wrong, ""));
    if (wrong.isEmpty()) {
      table(out, found.items(), filter);
      pages(out, here, token, found.next());
    }
    return Pages.page(
        wrong.isPresent() ? 400 : 200, Page.of("Studies \u00b7 Gnomon", "studies", out.toString()));
  }

  private static void table(StringBuilder out, List<Study> studies, String filter) {
    if (studies.isEmpty()) {
      out.append("<section><p>").append(filter.isEmpty() ? "No study yet." : "No study is so.");
      out.append("</p>").append(filter.isEmpty() ? TEACH : "").append("</section>");
      return;
    }
    out.append("<section aria-label=\"Studies\"><table class=\"stack\"><thead><tr>")
        .append("<th scope=\"col\">Study</th><th scope=\"col\">About</th>")
        .append("<th scope=\"col\">Changed, UTC</th><th scope=\"col\">Begun, UTC</th>")
        .append("</tr></thead><tbody>");
    for (Study study : studies) {
      out.append("<tr><th scope=\"row\">").append(link(study));
      out.append("</th><td data-name=\"about\" class=\"break\">");
      String note = study.tags().getOrDefault(RunWords.NOTE, "");
      out.append(note.isEmpty() ? "\u2013" : Html.escape(Words.cut(Markdown.text(note), 160)));
      tags(out, study);
      out.append("</td><td data-name=\"changed, UTC\">").append(Words.millisTime(study.updated()));
      out.append("</td><td data-name=\"begun, UTC\">").append(Words.millisTime(study.created()));
      out.append("</td></tr>");
    }
    out.append("</tbody></table></section>");
    if (studies.size() == 1 && filter.isEmpty()) {
      out.append("<section><h2>More of them</h2>").append(TEACH).append("</section>");
    }
  }

  private static void tags(StringBuilder out, Study study) {
    String shown =
        study.tags().entrySet().stream()
            .filter(tag -> RunWords.plain(tag.getKey()))
            .limit(4)
            .map(tag -> Words.cut(tag.getKey() + ": " + tag.getValue(), 60))
            .reduce((a, b) -> a + ", " + b)
            .orElse("");
    if (!shown.isEmpty()) {
      out.append("<small>").append(Html.escape(shown)).append("</small>");
    }
  }

  static String link(Study study) {
    return "<a href=\"%s\">%s</a>"
        .formatted(
            Address.of("studies", study.id()).html(), Html.escape(Words.cut(study.name(), 160)));
  }

  /// The way to the next page, and back to the first.
  static void pages(
      StringBuilder out,
      Address here,
      String token,
      @org.jspecify.annotations.Nullable String next) {
    if (token.isEmpty() && next == null) {
      return;
    }
    out.append("<nav class=\"pages\" aria-label=\"Pages\">");
    if (!token.isEmpty()) {
      out.append("<a href=\"").append(here.html()).append("\">First page</a>");
    }
    if (next != null) {
      out.append("<a href=\"").append(here.with("after", next).html()).append("\" rel=\"next\">");
      out.append("Next page</a>");
    }
    out.append("</nav>");
  }
}
