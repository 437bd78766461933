package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/// Finds a registered version by what a user writes.
final class Versions {
  private Versions() {}

  /// The registry of a home that has one; opening another would make it.
  ///
  /// @throws BadInput when there is none
  static Registry open(CommonOptions common, Home home, InstantSource clock) {
    if (common.registryInHome() && !Files.exists(home.registry())) {
      throw new BadInput(
          home.root().toString(),
          "no version was ever registered there",
          "the home of a trained use case: run it beside the file, or name it with --home");
    }
    return common.registry(home, clock);
  }

  /// The directory of a version's bundle.
  ///
  /// @throws BadInput if it was removed
  static Path bundle(Registry registry, ModelVersion version, Home home) throws IOException {
    BundleStore bundles = new BundleStore(home.bundles());
    if (!bundles.has(version.bundleHash())
        && registry.isRemoved(version.useCase(), version.version())) {
      throw new BadInput(
          "%s@%d".formatted(version.useCase(), version.version()),
          "its bundle was removed",
          "gnomon models card %s %d shows what the registry still knows"
              .formatted(version.useCase(), version.version()));
    }
    return bundles.open(version.bundleHash());
  }

  /// @param text `churn` (its champion, else its newest), `churn@3`, or `churn@challenger`
  /// @throws BadInput when there is none, naming those there are
  static ModelVersion find(Registry registry, String text, Home home) {
    int at = text.indexOf('@');
    String name = at < 0 ? text : text.substring(0, at);
    var versions = registry.versions(name);
    if (versions.isEmpty()) {
      throw new BadInput(
          "'" + name + "'",
          "no version in " + home.root(),
          "a use case that was trained there; known: " + String.join(", ", registry.useCases()));
    }
    if (at < 0) {
      return registry.alias(name, "champion").orElseGet(versions::getLast);
    }
    String which = text.substring(at + 1);
    Map<String, ModelVersion> named = new TreeMap<>(registry.aliases(name));
    for (ModelVersion version : versions) {
      named.put(Integer.toString(version.version()), version);
    }
    ModelVersion found = named.get(which);
    if (found == null) {
      throw new BadInput(
          "'" + text + "'",
          "no version or alias '" + which + "'",
          "one of " + String.join(", ", named.keySet()));
    }
    return found;
  }
}
