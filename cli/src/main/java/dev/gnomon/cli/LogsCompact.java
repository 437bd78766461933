package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.DirectoryLock;
import dev.gnomon.core.Home;
import dev.gnomon.data.FileEngines;
import dev.gnomon.serving.LogCompaction;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Copies logs to Parquet.
@Command(
    name = "compact",
    description = {
      "Copy what is new in the logs to Parquet files below parquet/ in the home.",
      "The logs stay: the server rebuilds its state from them. Not while a server uses the home."
    },
    footer = {"gnomon logs compact", "gnomon logs compact churn --home /srv/gnomon --json"})
final class LogsCompact implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "A use case or a source; all when left out.")
  private String name = "";

  LogsCompact(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Home home = common.home();
    if (!Files.isDirectory(home.root())) { // taking the lock would make one
      throw new BadInput(
          home.root().toString(), "no such folder", "--home DIR, one that holds state");
    }
    List<LogCompaction.Copied> copied;
    try (DirectoryLock _ = home.lock()) {
      copied = new LogCompaction(home, FileEngines.find()).run(name);
    }
    if (copied.isEmpty()) {
      throw new BadInput(
          home.logs().toString(),
          name.isEmpty() ? "there are no logs" : "there is no log of '%s'".formatted(name),
          "a use case or source that was served");
    }
    if (common.json()) {
      terminal.json(copied);
    } else {
      copied.forEach(one ->
          terminal
              .out()
              .printf("%s: %,d records in %,d files%n", one.log(), one.records(), one.files()));
    }
    return ExitCode.DONE;
  }
}
