package dev.gnomon.cli;

import dev.gnomon.backup.Backup;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.registry.Registry;
import dev.gnomon.tracking.Tracking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Copies all state into one file, also while a server uses it.
@Command(
    name = "backup",
    description = "Copy all state into one zip, while the server runs.",
    footer = {
      "gnomon backup monday.zip",
      "gnomon backup /mnt/monday.zip --home /srv/gnomon --json"
    })
final class BackupCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "ZIP", description = "The file to write; it must not exist.")
  private Path target = Path.of("");

  BackupCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    Home home = common.home();
    if (!Files.isDirectory(home.root())) { // before opening the registry, which would make one
      throw new BadInput(
          home.root().toString(), "no such folder", "--home DIR, one that holds state");
    }
    Backup.Summary summary;
    try (Registry registry = common.registry(home, clock);
        Tracking tracking =
            common.registryInHome() && Files.exists(home.tracking())
                ? common.tracking(home, clock)
                : null) {
      summary = Backup.write(home, registry, tracking, target);
    }
    common.address(home.tracking()).copiedBy().ifPresent(terminal.err()::println);
    if (common.json()) {
      terminal.json(summary);
    } else {
      terminal
          .out()
          .printf(
              "%s: %,d files, %,d bytes, %,d log records, %,d ledger entries%n",
              summary.file(),
              summary.files(),
              summary.bytes(),
              summary.logRecords(),
              summary.ledgerEntries());
      summary.notes().forEach(note -> terminal.err().println("damaged, copied as it is: " + note));
    }
    return ExitCode.DONE;
  }
}
