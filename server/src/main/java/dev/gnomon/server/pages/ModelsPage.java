package dev.gnomon.server.pages;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.html.Html;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.View;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All registered models: use cases first, then those of clients of MLflow.
final class ModelsPage {
  private static final int PAGE = 50;
  private static final int MOST_OWN = 200;

  private ModelsPage() {}

  static Answer answer(ModelReader reader, Request request) {
    String filter = request.query("filter").map(String::strip).orElse("");
    String token = request.query("after").orElse("");
    dev.gnomon.tracking.Page<RegisteredModel> found =
        new dev.gnomon.tracking.Page<>(List.of(), null);
    Optional<String> wrong = Optional.empty();
    try {
      found =
          reader
              .tracking()
              .searchModels(
                  new Search(
                      filter, List.of(), View.ACTIVE_ONLY, PAGE, token.isEmpty() ? null : token));
    } catch (TrackingError | BadInput e) {
      ControlPages.orAway(e);
      wrong = Optional.of(String.valueOf(e.getMessage()));
    }
    Address here = Address.of("models").with("filter", filter);
    StringBuilder out = new StringBuilder("<h1>Models</h1>");
    out.append(
        "<p class=\"lead\">What is registered, which version decides, and how it came there.");
    out.append("</p>").append(Fields.filter(here, "name LIKE 'churn%'", filter, wrong, ""));
    if (wrong.isEmpty()) {
      List<String> own =
          filter.isEmpty() && token.isEmpty()
              ? reader.others(found.items()).stream()
                  .filter(name -> request.caller().mayUseNamed(name))
                  .limit(MOST_OWN)
                  .toList()
              : List.of();
      table(out, reader, own, found.items(), filter);
      StudiesPage.pages(out, here, token, found.next());
    }
    return Pages.page(
        wrong.isPresent() ? 400 : 200, Page.of("Models \u00b7 Gnomon", "models", out.toString()));
  }

  private static void table(
      StringBuilder out,
      ModelReader reader,
      List<String> own,
      List<RegisteredModel> models,
      String filter) {
    if (own.isEmpty() && models.isEmpty()) {
      out.append("<section><p>");
      out.append(filter.isEmpty() ? "No model is registered yet." : "No model is so.")
          .append("</p>");
      if (filter.isEmpty()) {
        out.append("<p>A training whose gates pass registers one: <code>gnomon train usecase.yaml");
        out.append(
            "</code>. Models from elsewhere: <code>gnomon models import</code>, or a client ");
        out.append(
            "of MLflow: <code>mlflow.register_model(\"runs:/RUN/model\", \"name\")</code>.</p>");
      }
      out.append("</section>");
      return;
    }
    out.append("<section aria-label=\"Models\"><table class=\"stack\"><thead><tr>")
        .append("<th scope=\"col\">Model</th><th scope=\"col\">Aliases</th>")
        .append("<th scope=\"col\" class=\"n\">Newest</th><th scope=\"col\">Gates</th>")
        .append("<th scope=\"col\">Changed, UTC</th></tr></thead><tbody>");
    for (String name : own) {
      List<ModelVersion> versions = reader.registry().versions(name);
      Map<String, ModelVersion> aliases = reader.registry().aliases(name);
      row(
          out,
          name,
          "",
          aliases.entrySet().stream()
              .map(alias -> alias(alias.getKey(), alias.getValue().version()))
              .reduce("", (a, b) -> a + " " + b),
          versions.stream().reduce((a, b) -> b));
    }
    for (RegisteredModel model : models) {
      List<ModelVersion> versions = reader.registry().versions(model.name());
      String aliases =
          model.aliases().entrySet().stream()
              .sorted(Map.Entry.comparingByKey())
              .limit(6)
              .map(alias -> alias(alias.getKey(), alias.getValue()))
              .reduce("", (a, b) -> a + " " + b);
      if (versions.isEmpty()) {
        Optional<RegisteredVersion> newest =
            model.latest().stream().max(Comparator.comparingInt(RegisteredVersion::version));
        row(
            out,
            model.name(),
            model.description(),
            aliases,
            newest.map(RegisteredVersion::version),
            "\u2013",
            Words.millisTime(model.updated()));
      } else {
        row(out, model.name(), model.description(), aliases, Optional.of(versions.getLast()));
      }
    }
    out.append("</tbody></table></section>");
  }

  private static void row(
      StringBuilder out, String name, String about, String aliases, Optional<ModelVersion> newest) {
    row(
        out,
        name,
        about,
        aliases,
        newest.map(ModelVersion::version),
        newest.map(version -> gates(version.passed())).orElse("\u2013"),
        newest.map(version -> Words.time(version.createdAt())).orElse("\u2013"));
  }

  private static void row(
      StringBuilder out,
      String name,
      String about,
      String aliases,
      Optional<Integer> newest,
      String gates,
      String changed) {
    out.append("<tr><th scope=\"row\"><a href=\"").append(ModelWords.address(name).html());
    out.append("\">").append(Html.escape(Words.cut(name, 160))).append("</a>");
    if (!about.isEmpty()) {
      out.append("<small class=\"soft block\">").append(Html.escape(Words.cut(about, 160)));
      out.append("</small>");
    }
    out.append("</th><td data-name=\"aliases\">").append(aliases.isBlank() ? "\u2013" : aliases);
    out.append("</td><td data-name=\"newest\" class=\"n\">");
    out.append(newest.map(number -> ModelWords.number(name, number)).orElse("\u2013"));
    out.append("</td><td data-name=\"gates\">").append(gates);
    out.append("</td><td data-name=\"changed, UTC\">").append(changed).append("</td></tr>");
  }

  private static String alias(String alias, int version) {
    return ModelWords.alias(alias) + " v" + version;
  }

  static String gates(boolean passed) {
    return passed
        ? "<span class=\"badge ok\">passed</span>"
        : "<span class=\"badge critical\">failed</span>";
  }
}
