package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.DataReport;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.OnlineMemory;
import dev.gnomon.features.TrainingSets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Says whether a use-case file and its data are valid, before anything is computed from them.
@Command(
    name = "check",
    description = "Check a use-case file and its data; exit code 1 when a rule forbids their use.",
    footer = {"gnomon check usecase.yaml", "gnomon check usecase.yaml --json"})
final class CheckCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("");

  CheckCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    UseCase useCase = UseCaseReader.read(file);
    Home home = common.homeBeside(file);
    FileEngine engine = FileEngines.find();
    DataCheck.Outcome checked;
    try (ProgressBar progress = terminal.progress()) {
      checked = DataCheck.run(useCase, engine, home, progress, clock);
    }
    DataReport report = checked.report();
    if (common.json()) {
      terminal.json(report);
    } else {
      terminal.out().println(report.text());
    }
    report.requireUsable();
    // Features that can't be computed are found here, not by the first training.
    SourceReaders sources = SourceReaders.checked(checked, engine, useCase);
    FeaturePlan plan = FeaturePlan.compile(useCase, TrainingSets.schemas(useCase, sources));
    if (!common.json()) {
      OnlineMemory.of(plan).forEach(memory -> terminal.out().println(memory.text()));
    }
    return ExitCode.DONE;
  }
}
