package dev.gnomon.registry;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.registry.spi.RegistryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The number and hash of a ledger's last entry, in a file of one line beside the store: what a
/// chain can't tell by itself is that its end was cut off, or all of it written anew.
///
/// The file is written after each change, so it may lag behind the ledger by what came since, but
/// is never ahead of it. One that is not on the chain is left as it is: otherwise the next change
/// would wipe out the trace.
final class LedgerHead {
  private static final Pattern LINE = Pattern.compile("([0-9]{1,18}) ([0-9a-f]{64})\\s*");

  private final Path file;

  LedgerHead(Path file) {
    this.file = file;
  }

  record Anchor(long sequence, String hash) {
    /// What is wrong with a ledger by this anchor.
    Optional<LedgerCheck.Bad> against(RegistryStore store, String name) {
      if (sequence == 0) {
        return Optional.empty();
      }
      List<LedgerEntry> found = store.ledger(sequence - 1, 1);
      if (found.isEmpty()) {
        long last = store.lastEntry().map(LedgerEntry::sequence).orElse(0L);
        return Optional.of(
            new LedgerCheck.Bad(
                last + 1,
                "entry %d and all behind it are cut off: %s knows %d entries"
                    .formatted(last + 1, name, sequence)));
      }
      LedgerEntry entry = found.getFirst();
      return entry.sequence() == sequence && entry.hash().equals(hash)
          ? Optional.empty()
          : Optional.of(
              new LedgerCheck.Bad(
                  sequence,
                  "entry %d is not the one that %s knows: it, or one before it, was replaced"
                      .formatted(sequence, name)));
    }
  }

  String name() {
    return file.getFileName().toString();
  }

  boolean exists() {
    return Files.exists(file);
  }

  /// Empty when there is no file, or none that can be understood.
  Optional<Anchor> read() {
    try {
      Matcher line = LINE.matcher(Files.readString(file, StandardCharsets.US_ASCII));
      return line.matches()
          ? Optional.of(new Anchor(Long.parseLong(line.group(1)), line.group(2)))
          : Optional.empty();
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Brings the file to the end of the ledger.
  synchronized void advance(RegistryStore store) {
    Optional<LedgerEntry> last = store.lastEntry();
    if (last.isEmpty()) {
      return;
    }
    Optional<Anchor> before = read();
    if (before.isPresent()) {
      if (before.get().sequence() >= last.get().sequence()
          || before.get().against(store, name()).isPresent()) {
        return;
      }
    } else if (exists()) {
      return;
    }
    try {
      AtomicFiles.writeString(file, "%d %s\n".formatted(last.get().sequence(), last.get().hash()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
