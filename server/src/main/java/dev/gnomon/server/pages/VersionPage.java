package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Promotions;
import dev.gnomon.registry.SemanticVersion;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Run;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import tools.jackson.databind.JsonNode;

/// One version: where it comes from, what it measured, what its gates said, what is written of it.
final class VersionPage {
  private final ModelReader reader;
  private final ModelView model;
  private final ModelView.Version version;
  private final Reports reports;
  private final StringBuilder out = new StringBuilder(32 * 1024);

  /// Where the card and the report of a version are.
  interface Reports {
    /// The address of its evaluation report, if there is one.
    Optional<String> report(String useCase, int version);

    /// Its model card in Markdown, if there is one.
    Optional<String> card(String useCase, int version);
  }

  private VersionPage(
      ModelReader reader, ModelView model, ModelView.Version version, Reports reports) {
    this.reader = reader;
    this.model = model;
    this.version = version;
    this.reports = reports;
  }

  static Answer answer(ModelReader reader, Reports reports, Request request) {
    String name = request.segments().getFirst();
    String number = request.segments().get(1);
    return reader
        .model(name, 0)
        .flatMap(model ->
            reader
                .version(model, number)
                .map(version -> new VersionPage(reader, model, version, reports).page()))
        .orElseGet(() -> Pages.notFound("version '" + number + "' of model '" + name + "'"));
  }

  private Answer page() {
    Optional<Run> run = version.run().flatMap(id -> RunWords.find(reader.tracking(), id));
    head();
    out.append(
        "<section aria-labelledby=\"lineage\"><h2 id=\"lineage\">From data to decisions</h2>");
    out.append(VersionFlow.picture(model, version, run)).append("</section><div class=\"two\">");
    gates();
    metrics(run);
    origin(run);
    files();
    tags();
    out.append("</div>");
    card();
    return Pages.page(
        200,
        Page.of(
            model.name() + " version " + version.number() + " \u00b7 Gnomon",
            List.of(
                new Page.Crumb("/models", "Models"),
                new Page.Crumb(ModelWords.address(model.name()).text(), model.name())),
            "version " + version.number(),
            out.toString()));
  }

  private void head() {
    out.append("<h1>").append(Html.escape(Words.cut(model.name(), 250))).append(", version ");
    out.append(version.number());
    version.aliases().forEach(alias -> out.append(' ').append(ModelWords.alias(alias)));
    out.append("</h1>");
    String headline = version.summary().path("headline").asString("");
    if (!headline.isEmpty()) {
      out.append("<p class=\"lead\">").append(Html.escape(headline)).append("</p>");
    }
    out.append("<dl class=\"tiles\">");
    out.append(Words.tile("Registered, UTC", Words.time(version.created()), by()));
    SemanticVersion meant =
        version.own().isEmpty()
            ? null
            : SemanticVersion.of(reader.registry().versions(model.name())).get(version.number());
    if (meant != null) {
      out.append(Words.tile("Semantic version", meant.text(), "changed: " + meant.change()));
    }
    version
        .own()
        .ifPresent(own ->
            out.append(
                Words.tile(
                    "Gates",
                    ModelsPage.gates(own.passed()),
                    version.summary().path("chosen").asString(""))));
    version
        .registered()
        .ifPresent(one ->
            out.append(
                Words.tile(
                    "Stage",
                    ModelWords.stage(one.stage()),
                    one.status().equals("READY") ? "" : one.status())));
    out.append("</dl>");
    if (version.own().isPresent()) {
      question();
      reports
          .report(model.name(), version.number())
          .ifPresent(address ->
              out.append("<p class=\"under\"><a href=\"")
                  .append(Html.escape(address))
                  .append("\">Evaluation report</a></p>"));
    }
    Integer champion = model.aliases().get(ModelWords.CHAMPION);
    if (version.own().isEmpty() || (champion != null && champion == version.number())) {
      return;
    }
    out.append("<p class=\"under\"><a href=\"");
    out.append(
        ModelWords.address(model.name())
            .with("version", Integer.toString(version.number()))
            .html());
    out.append("#release\">Promote it</a>");
    if (champion != null) {
      out.append(", or <a href=\"");
      out.append(
          Address.of("models", model.name(), "compare")
              .with("version", Integer.toString(champion))
              .with("version", Integer.toString(version.number()))
              .html());
      out.append("\">compare it with the champion</a>");
    }
    out.append(".</p>");
  }

  private String by() {
    return version
        .registered()
        .map(RegisteredVersion::user)
        .filter(user -> !user.isBlank())
        .map(user -> "by " + Words.cut(user, 80))
        .orElse("");
  }

  private void question() {
    Optional<Promotions.Question> asked =
        reader.registry().promotions().question(model.name(), version.number());
    asked.ifPresent(question -> {
      out.append("<p class=\"under\">Asked for by ");
      out.append(Html.escape(Words.cut(question.requester(), 80))).append("; ");
      out.append(Html.escape(question.state().word()));
      question
          .answeredBy()
          .ifPresent(who -> out.append(" by ").append(Html.escape(Words.cut(who, 80))));
      out.append(" on ").append(Words.time(question.at())).append(" UTC");
      if (!question.why().isEmpty()) {
        out.append(": ").append(Html.escape(Words.cut(question.why(), 500)));
      }
      out.append("</p>");
    });
  }

  private void gates() {
    List<ModelView.Gate> gates = version.gates();
    if (gates.isEmpty()) {
      return;
    }
    out.append("<section aria-labelledby=\"gates\"><h2 id=\"gates\">Gates</h2><table><thead><tr>");
    out.append("<th scope=\"col\">Gate</th><th scope=\"col\" class=\"n\">Value</th>");
    out.append(
        "<th scope=\"col\" class=\"n\">Bound</th><th scope=\"col\">Said</th></tr></thead><tbody>");
    for (ModelView.Gate gate : gates) {
      out.append("<tr><th scope=\"row\">").append(Html.escape(gate.name()));
      if (!gate.text().isEmpty()) {
        out.append("<small class=\"soft block\">").append(Html.escape(Words.cut(gate.text(), 240)));
        out.append("</small>");
      }
      out.append("</th><td class=\"n\">").append(number(gate.value()));
      out.append("</td><td class=\"n\">").append(number(gate.bound()));
      out.append("</td><td>").append(ModelsPage.gates(gate.passed())).append("</td></tr>");
    }
    out.append("</tbody></table></section>");
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "\u2013" : Words.number(value);
  }

  private void metrics(Optional<Run> run) {
    SortedMap<String, Double> metrics = metricsOf(version, run);
    out.append("<section aria-labelledby=\"metrics\"><h2 id=\"metrics\">Metrics</h2>");
    if (metrics.isEmpty()) {
      out.append("<p>None is recorded.</p></section>");
      return;
    }
    out.append("<table><thead><tr><th scope=\"col\">Metric</th>");
    out.append("<th scope=\"col\" class=\"n\">Value</th></tr></thead><tbody>");
    metrics.forEach((name, value) ->
        out.append("<tr><th scope=\"row\">")
            .append(Html.escape(name))
            .append("</th><td class=\"n\">")
            .append(Words.number(value))
            .append("</td></tr>"));
    out.append("</tbody></table></section>");
  }

  /// Its own, or those of the run it was made by.
  static SortedMap<String, Double> metricsOf(ModelView.Version version, Optional<Run> run) {
    SortedMap<String, Double> metrics = version.metrics();
    if (metrics.isEmpty()) {
      run.ifPresent(one -> {
        for (Metric metric : one.metrics()) {
          metrics.put(metric.key(), metric.value());
        }
      });
    }
    return metrics;
  }

  private void origin(Optional<Run> run) {
    Map<String, String> facts = new LinkedHashMap<>();
    version.own().map(ModelVersion::bundleHash).ifPresent(hash -> facts.put("Bundle", hash));
    version
        .registered()
        .map(RegisteredVersion::source)
        .ifPresent(text -> facts.put("Source", text));
    facts.put("Training set", version.lineage("trainingSet"));
    facts.put("Feature plan", version.lineage("featurePlan"));
    facts.put("Commit", version.lineage("commit"));
    version
        .registered()
        .map(RegisteredVersion::statusMessage)
        .ifPresent(text -> facts.put("Status", text));
    facts.values().removeIf(String::isEmpty);
    out.append("<section aria-labelledby=\"origin\"><h2 id=\"origin\">Where it comes from</h2><p>");
    out.append(
        run.map(one -> "Made by the run " + RunWords.link(one.info()) + ".")
            .orElseGet(() ->
                version
                    .run()
                    .map(id ->
                        "Made by the run <code>"
                            + Html.escape(Words.cut(id, 80))
                            + "</code>, which is not here.")
                    .orElse("The run that made it was not recorded.")));
    out.append("</p>");
    if (!facts.isEmpty()) {
      RunWords.pairs(out, "Fact", facts);
    }
    out.append("</section>");
  }

  private void files() {
    JsonNode files = version.summary().path("lineage").path("files");
    if (files.isEmpty()) {
      return;
    }
    out.append("<section aria-labelledby=\"files\"><h2 id=\"files\">Files it learned from</h2>");
    boolean many = files.size() > 10;
    if (many) {
      out.append("<details><summary>").append(Html.count(files.size())).append(" files</summary>");
    }
    out.append("<table><thead><tr><th scope=\"col\">File</th><th scope=\"col\" class=\"n\">Bytes");
    out.append("</th></tr></thead><tbody>");
    int shown = 0;
    for (JsonNode file : files) {
      if (shown++ == 100) {
        break;
      }
      out.append("<tr><th scope=\"row\">").append(Html.escape(file.path("path").asString("")));
      out.append("<small class=\"soft block\">")
          .append(Html.escape(file.path("source").asString("")));
      String sum = file.path("sha256").asString("");
      out.append(sum.isEmpty() ? "" : "<br><code>" + Html.escape(sum) + "</code>");
      out.append("</small></th><td class=\"n\">").append(Html.count(file.path("bytes").asLong(0)));
      out.append("</td></tr>");
    }
    out.append("</tbody></table>").append(many ? "</details>" : "").append("</section>");
  }

  private void tags() {
    Map<String, String> tags = version.registered().map(RegisteredVersion::tags).orElse(Map.of());
    if (!tags.isEmpty()) {
      out.append("<section aria-labelledby=\"tags\"><h2 id=\"tags\">Tags</h2>");
      RunWords.pairs(out, "Tag", tags);
      out.append("</section>");
    }
  }

  private void card() {
    String described = version.registered().map(RegisteredVersion::description).orElse("");
    Optional<String> card =
        version.own().isPresent()
            ? reports.card(model.name(), version.number())
            : Optional.<String>empty();
    String text = card.orElse(described);
    out.append(
        "<section class=\"card-text\" aria-labelledby=\"card\"><h2 id=\"card\">Model card</h2>");
    if (text.isEmpty()) {
      out.append("<p class=\"soft\">Nothing is written of it.</p>");
    } else {
      out.append(Markdown.html(text));
    }
    out.append("</section>");
  }
}
