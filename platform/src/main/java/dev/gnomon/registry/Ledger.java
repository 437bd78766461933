package dev.gnomon.registry;

import dev.gnomon.registry.spi.RegistryStore;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// The chain of a store: how entries are added, checked, and asked what held when.
final class Ledger {
  private static final int PAGE = 1_000;

  private final RegistryStore store;
  private final InstantSource clock;
  private final Optional<LedgerHead> head;

  Ledger(RegistryStore store, InstantSource clock, Optional<LedgerHead> head) {
    this.store = store;
    this.clock = clock;
    this.head = head;
  }

  /// Within a write of the store only.
  LedgerEntry append(ControlChange change, String useCase, String who, String why) {
    return append(change.kind(), useCase, change.subject(), change.content(), who, why);
  }

  LedgerEntry append(
      String kind, String useCase, String subject, String content, String who, String why) {
    Optional<LedgerEntry> last = store.lastEntry();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Instant at = last.map(LedgerEntry::at).filter(before -> before.isAfter(now)).orElse(now);
    LedgerEntry entry =
        LedgerEntry.chained(
            last.map(LedgerEntry::hash).orElse(LedgerEntry.NONE),
            last.map(LedgerEntry::sequence).orElse(0L) + 1,
            at,
            kind,
            useCase,
            subject,
            content,
            who,
            why);
    store.append(entry);
    return entry;
  }

  /// After a write of the store.
  void anchor() {
    head.ifPresent(file -> file.advance(store));
  }

  Optional<LedgerState.Deciding> stateAt(String useCase, Instant at) {
    return LedgerState.of(
        useCase,
        store.lastEntries(LedgerState.KINDS, useCase, at),
        (kind, subject) -> store.lastEntry(kind, useCase, subject, at));
  }

  LedgerState stateAt(Instant at) {
    SortedMap<String, LedgerState.Deciding> states = new TreeMap<>();
    for (String useCase : store.ledgerUseCases()) {
      stateAt(useCase, at).ifPresent(state -> states.put(useCase, state));
    }
    return new LedgerState(at, states);
  }

  /// Reads everything: the chain, then that each version is what was registered and none is more,
  /// then what is kept beside.
  LedgerCheck check() {
    LedgerCheck chain = chainFrom(0);
    if (!chain.intact()) {
      return chain;
    }
    Optional<LedgerCheck.Bad> bad =
        head.flatMap(file -> {
          if (!file.exists()) {
            return Optional.empty();
          }
          return file.read()
              .map(anchor -> anchor.against(store, file.name()))
              .orElseGet(() ->
                  Optional.of(
                      new LedgerCheck.Bad(chain.entries(), file.name() + " can't be understood")));
        });
    return new LedgerCheck(chain.entries(), chain.head(), bad);
  }

  /// Checks the chain behind an entry, to its end. From the start on, it also checks the versions.
  LedgerCheck chainFrom(long sequence) {
    String previous =
        sequence == 0
            ? LedgerEntry.NONE
            : store.ledger(sequence - 1, 1).stream()
                .findFirst()
                .map(LedgerEntry::hash)
                .orElse(LedgerEntry.NONE);
    Map<String, Integer> registered = new HashMap<>();
    long count = sequence;
    while (true) {
      List<LedgerEntry> page = store.ledger(count, PAGE);
      Map<String, Map<Integer, ModelVersion>> versions = registeredIn(page);
      for (LedgerEntry entry : page) {
        count++;
        if (entry.sequence() != count) {
          return broken(count, previous, "entry %d is missing".formatted(count));
        }
        if (!entry.hash().equals(entry.hashAfter(previous))) {
          return broken(count, previous, "entry %d was altered".formatted(count));
        }
        if (entry.kind().equals(ControlChange.Registered.KIND)
            && ControlChange.of(entry) instanceof ControlChange.Registered change) {
          registered.merge(entry.useCase(), 1, Integer::sum);
          if (!isRegistered(versions, entry.useCase(), change)) {
            return broken(
                count,
                previous,
                "version %s of '%s' is not what entry %d registered"
                    .formatted(entry.subject(), entry.useCase(), count));
          }
        }
        previous = entry.hash();
      }
      if (page.isEmpty()) {
        return new LedgerCheck(
            count, previous, sequence == 0 ? unregistered(registered, count) : Optional.empty());
      }
    }
  }

  /// The versions between the first and the last that a page registers, of each use case.
  private Map<String, Map<Integer, ModelVersion>> registeredIn(List<LedgerEntry> page) {
    Map<String, IntSummaryStatistics> numbers = new HashMap<>();
    for (LedgerEntry entry : page) {
      if (entry.kind().equals(ControlChange.Registered.KIND)
          && ControlChange.of(entry) instanceof ControlChange.Registered change) {
        numbers
            .computeIfAbsent(entry.useCase(), name -> new IntSummaryStatistics())
            .accept(change.version());
      }
    }
    Map<String, Map<Integer, ModelVersion>> found = new HashMap<>();
    numbers.forEach((useCase, range) -> {
      Map<Integer, ModelVersion> versions = new HashMap<>();
      store
          .versions(useCase, range.getMin(), range.getMax())
          .forEach(version -> versions.put(version.version(), version));
      found.put(useCase, versions);
    });
    return found;
  }

  private static boolean isRegistered(
      Map<String, Map<Integer, ModelVersion>> versions,
      String useCase,
      ControlChange.Registered change) {
    ModelVersion version = versions.getOrDefault(useCase, Map.of()).get(change.version());
    return version != null
        && version.bundleHash().equals(change.bundle())
        && version.passed() == change.passed();
  }

  private Optional<LedgerCheck.Bad> unregistered(Map<String, Integer> registered, long entries) {
    for (String useCase : store.useCases()) {
      int versions = store.versions(useCase).size();
      int known = registered.getOrDefault(useCase, 0);
      if (versions != known) {
        return Optional.of(
            new LedgerCheck.Bad(
                entries + 1,
                "use case '%s' has %d versions, of which the ledger knows %d"
                    .formatted(useCase, versions, known)));
      }
    }
    return Optional.empty();
  }

  private static LedgerCheck broken(long count, String head, String problem) {
    return new LedgerCheck(count, head, Optional.of(new LedgerCheck.Bad(count, problem)));
  }
}
