package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Shows rows that are set aside.
@Command(
    name = "show",
    description = "Show the rows set aside, oldest first, with the reason.",
    footer = {
      "gnomon quarantine show usecase.yaml payments",
      "gnomon quarantine show usecase.yaml payments --most 5 --json"
    })
final class QuarantineShow implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(index = "0", paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("");

  @Parameters(index = "1", paramLabel = "SOURCE", description = "The source.")
  private String source = "";

  @Option(
      names = "--most",
      paramLabel = "N",
      description = "At most so many rows (default: ${DEFAULT-VALUE}).")
  private int most = 20;

  QuarantineShow(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    UseCase useCase = UseCaseReader.read(file);
    Home home = common.homeBeside(file);
    String name = SetAside.sources(useCase, Optional.of(source)).getFirst().name();
    List<SetAside.Row> rows = SetAside.rows(home, name, most);
    if (common.json()) {
      terminal.json(rows);
      return ExitCode.DONE;
    }
    if (rows.isEmpty()) {
      terminal.out().println("no rows are set aside");
    }
    for (SetAside.Row row : rows) {
      terminal.out().printf("%s %s: %s%n  %s%n", row.where(), row.at(), row.reason(), row.values());
    }
    return ExitCode.DONE;
  }
}
