package dev.gnomon.engines.registry;

import dev.gnomon.engines.sql.SqliteDatabase;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.spi.RegistryStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// Copies the registry of another store into a new SQLite file.
final class RegistryCopy {
  private static final int PAGE = 1_000;

  private RegistryCopy() {}

  /// What is appended meanwhile is left out. The ledger is read up to an end taken first, and of
  /// versions only those are copied that it registers: nothing in it ever changes, so that this is
  /// the registry as it was at that end.
  static void write(RegistryStore from, Path file) throws IOException {
    long end = from.lastEntry().map(LedgerEntry::sequence).orElse(0L);
    try (SqlRegistryStore to = SqlRegistryStore.sqlite(file)) {
      var _ =
          to.write(() -> {
            long copied = 0;
            while (copied < end) {
              List<LedgerEntry> page = from.ledger(copied, (int) Math.min(PAGE, end - copied));
              for (LedgerEntry entry : page) {
                to.append(entry);
                if (entry.kind().equals("register")) {
                  from.version(entry.useCase(), Integer.parseInt(entry.subject()))
                      .ifPresent(to::insert);
                }
              }
              if (page.isEmpty()) {
                break;
              }
              copied = page.getLast().sequence();
            }
            return copied;
          });
    }
    // The last to close it brought everything into the one file.
    Files.deleteIfExists(SqliteDatabase.lockFile(file));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
