package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.models.Bundle;
import dev.gnomon.monitoring.Monitor;
import dev.gnomon.monitoring.MonitorJson;
import dev.gnomon.monitoring.MonitorReport;
import dev.gnomon.monitoring.MonitorText;
import dev.gnomon.monitoring.Reference;
import dev.gnomon.monitoring.Window;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Reads the logs of a use case and says what moved, what it costs and what to do.
@Command(
    name = "monitor",
    description = "What moved, what decisions cost and brought, and what to do.",
    footer = {
      "gnomon monitor usecase.yaml",
      "gnomon monitor churn --home /srv/gnomon --days 7",
      "gnomon monitor churn --from 2024-11-01 --to 2024-12-01 --json"
    })
final class MonitorCommand implements Callable<Integer> {
  private static final String CHAMPION = "champion";

  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "NAME|FILE",
      description = "A use case of the home, or its file.",
      arity = "1")
  private String target = "";

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "From this time on: a date or a time in UTC (default: all decisions).")
  private Optional<String> from = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "TIME",
      description = "Before this time; a date means its start.")
  private Optional<String> to = Optional.empty();

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "The last N days; not together with --from.")
  private Optional<Integer> days = Optional.empty();

  MonitorCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// A use case with what is live of it.
  private record Watched(UseCase useCase, Reference reference, Home home) {}

  @Override
  public Integer call() throws IOException {
    Window window = window();
    Watched watched = watched();
    MonitorReport report =
        Monitor.run(watched.useCase, watched.reference, watched.home, window, clock);
    if (common.json()) {
      terminal.json(MonitorJson.tree(report));
    } else {
      terminal.out().print(MonitorText.render(report));
    }
    return ExitCode.DONE;
  }

  private Watched watched() throws IOException {
    Path file = Path.of(target);
    if (target.endsWith(".yaml") || target.endsWith(".yml") || Files.isRegularFile(file)) {
      Home home = common.homeBeside(file);
      UseCase useCase = UseCaseReader.read(file);
      Optional<Live> live = live(home, useCase.name());
      return new Watched(useCase, live.map(Live::reference).orElseGet(Reference::none), home);
    }
    Home home = common.home();
    Live live =
        live(home, target)
            .orElseThrow(() ->
                new BadInput(
                    target,
                    "no version of a use case of this name is live in " + home.root(),
                    "the use-case file, or --home DIR of the home it is served from"));
    UseCase useCase =
        UseCaseReader.parse(
            live.bundle.manifest().definition(), home.root().resolve(target + ".yaml"));
    return new Watched(useCase, live.reference(), home);
  }

  private record Live(int version, Bundle bundle) {
    Reference reference() {
      return Reference.of(version, bundle);
    }
  }

  private Optional<Live> live(Home home, String name) throws IOException {
    if (!Files.exists(home.registry())) {
      return Optional.empty(); // looking must not create one
    }
    try (Registry registry = common.registry(home, clock)) {
      Optional<ModelVersion> version = registry.alias(name, CHAMPION);
      if (version.isEmpty()) {
        return Optional.empty();
      }
      Path bundle = new BundleStore(home.bundles()).open(version.get().bundleHash());
      return Optional.of(new Live(version.get().version(), Bundle.load(bundle)));
    }
  }

  private Window window() {
    if (days.isPresent()) {
      if (from.isPresent() || days.get() < 1 || days.get() > 36_500) {
        throw new BadInput("--days", "'%d'".formatted(days.get()), "1 to 36500, without --from");
      }
      long now = Times.micros(clock.instant());
      long end = to.isPresent() ? time("--to", to.get()) : now + 1;
      return new Window(end - days.get() * Times.DAY, end);
    }
    long begin = from.isPresent() ? time("--from", from.get()) : Window.ALL.from();
    long end = to.isPresent() ? time("--to", to.get()) : Window.ALL.to();
    if (begin >= end) {
      throw new BadInput(
          "--to", "'%s', which is not after --from".formatted(to.orElse("")), "a later time");
    }
    return new Window(begin, end);
  }

  private static long time(String option, String text) {
    try {
      return Times.micros(
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
              : Instant.parse(text));
    } catch (DateTimeParseException e) {
      throw new BadInput(option, "'" + text + "'", "2024-11-01 or 2024-11-01T12:00:00Z");
    }
  }
}
