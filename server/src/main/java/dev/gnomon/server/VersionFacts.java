package dev.gnomon.server;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.models.Manifest;
import dev.gnomon.registry.BundleStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;

/// What registered versions were trained on, as their bundles say: read once, since a bundle never
/// changes.
final class VersionFacts {
  private final BundleStore bundles;
  private final Map<String, Facts> known = new ConcurrentHashMap<>();

  VersionFacts(BundleStore bundles) {
    this.bundles = bundles;
  }

  /// @param views hash by the name of the view; empty for bundles of before they were noted
  /// @param useCase its file then; empty when it can't be read any more
  record Facts(Map<String, String> views, Optional<UseCase> useCase) {
    static final Facts NONE = new Facts(Map.of(), Optional.empty());
  }

  Facts of(String bundleHash) {
    return known.computeIfAbsent(bundleHash, this::read);
  }

  private Facts read(String hash) {
    try {
      Path bundle = bundles.open(hash);
      JsonNode lineage = CanonicalJson.read(bundle.resolve("bundle.json")).path("lineage");
      Map<String, String> views = new TreeMap<>();
      lineage.forEachEntry((name, value) -> {
        if (name.startsWith(Manifest.VIEW)) {
          views.put(name.substring(Manifest.VIEW.length()), value.asString(""));
        }
      });
      return new Facts(views, useCase(bundle.resolve("usecase.yaml")));
    } catch (IOException | BadInput | Refusal gone) {
      return Facts.NONE; // a damaged or deleted bundle takes nothing from the page but its line
    }
  }

  private static Optional<UseCase> useCase(Path file) throws IOException {
    String text = Files.readString(file);
    try {
      return Optional.of(UseCaseReader.parse(text, file));
    } catch (BadInput stated) {
      return Optional.empty();
    }
  }
}
