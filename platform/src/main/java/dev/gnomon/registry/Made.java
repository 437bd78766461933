package dev.gnomon.registry;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.Manifest;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What decides in a bundle, by hashes, so that the ledger can tell it when the bundle is gone.
///
/// @param definition SHA-256 of the text of the use-case file it was trained by
/// @param policy SHA-256 of its decision policy
/// @param features hash of the feature definitions
/// @param views each feature view with the hash of its definition
public record Made(String definition, String policy, String features, Map<String, String> views) {
  public Made {
    views = Map.copyOf(views);
  }

  /// Reads the directory of a bundle.
  ///
  /// @throws dev.gnomon.core.BadInput when it is none
  public static Made of(Path bundle) {
    JsonNode manifest = CanonicalJson.read(bundle.resolve("bundle.json"));
    Map<String, String> views = new TreeMap<>();
    manifest
        .path("lineage")
        .forEachEntry((key, value) -> {
          if (key.startsWith(Manifest.VIEW)) {
            views.put(key.substring(Manifest.VIEW.length()), value.asString(""));
          }
        });
    try {
      Path definition = bundle.resolve("usecase.yaml");
      return new Made(
          java.nio.file.Files.exists(definition) ? BundleManifest.sha256(definition) : "",
          CanonicalJson.hash(CanonicalJson.read(bundle.resolve("policy.json"))),
          manifest.path("featurePlan").asString(""),
          views);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Made from(JsonNode json) {
    Map<String, String> views = new TreeMap<>();
    json.path("views").forEachEntry((key, value) -> views.put(key, value.asString("")));
    return new Made(
        json.path("definition").asString(""),
        json.path("policy").asString(""),
        json.path("features").asString(""),
        views);
  }

  void into(ObjectNode json) {
    json.put("definition", definition).put("policy", policy).put("features", features);
    ObjectNode node = json.putObject("views");
    views.forEach(node::put);
  }
}
