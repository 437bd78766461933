package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Shows the evaluation that a version carries in its bundle.
@Command(
    name = "evaluate",
    description = "Show the evaluation of a version: its headline and the path of its report.",
    footer = {"gnomon evaluate usecase.yaml", "gnomon evaluate churn --version 3 --json"})
final class Evaluate implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "NAME|FILE", description = "A use case by its name or its file.")
  private String useCase = "";

  @Option(
      names = "--version",
      paramLabel = "N",
      description = "The version (default: the champion, else the newest).")
  private Optional<Integer> version = Optional.empty();

  Evaluate(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    boolean isFile = useCase.endsWith(".yaml") || useCase.endsWith(".yml");
    Path file = Path.of(isFile ? useCase : ".");
    Home home = isFile ? common.homeBeside(file) : common.home();
    String name = isFile ? UseCaseReader.read(file).name() : useCase;
    ModelVersion found;
    try (Registry registry = common.registry(home, clock)) {
      found = find(registry, name, home);
    }
    Path bundle = new BundleStore(home.bundles()).open(found.bundleHash());
    if (common.json()) {
      terminal.out().print(Files.readString(bundle.resolve("evaluation.json")));
    } else {
      terminal
          .out()
          .println(
              terminal.bold(
                  CanonicalJson.read(bundle.resolve("evaluation.json"))
                      .path("headline")
                      .asString("")));
      terminal.out().printf("%s version %d%n", name, found.version());
      // The report of the home says more than the one that travels with the bundle.
      Path own = home.reports().resolve(name).resolve("v" + found.version()).resolve("report.html");
      terminal
          .out()
          .println("report: " + (Files.exists(own) ? own : bundle.resolve("report.html")));
    }
    return ExitCode.DONE;
  }

  private ModelVersion find(Registry registry, String name, Home home) {
    if (version.isPresent()) {
      return registry
          .version(name, version.get())
          .orElseThrow(() ->
              new BadInput(
                  "--version " + version.get(),
                  "'%s' has %d versions".formatted(name, registry.versions(name).size()),
                  "one of them"));
    }
    return registry
        .alias(name, "champion")
        .or(() -> registry.versions(name).stream().reduce((_, last) -> last))
        .orElseThrow(() ->
            new BadInput(
                "'" + name + "'",
                "no version in " + home.root(),
                "a use case that was trained there; known: "
                    + String.join(", ", registry.useCases())));
  }
}
