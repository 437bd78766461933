package dev.gnomon.cli;

import dev.gnomon.core.DirectoryLock;
import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.serving.QuarantineLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Deletes rows that are set aside.
@Command(
    name = "drop",
    description = {
      "Delete posted rows that are set aside, for good. Rows of files are not touched: correct the",
      "files. Not while a server uses the home."
    },
    footer = {
      "gnomon quarantine drop usecase.yaml payments",
      "gnomon quarantine drop usecase.yaml payments --reason 'not amount between 0 and 100'"
    })
final class QuarantineDrop implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(index = "0", paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("");

  @Parameters(index = "1", paramLabel = "SOURCE", description = "The source.")
  private String source = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Only rows with this reason, as `list` shows it.")
  private Optional<String> reason = Optional.empty();

  /// What `--json` prints.
  record Result(String source, int dropped, int left) {}

  QuarantineDrop(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    UseCase useCase = UseCaseReader.read(file);
    Home home = common.homeBeside(file);
    String name = SetAside.sources(useCase, Optional.of(source)).getFirst().name();
    int before;
    int left;
    if (!Files.exists(home.quarantine(name))) { // taking the lock would make a home
      before = 0;
      left = 0;
    } else {
      try (DirectoryLock _ = home.lock()) {
        QuarantineLog log = QuarantineLog.open(home, name, Optional.empty());
        before = log.rows();
        log.sift(held ->
            held.stream()
                .filter(row -> !reason.orElse(row.reason()).equals(row.reason()))
                .toList());
        left = log.rows();
      }
    }
    if (common.json()) {
      terminal.json(new Result(name, before - left, left));
    } else {
      terminal.out().printf("%s: %,d rows dropped, %,d left%n", name, before - left, left);
    }
    return ExitCode.DONE;
  }
}
