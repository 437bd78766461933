package dev.gnomon.registry.spi;

import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.ModelVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Keeps the rows of the registry. It knows none of the rules, which are
/// [dev.gnomon.registry.Registry]'s: an engine stores and finds.
///
/// Used by many threads. Times are kept to the microsecond. A store that can't be read or written
/// throws [java.io.UncheckedIOException].
public interface RegistryStore extends AutoCloseable {
  /// Runs the work as the only writer, in this process and in others; what it wrote is on disk on
  /// return, and nothing of it is if it throws. The work calls the methods below; it is not nested.
  <T> T write(Supplier<T> work);

  /// Within [#write] only.
  void insert(ModelVersion version);

  /// Within [#write] only; never replaces an entry.
  void append(LedgerEntry entry);

  /// Sorted.
  List<String> useCases();

  /// By ascending version.
  List<ModelVersion> versions(String useCase);

  /// Those with numbers from one to another, both included.
  List<ModelVersion> versions(String useCase, int from, int to);

  Optional<ModelVersion> version(String useCase, int version);

  /// The version with that bundle.
  Optional<ModelVersion> versionOf(String useCase, String bundleHash);

  /// The newest entry of all.
  Optional<LedgerEntry> lastEntry();

  /// The newest entry of a subject at or before a time.
  Optional<LedgerEntry> lastEntry(String kind, String useCase, String subject, Instant until);

  /// All entries of a kind for a use case, oldest first.
  List<LedgerEntry> entries(String kind, String useCase);

  /// By ascending sequence, beginning behind `after`.
  List<LedgerEntry> ledger(long after, int limit);

  /// The newest entry at or before a time of each subject of these kinds.
  List<LedgerEntry> lastEntries(Set<String> kinds, String useCase, Instant until);

  /// As [#ledger(long, int)], of one use case or kind only.
  ///
  /// @param useCase null for all; likewise the kind
  List<LedgerEntry> ledger(long after, int limit, @Nullable String useCase, @Nullable String kind);

  /// All that entries are about, sorted.
  List<String> ledgerUseCases();

  /// Writes a consistent copy to a file that does not exist yet; reads and writes go on meanwhile.
  void backup(Path file) throws IOException;

  @Override
  void close();
}
