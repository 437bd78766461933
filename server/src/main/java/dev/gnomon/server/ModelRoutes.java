package dev.gnomon.server;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.SemanticVersion;
import dev.gnomon.server.security.Role;
import dev.gnomon.training.card.CardPage;
import dev.gnomon.training.card.Cards;
import dev.gnomon.training.card.ModelCard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One version of a use case: `/v1/models/{name}/versions/{version}`, and its card.
final class ModelRoutes {
  private final Registry registry;
  private final BundleStore bundles;
  private final Cards cards;

  ModelRoutes(Registry registry, BundleStore bundles) {
    this.registry = registry;
    this.bundles = bundles;
    this.cards = new Cards(registry, bundles);
  }

  List<Route> routes() {
    return List.of(
        Route.get(
            Role.VIEWER,
            "/v1/models/{name}/versions/{version}",
            "What a version is made of and where it comes from: data, features, code, run",
            this::version),
        Route.get(
            Role.VIEWER,
            "/v1/models/{name}/versions/{version}/card",
            "The model card: Markdown, or ?format=html, ?format=json",
            this::card));
  }

  private ModelVersion find(Request request) {
    String name = request.segments().getFirst();
    String which = request.segments().get(1);
    Optional<ModelVersion> found =
        which.matches("[0-9]{1,9}")
            ? registry.version(name, Integer.parseInt(which))
            : registry.alias(name, which);
    return found.orElseThrow(() ->
        new HttpProblem(
            404,
            "Not found",
            registry.versions(name).isEmpty()
                ? "There is no model of that name."
                : "There is no such version or alias; versions are 1 to %d."
                    .formatted(registry.versions(name).size())));
  }

  private Answer version(Request request) {
    ModelVersion version = find(request);
    JsonNode summary = JsonMapper.shared().readTree(version.summaryJson());
    ObjectNode json =
        CanonicalJson.object()
            .put("name", version.useCase())
            .put("version", version.version())
            .put("bundle", version.bundleHash())
            .put("createdAt", version.createdAt().toString())
            .put("passed", version.passed())
            .put("model", summary.path("chosen").asString(""))
            .put("headline", summary.path("headline").asString(""));
    SemanticVersion number =
        SemanticVersion.of(registry.versions(version.useCase())).get(version.version());
    if (number != null) {
      json.putObject("semver").put("number", number.text()).put("change", number.change());
    }
    var aliases = json.putArray("aliases");
    registry
        .aliases(version.useCase())
        .forEach((alias, target) -> {
          if (target.version() == version.version()) {
            aliases.add(alias);
          }
        });
    json.set("metrics", summary.path("metrics"));
    json.set("gates", summary.path("gates"));
    json.set(
        "lineage",
        summary.path("lineage").isObject() ? summary.path("lineage") : CanonicalJson.object());
    boolean there = bundles.has(version.bundleHash());
    json.put("bundleThere", there);
    if (there) {
      json.set("manifest", CanonicalJson.read(opened(version).resolve("bundle.json")));
    }
    return Answer.json(200, CanonicalJson.bytes(json));
  }

  private java.nio.file.Path opened(ModelVersion version) {
    try {
      return bundles.open(version.bundleHash());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer card(Request request) {
    ModelVersion version = find(request);
    String format = request.query("format").orElse("markdown");
    ModelCard card;
    try {
      card = cards.of(version);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return switch (format) {
      case "html" -> Answer.html(CardPage.render(card));
      case "json" -> Answer.json(200, CanonicalJson.bytes(dev.gnomon.core.RecordJson.node(card)));
      case "markdown" -> Answer.text("text/markdown; charset=utf-8", card.markdown());
      default ->
          throw new dev.gnomon.core.BadInput(
              "format",
              format.length() > 40 ? "too long" : "'" + format + "'",
              "markdown, html or json");
    };
  }
}
