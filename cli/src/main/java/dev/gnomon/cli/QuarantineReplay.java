package dev.gnomon.cli;

import dev.gnomon.core.DirectoryLock;
import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReader;
import dev.gnomon.log.LogSettings;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.QuarantineLog;
import dev.gnomon.serving.SourceIntake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Judges rows set aside again.
@Command(
    name = "replay",
    description = {
      "Put the rows set aside through the checks of the file again. Posted rows that pass are taken",
      "as rows that became known now; a server reads them when it starts. Rows of files stay in",
      "their files: those that pass now come back with the next reading. Not while a server uses",
      "the home: ask it with POST /v1/sources/NAME/quarantine:replay."
    },
    footer = {
      "gnomon quarantine replay usecase.yaml",
      "gnomon quarantine replay usecase.yaml payments --json"
    })
final class QuarantineReplay implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(index = "0", paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("");

  @Parameters(index = "1", arity = "0..1", paramLabel = "SOURCE", description = "Only this source.")
  private Optional<String> source = Optional.empty();

  /// What `--json` prints.
  ///
  /// @param files rows of files that are set aside now, by source and reason
  record Result(Map<String, SourceIntake.Replayed> posted, Map<String, Map<String, Long>> files) {}

  QuarantineReplay(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    UseCase useCase = UseCaseReader.read(file);
    Home home = common.homeBeside(file);
    Map<String, SourceIntake.Replayed> posted = new LinkedHashMap<>();
    Map<String, Map<String, Long>> files = new LinkedHashMap<>();
    try (DirectoryLock _ = home.lock();
        ProgressBar bar = terminal.progress()) {
      List<SourceSpec> specs = SetAside.sources(useCase, source);
      boolean ofFiles =
          specs.stream().anyMatch(s -> SetAside.newestFile(home, s.name()).isPresent());
      if (ofFiles) {
        for (SourceSpec spec : specs) {
          for (Path old : SetAside.files(home, spec.name()).toList()) {
            Files.delete(old);
          }
        }
        // Writes the files of what fails still.
        var _ = DataCheck.run(useCase, FileEngines.find(), home, bar, clock);
      }
      for (SourceSpec spec : specs) {
        SetAside.newestFile(home, spec.name())
            .ifPresent(_ -> files.put(spec.name(), SetAside.counts(home, spec.name()).files()));
        if (Files.exists(home.quarantine(spec.name()))) {
          posted.put(spec.name(), replay(home, spec));
        }
      }
    }
    if (common.json()) {
      terminal.json(new Result(posted, files));
      return ExitCode.DONE;
    }
    posted.forEach((name, one) -> {
      terminal
          .out()
          .printf(
              "%s: %,d posted rows taken (%,d of them known already)%n",
              name, one.taken(), one.repeated());
      one.failing()
          .forEach((reason, rows) -> terminal.out().printf("  %,d stay: %s%n", rows, reason));
    });
    files.forEach((name, one) ->
        one.forEach((reason, rows) ->
            terminal.out().printf("%s: %,d rows of files stay: %s%n", name, rows, reason)));
    if (posted.isEmpty() && files.isEmpty()) {
      terminal.out().println("no rows are set aside any more");
    }
    return ExitCode.DONE;
  }

  private SourceIntake.Replayed replay(Home home, SourceSpec spec) throws IOException {
    try (SourceIntake intake =
        new SourceIntake(
            spec,
            SourceReader.of(FileEngines.find(), spec, List.of()).schema(),
            spec.checks(),
            SegmentedLog.open(
                home.events(spec.name()), LogSettings.DEFAULT.withSegmentBytes(8 << 20)),
            QuarantineLog.open(home, spec.name(), spec.id()),
            List.of(),
            ArrivalClock.wall(clock))) {
      return intake.replayQuarantine();
    }
  }
}
