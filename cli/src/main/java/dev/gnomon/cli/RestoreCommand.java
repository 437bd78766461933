package dev.gnomon.cli;

import dev.gnomon.backup.Restore;
import dev.gnomon.core.Home;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.LedgerCheck;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.security.TokenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Makes a home out of a backup.
@Command(
    name = "restore",
    description = "Make a new home out of a backup, after checking every file of it.",
    footer = {"gnomon restore monday.zip --home /srv/gnomon"})
final class RestoreCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "ZIP", description = "A file that 'gnomon backup' wrote.")
  private Path backup = Path.of("");

  RestoreCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    Home home = common.home();
    Restore.Summary summary = Restore.read(backup, home);
    checkLedger(home, summary);
    List<String> usable =
        new TokenFile(home.tokens())
            .read().stream()
                .filter(token -> token.usable(clock.instant()))
                .map(token -> "%s (%s)".formatted(token.name(), token.id()))
                .toList();
    if (!usable.isEmpty()) {
      terminal
          .err()
          .printf(
              "Tokens that can be used, as when it was backed up: %s. What was revoked since, revoke again: gnomon token revoke NAME --home %s%n",
              String.join(", ", usable), home.root());
    }
    if (common.json()) {
      terminal.json(summary);
    } else {
      terminal
          .out()
          .printf(
              "%s: %,d files, %,d bytes, %,d ledger entries, all as they were%n",
              summary.home(), summary.files(), summary.bytes(), summary.ledgerEntries());
    }
    return ExitCode.DONE;
  }

  /// The checksums say that the file is what was backed up; this says that the ledger in it reaches
  /// at least as far as when the backup began, and holds.
  private void checkLedger(Home home, Restore.Summary summary) {
    try (Registry registry = Registry.open(home, Optional.empty(), Map.of(), clock)) {
      LedgerCheck check = registry.verifyLedger();
      List<LedgerEntry> last =
          summary.ledgerEntries() == 0
              ? List.of()
              : registry.ledger(summary.ledgerEntries() - 1, 1);
      boolean reaches =
          summary.ledgerEntries() == 0
              || (!last.isEmpty() && last.getFirst().hash().equals(summary.ledgerHead()));
      if (!check.intact() || !reaches) {
        throw new Refusal(
            "ledger in " + summary.home(),
            check.problem().orElse("shorter than the backup says"),
            "the state was restored as it was backed up; look into the ledger before using it");
      }
    }
  }
}
