package dev.gnomon.registry;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.registry.spi.RegistryProvider;
import dev.gnomon.registry.spi.RegistryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Model versions, the aliases that point at them, and the ledger of every change.
///
/// ```java
/// try (Registry registry = Registry.open("sqlite", Map.of("path", home.registry().toString()), clock)) {
///   ModelVersion version = registry.register("churn", hash, true, summary, "train");
///   registry.setAlias("churn", "champion", version.version(), "ada", "first version");
/// }
/// ```
///
/// A change is on disk when its method returns. Any number of threads use one registry; processes
/// that open the same store see each other's changes. A repeated change changes nothing, and is not
/// written to the ledger again. A store that can't be read or written throws
/// [java.io.UncheckedIOException].
public final class Registry implements AutoCloseable {
  static final String REGISTER = "register";
  static final String ALIAS = "alias";

  private static final Pattern USE_CASE = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final int MAX_JSON = 1 << 20;
  private static final int MAX_TEXT = 2_000;
  private static final int PAGE = 1_000;

  private final RegistryStore store;
  private final InstantSource clock;

  public Registry(RegistryStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /// Opens a kind of store by its name; `memory` is always there.
  ///
  /// @throws BadInput if there is none of that name, naming those on the class path
  public static Registry open(String name, Map<String, String> settings, InstantSource clock) {
    Map<String, RegistryProvider> providers = new TreeMap<>();
    ServiceLoader.load(RegistryProvider.class).forEach(p -> providers.put(p.name(), p));
    RegistryProvider provider = providers.get(name);
    if (provider == null) {
      throw new BadInput(
          "registry",
          "no registry named '%s'".formatted(name),
          "on the class path: " + String.join(", ", providers.keySet()));
    }
    return new Registry(provider.open(settings), clock);
  }

  /// Registers a bundle as the next version, or answers the version it already is.
  ///
  /// @param bundleHash as given by [BundleStore#store]
  /// @param who for the ledger
  public ModelVersion register(
      String useCase, String bundleHash, boolean passed, String summaryJson, String who) {
    Problems problems = new Problems();
    problems.pattern(USE_CASE, "use case", useCase);
    problems.pattern(HASH, "bundle hash", bundleHash);
    problems.length("summary", summaryJson, MAX_JSON);
    problems.length("who", who, MAX_TEXT);
    problems.raise();
    return store.write(() -> {
      Optional<ModelVersion> known = store.versionOf(useCase, bundleHash);
      if (known.isPresent()) {
        return known.get();
      }
      List<ModelVersion> versions = store.versions(useCase);
      int number = versions.isEmpty() ? 1 : versions.getLast().version() + 1;
      LedgerEntry entry =
          append(
              REGISTER, useCase, Integer.toString(number), registered(bundleHash, passed), who, "");
      ModelVersion version =
          new ModelVersion(useCase, number, bundleHash, entry.at(), passed, summaryJson);
      store.insert(version);
      return version;
    });
  }

  private static String registered(String bundleHash, boolean passed) {
    return bundleHash + (passed ? " passed" : " failed");
  }

  /// Names with at least one version, sorted.
  public List<String> useCases() {
    return store.useCases();
  }

  /// Oldest first.
  public List<ModelVersion> versions(String useCase) {
    return store.versions(useCase);
  }

  public Optional<ModelVersion> version(String useCase, int version) {
    return store.version(useCase, version);
  }

  /// The version an alias points at.
  public Optional<ModelVersion> alias(String useCase, String alias) {
    return aliasAt(useCase, alias, Instant.MAX);
  }

  /// The version an alias pointed at at a moment; changes of that very moment are included.
  public Optional<ModelVersion> aliasAt(String useCase, String alias, Instant at) {
    return store
        .lastEntry(ALIAS, useCase, alias, at)
        .flatMap(Registry::target)
        .flatMap(version -> store.version(useCase, version));
  }

  /// All aliases of a use case, by name.
  public Map<String, ModelVersion> aliases(String useCase) {
    Map<String, ModelVersion> aliases = new TreeMap<>();
    for (LedgerEntry entry : store.entries(ALIAS, useCase)) {
      aliases.remove(entry.subject());
      target(entry)
          .flatMap(version -> store.version(useCase, version))
          .ifPresent(version -> aliases.put(entry.subject(), version));
    }
    return aliases;
  }

  /// Every change of an alias, oldest first: the content is the version it then pointed at, or
  /// empty if it was removed.
  public List<LedgerEntry> aliasHistory(String useCase, String alias) {
    return store.entries(ALIAS, useCase).stream()
        .filter(entry -> entry.subject().equals(alias))
        .toList();
  }

  private static Optional<Integer> target(LedgerEntry entry) {
    return entry.content().isEmpty()
        ? Optional.empty()
        : Optional.of(Integer.valueOf(entry.content()));
  }

  /// Points an alias at a version.
  ///
  /// @return the version it pointed at before: what a rollback goes back to
  /// @throws BadInput if there is no such version
  public Optional<ModelVersion> setAlias(
      String useCase, String alias, int version, String who, String why) {
    checkAlias(useCase, alias, who, why);
    return store.write(() -> {
      if (store.version(useCase, version).isEmpty()) {
        int known = store.versions(useCase).size();
        throw new BadInput(
            "alias '%s' of '%s'".formatted(alias, useCase),
            "no version " + version,
            known == 0 ? "a use case with a version" : "1 to " + known);
      }
      return move(useCase, alias, Integer.toString(version), who, why);
    });
  }

  /// Takes an alias away; without one there is nothing to do.
  ///
  /// @return the version it pointed at
  public Optional<ModelVersion> removeAlias(String useCase, String alias, String who, String why) {
    checkAlias(useCase, alias, who, why);
    return store.write(() -> move(useCase, alias, "", who, why));
  }

  private Optional<ModelVersion> move(
      String useCase, String alias, String content, String who, String why) {
    Optional<LedgerEntry> last = store.lastEntry(ALIAS, useCase, alias, Instant.MAX);
    if (!last.map(LedgerEntry::content).orElse("").equals(content)) {
      append(ALIAS, useCase, alias, content, who, why);
    }
    return last.flatMap(Registry::target).flatMap(version -> store.version(useCase, version));
  }

  private static void checkAlias(String useCase, String alias, String who, String why) {
    Problems problems = new Problems();
    problems.pattern(USE_CASE, "use case", useCase);
    problems.pattern(NAME, "alias", alias);
    problems.length("who", who, MAX_TEXT);
    problems.length("why", why, MAX_TEXT);
    problems.raise();
  }

  /// Adds a control change of another capability to the ledger.
  ///
  /// @param kind its word for it; `register` and `alias` are taken
  public LedgerEntry record(
      String kind, String useCase, String subject, String content, String who, String why) {
    Problems problems = new Problems();
    problems.pattern(NAME, "kind", kind);
    if (kind.equals(REGISTER) || kind.equals(ALIAS)) {
      problems.add("kind", "'%s' is the registry's own".formatted(kind), "another word");
    }
    problems.length("use case", useCase, MAX_TEXT);
    problems.length("subject", subject, MAX_TEXT);
    problems.length("content", content, MAX_JSON);
    problems.length("who", who, MAX_TEXT);
    problems.length("why", why, MAX_TEXT);
    problems.raise();
    return store.write(() -> append(kind, useCase, subject, content, who, why));
  }

  private LedgerEntry append(
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

  /// Entries with a greater sequence number, oldest first.
  ///
  /// @param limit at most this many
  public List<LedgerEntry> ledger(long after, int limit) {
    return store.ledger(after, limit);
  }

  /// Reads the whole ledger and checks every hash, and that each version is what was registered.
  public LedgerCheck verifyLedger() {
    String previous = LedgerEntry.NONE;
    long count = 0;
    while (true) {
      List<LedgerEntry> page = store.ledger(count, PAGE);
      for (LedgerEntry entry : page) {
        count++;
        if (entry.sequence() != count) {
          return broken(count, previous, "entry %d is missing".formatted(count));
        }
        if (!entry.hash().equals(entry.hashAfter(previous))) {
          return broken(count, previous, "entry %d was altered".formatted(count));
        }
        if (entry.kind().equals(REGISTER) && !isRegistered(entry)) {
          return broken(
              count,
              previous,
              "version %s of '%s' is not what entry %d registered"
                  .formatted(entry.subject(), entry.useCase(), count));
        }
        previous = entry.hash();
      }
      if (page.isEmpty()) {
        return new LedgerCheck(count, previous, Optional.empty());
      }
    }
  }

  private boolean isRegistered(LedgerEntry entry) {
    return store
        .version(entry.useCase(), Integer.parseInt(entry.subject()))
        .filter(v -> registered(v.bundleHash(), v.passed()).equals(entry.content()))
        .isPresent();
  }

  private static LedgerCheck broken(long count, String head, String problem) {
    return new LedgerCheck(count, head, Optional.of(problem));
  }

  /// Writes a consistent copy of the whole store to a file that does not exist yet, while it is in
  /// use.
  public void backup(Path file) throws IOException {
    store.backup(file);
  }

  @Override
  public void close() {
    store.close();
  }

  /// Collects what is wrong with the arguments of one call.
  private static final class Problems {
    private final List<Problem> found = new ArrayList<>();

    void add(String place, String what, String valid) {
      found.add(new Problem(place, what, valid));
    }

    void pattern(Pattern pattern, String place, String value) {
      if (!pattern.matcher(value).matches()) {
        add(
            place,
            "'%s'".formatted(value.length() > 80 ? value.substring(0, 80) + "…" : value),
            "it must match " + pattern);
      }
    }

    void length(String place, String value, int most) {
      if (value.length() > most) {
        add(place, value.length() + " characters", "at most " + most);
      }
    }

    void raise() {
      if (!found.isEmpty()) {
        throw new BadInput(found);
      }
    }
  }
}
