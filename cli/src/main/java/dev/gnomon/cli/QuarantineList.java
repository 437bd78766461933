package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Counts what is set aside.
@Command(
    name = "list",
    description =
        "Count the rows set aside, by source and reason; those of files as of the last check.",
    footer = {"gnomon quarantine list usecase.yaml", "gnomon quarantine list usecase.yaml --json"})
final class QuarantineList implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(index = "0", paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("");

  @Parameters(index = "1", arity = "0..1", paramLabel = "SOURCE", description = "Only this source.")
  private Optional<String> source = Optional.empty();

  QuarantineList(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    UseCase useCase = UseCaseReader.read(file);
    Home home = common.homeBeside(file);
    List<SetAside.Counts> all = new ArrayList<>();
    for (SourceSpec spec : SetAside.sources(useCase, source)) {
      all.add(SetAside.counts(home, spec.name()));
    }
    if (common.json()) {
      terminal.json(all);
      return ExitCode.DONE;
    }
    boolean none = true;
    for (SetAside.Counts one : all) {
      none &= one.posted().isEmpty() && one.files().isEmpty();
      one.posted().forEach((reason, rows) -> print(one.source(), "posted", rows, reason));
      one.files().forEach((reason, rows) -> print(one.source(), "in files", rows, reason));
    }
    if (none) {
      terminal.out().println("no rows are set aside");
    }
    return ExitCode.DONE;
  }

  private void print(String name, String where, long rows, String reason) {
    terminal.out().printf("%s  %-8s  %,8d  %s%n", name, where, rows, reason);
  }
}
