package dev.gnomon.cli;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.SemanticVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Shows what one version is made of.
@Command(
    name = "show",
    description = "Show what a version is made of: inputs, model, where it comes from, metrics.",
    footer = {"gnomon models show churn", "gnomon models show churn@3 --json"})
final class ModelsShow implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "NAME[@VERSION]",
      description = "A use case, and a version or an alias (default: champion, else the newest).")
  private String name = "";

  ModelsShow(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    Home home = common.home();
    ModelVersion version;
    List<String> aliases;
    SemanticVersion number;
    Path bundle;
    try (Registry registry = Versions.open(common, home, clock)) {
      version = Versions.find(registry, name, home);
      bundle = Versions.bundle(registry, version, home);
      number =
          Objects.requireNonNull(
              SemanticVersion.of(registry.versions(version.useCase())).get(version.version()));
      aliases =
          registry.aliases(version.useCase()).entrySet().stream()
              .filter(alias -> alias.getValue().version() == version.version())
              .map(Map.Entry::getKey)
              .toList();
    }
    JsonNode manifest = CanonicalJson.read(bundle.resolve("bundle.json"));
    if (common.json()) {
      ObjectNode json = CanonicalJson.object().put("useCase", version.useCase());
      json.put("version", version.version()).put("bundle", version.bundleHash());
      json.put("createdAt", version.createdAt().toString()).put("passed", version.passed());
      json.put("semver", number.text());
      ArrayNode list = json.putArray("aliases");
      aliases.forEach(list::add);
      json.set("manifest", manifest);
      terminal.json(json);
      return ExitCode.DONE;
    }
    var out = terminal.out();
    out.println(
        terminal.bold("%s version %d".formatted(version.useCase(), version.version()))
            + (aliases.isEmpty() ? "" : " (" + String.join(", ", aliases) + ")"));
    out.println("semantic version: " + number.text() + " (" + number.change() + ")");
    out.println("made: " + version.createdAt());
    out.println("bundle: " + version.bundleHash());
    out.println("model: " + manifest.path("modelKind").asString(""));
    manifest
        .path("lineage")
        .forEachEntry((key, value) -> out.println(key + ": " + value.asString("")));
    int inputs = manifest.path("inputs").asInt(0);
    out.println("inputs:");
    for (int i = 0; i < inputs; i++) {
      JsonNode field = manifest.path("row").path(i);
      out.printf("  %s  %s%n", field.path("name").asString(""), field.path("type").asString(""));
    }
    out.println("test metrics:");
    manifest
        .path("metrics")
        .forEachEntry((key, value) -> out.printf("  %s  %s%n", key, value.asString("")));
    return ExitCode.DONE;
  }
}
