package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.RecordJson;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.SemanticVersion;
import dev.gnomon.training.Comparison;
import dev.gnomon.training.VersionDifference;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// Says how two versions differ: inputs, features, learner, definition, metrics.
@Command(
    name = "compare",
    description = {
      "Say how two versions differ: inputs, features, learner and settings, definition, metrics.",
      "Where the data are still there, both are measured on the test rows they share, with tests."
    },
    footer = {"gnomon models compare churn 3 4", "gnomon models compare churn champion 4 --json"})
final class ModelsCompare implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(index = "0", paramLabel = "NAME", description = "A use case.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "A", description = "A version or an alias.")
  private String first = "";

  @Parameters(index = "2", paramLabel = "B", description = "Another one.")
  private String second = "";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The use-case file, to find the data (default: beside the home).")
  private Optional<Path> file = Optional.empty();

  ModelsCompare(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    Home home = file.map(common::homeBeside).orElseGet(common::home);
    ModelVersion a;
    ModelVersion b;
    Map<Integer, SemanticVersion> numbers;
    VersionDifference difference;
    try (Registry registry = Versions.open(common, home, clock)) {
      a = Versions.find(registry, name + "@" + first, home);
      b = Versions.find(registry, name + "@" + second, home);
      numbers = SemanticVersion.of(registry.versions(name));
      if (a.version() == b.version()) {
        throw new BadInput(
            "'%s' and '%s'".formatted(first, second),
            "both are version " + a.version(),
            "two versions");
      }
      difference =
          VersionDifference.between(
              Versions.bundle(registry, a, home), Versions.bundle(registry, b, home));
    }
    @Nullable Comparison measured = null;
    String why = "";
    try (ProgressBar bar = terminal.progress()) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      Path at = file.orElse(home.root().toAbsolutePath().resolveSibling("usecase.yaml"));
      measured = Compare.measure(a, b, at.toAbsolutePath(), home, clock, progress);
    } catch (BadInput | Refusal e) {
      why = String.valueOf(e.getMessage());
    }
    if (common.json()) {
      ObjectNode json = CanonicalJson.object().put("useCase", name);
      json.put("first", a.version()).put("second", b.version());
      json.put("firstSemver", text(numbers, a)).put("secondSemver", text(numbers, b));
      json.set("difference", difference.json());
      if (measured != null) {
        json.set("measured", RecordJson.node(measured));
      } else {
        json.put("notMeasured", why);
      }
      terminal.json(json);
      return ExitCode.DONE;
    }
    PrintStream out = terminal.out();
    out.println(
        terminal.bold(
            "%s: version %d (%s) and version %d (%s)"
                .formatted(name, a.version(), text(numbers, a), b.version(), text(numbers, b))));
    print(difference, out);
    if (measured != null) {
      out.println();
      Compare.print(measured, terminal);
    } else {
      metrics(difference, out);
      out.println("Not measured on the same rows: " + why);
    }
    return ExitCode.DONE;
  }

  private static String text(Map<Integer, SemanticVersion> numbers, ModelVersion version) {
    SemanticVersion number = numbers.get(version.version());
    return number == null ? "" : number.text();
  }

  private void print(VersionDifference difference, PrintStream out) {
    list("inputs added", difference.inputsAdded(), out);
    list("inputs removed", difference.inputsRemoved(), out);
    list("inputs of another type", difference.inputsRetyped(), out);
    if (difference.inputsAdded().isEmpty()
        && difference.inputsRemoved().isEmpty()
        && difference.inputsRetyped().isEmpty()) {
      out.println("the same inputs");
    }
    if (!difference.changes().isEmpty()) {
      TextTable table = new TextTable(List.of("", "first", "second"));
      difference
          .changes()
          .forEach((name, pair) -> table.add(List.of("  " + name, pair.first(), pair.second())));
      table.lines(terminal.width()).forEach(out::println);
    }
    list("definition", difference.definition(), out);
  }

  private static void list(String title, List<String> texts, PrintStream out) {
    if (!texts.isEmpty()) {
      out.println(title + ":");
      texts.forEach(text -> out.println("  " + text));
    }
  }

  private void metrics(VersionDifference difference, PrintStream out) {
    TextTable table =
        new TextTable(List.of("test metrics, each as it was measured", "first", "second"));
    difference
        .metrics()
        .forEach((name, both) ->
            table.add(List.of("  " + name, figure(both.first()), figure(both.second()))));
    table.lines(terminal.width()).forEach(out::println);
  }

  private static String figure(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "-";
  }
}
