package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.SemanticVersion;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/// Lists the versions of one use case or of all.
@Command(
    name = "list",
    description = "List registered versions and the aliases that point at them.",
    footer = {"gnomon models list", "gnomon models list churn --json"})
final class ModelsList implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "A use case (default: all of the home).")
  private Optional<String> useCase = Optional.empty();

  ModelsList(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// What `--json` prints, one per version.
  record Line(
      String useCase,
      int version,
      String semver,
      List<String> aliases,
      boolean passed,
      String createdAt,
      String model,
      String headline,
      String bundle) {}

  @Override
  public Integer call() {
    Home home = common.home();
    List<Line> lines = new ArrayList<>();
    try (Registry registry = Versions.open(common, home, clock)) {
      List<String> names = useCase.map(List::of).orElseGet(registry::useCases);
      for (String name : names) {
        if (useCase.isPresent()) {
          Versions.find(registry, name, home);
        }
        Map<String, ModelVersion> aliases = registry.aliases(name);
        List<ModelVersion> versions = registry.versions(name);
        Map<Integer, SemanticVersion> numbers = SemanticVersion.of(versions);
        for (ModelVersion version : versions) {
          SemanticVersion number = Objects.requireNonNull(numbers.get(version.version()));
          lines.add(line(version, number.text(), aliases));
        }
      }
    }
    if (common.json()) {
      terminal.json(Map.of("versions", lines));
      return ExitCode.DONE;
    }
    for (Line line : lines) {
      terminal
          .out()
          .printf(
              "%s@%d %s%s  %s  %s  %s%n",
              line.useCase(),
              line.version(),
              line.semver(),
              line.aliases().isEmpty() ? "" : " (" + String.join(", ", line.aliases()) + ")",
              line.createdAt(),
              line.model(),
              line.headline());
    }
    if (lines.isEmpty()) {
      terminal.out().println("no version in " + home.root());
    }
    return ExitCode.DONE;
  }

  private static Line line(ModelVersion version, String semver, Map<String, ModelVersion> aliases) {
    var summary = JsonMapper.shared().readTree(version.summaryJson());
    return new Line(
        version.useCase(),
        version.version(),
        semver,
        aliases.entrySet().stream()
            .filter(alias -> alias.getValue().version() == version.version())
            .map(Map.Entry::getKey)
            .toList(),
        version.passed(),
        version.createdAt().toString(),
        summary.path("chosen").asString(""),
        summary.path("headline").asString(""),
        version.bundleHash());
  }
}
