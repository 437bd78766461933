package dev.gnomon.registry.internal;

import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.spi.RegistryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Keeps the registry for the life of the process: for tests and first looks.
public final class MemoryRegistryStore implements RegistryStore {
  private final List<ModelVersion> versions = new ArrayList<>();
  private final List<LedgerEntry> ledger = new ArrayList<>();

  @Override
  public synchronized <T> T write(Supplier<T> work) {
    int versionsBefore = versions.size();
    int ledgerBefore = ledger.size();
    boolean done = false;
    try {
      T result = work.get();
      done = true;
      return result;
    } finally {
      if (!done) {
        versions.subList(versionsBefore, versions.size()).clear();
        ledger.subList(ledgerBefore, ledger.size()).clear();
      }
    }
  }

  @Override
  public synchronized void insert(ModelVersion version) {
    versions.add(version);
  }

  @Override
  public synchronized void append(LedgerEntry entry) {
    ledger.add(entry);
  }

  @Override
  public synchronized List<String> useCases() {
    return versions.stream().map(ModelVersion::useCase).distinct().sorted().toList();
  }

  @Override
  public synchronized List<ModelVersion> versions(String useCase) {
    return versions.stream().filter(v -> v.useCase().equals(useCase)).toList();
  }

  @Override
  public List<ModelVersion> versions(String useCase, int from, int to) {
    return versions(useCase).stream()
        .filter(v -> v.version() >= from && v.version() <= to)
        .toList();
  }

  @Override
  public Optional<ModelVersion> version(String useCase, int version) {
    return versions(useCase).stream().filter(v -> v.version() == version).findFirst();
  }

  @Override
  public Optional<ModelVersion> versionOf(String useCase, String bundleHash) {
    return versions(useCase).stream().filter(v -> v.bundleHash().equals(bundleHash)).findFirst();
  }

  @Override
  public synchronized Optional<LedgerEntry> lastEntry() {
    return ledger.isEmpty() ? Optional.empty() : Optional.of(ledger.getLast());
  }

  @Override
  public synchronized Optional<LedgerEntry> lastEntry(
      String kind, String useCase, String subject, Instant until) {
    Predicate<LedgerEntry> matches = of(kind, useCase);
    return ledger.reversed().stream()
        .filter(matches.and(e -> e.subject().equals(subject) && !e.at().isAfter(until)))
        .findFirst();
  }

  @Override
  public synchronized List<LedgerEntry> entries(String kind, String useCase) {
    return ledger.stream().filter(of(kind, useCase)).toList();
  }

  private static Predicate<LedgerEntry> of(String kind, String useCase) {
    return e -> e.kind().equals(kind) && e.useCase().equals(useCase);
  }

  @Override
  public synchronized List<LedgerEntry> ledger(long after, int limit) {
    return ledger.stream().filter(e -> e.sequence() > after).limit(limit).toList();
  }

  @Override
  public synchronized List<LedgerEntry> lastEntries(
      Set<String> kinds, String useCase, Instant until) {
    Map<List<String>, LedgerEntry> newest = new LinkedHashMap<>();
    for (LedgerEntry entry : ledger) {
      if (entry.useCase().equals(useCase)
          && kinds.contains(entry.kind())
          && !entry.at().isAfter(until)) {
        newest.put(List.of(entry.kind(), entry.subject()), entry);
      }
    }
    return List.copyOf(newest.values());
  }

  @Override
  public synchronized List<LedgerEntry> ledger(
      long after, int limit, @Nullable String useCase, @Nullable String kind) {
    return ledger.stream()
        .filter(e -> e.sequence() > after)
        .filter(e -> useCase == null || e.useCase().equals(useCase))
        .filter(e -> kind == null || e.kind().equals(kind))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized List<String> ledgerUseCases() {
    return ledger.stream().map(LedgerEntry::useCase).distinct().sorted().toList();
  }

  @Override
  public void backup(Path file) throws IOException {
    throw new IOException("the registry is kept in memory only: there is nothing to back up");
  }

  @Override
  public void close() {}
}
