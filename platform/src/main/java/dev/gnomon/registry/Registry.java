package dev.gnomon.registry;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Problem;
import dev.gnomon.registry.spi.RegistryProvider;
import dev.gnomon.registry.spi.RegistryStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
  private static final String ALIAS = ControlChange.AliasMoved.KIND;

  /// Kinds that only the methods for them write.
  private static final Set<String> OWN =
      Set.of(
          ControlChange.Registered.KIND,
          ALIAS,
          ControlChange.BundleKept.KIND,
          ControlChange.Approval.KIND,
          ControlChange.GateOverridden.KIND,
          ControlChange.Promoted.KIND,
          ControlChange.RolledBack.KIND);

  private static final Pattern USE_CASE = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final int MAX_JSON = 1 << 20;
  private static final int MAX_TEXT = 2_000;
  private static final int PAGE = 1_000;

  private final RegistryStore store;
  private final Ledger ledger;
  private final InstantSource clock;

  public Registry(RegistryStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
    this.ledger = new Ledger(store, clock, Optional.empty());
  }

  /// With a file beside the store that tells when the ledger's end was cut off.
  ///
  /// @param head [dev.gnomon.core.Home#ledgerHead]
  public Registry(RegistryStore store, InstantSource clock, Path head) {
    this.store = store;
    this.clock = clock;
    this.ledger = new Ledger(store, clock, Optional.of(new LedgerHead(head)));
  }

  /// What may decide, and who said so.
  public Promotions promotions() {
    return new Promotions(this, store, ledger);
  }

  /// All or nothing, and on disk on return.
  <T> T write(Supplier<T> work) {
    T done = store.write(work);
    ledger.anchor();
    return done;
  }

  /// Opens a kind of store by its name; `memory` is always there.
  ///
  /// @param settings as the kind wants them; `head`, the file beside the store, is for all kinds
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
    Map<String, String> rest = new TreeMap<>(settings);
    String head = rest.remove("head");
    RegistryStore store = provider.open(rest);
    return head == null ? new Registry(store, clock) : new Registry(store, clock, Path.of(head));
  }

  /// Opens the registry of a home: in its own file, or in a database that several homes share.
  ///
  /// @param address `jdbc:postgresql://…`, or empty for the file in the home
  /// @param environment where user and password may stand, see [StateAddress]
  public static Registry open(
      Home home, Optional<String> address, Map<String, String> environment, InstantSource clock) {
    StateAddress at = StateAddress.of(address, home.registry(), environment);
    Map<String, String> settings = new TreeMap<>(at.settings());
    settings.put("head", home.ledgerHead().toString());
    return open(at.kind(), settings, clock);
  }

  /// Registers a bundle as the next version, or answers the version it already is.
  ///
  /// @param bundleHash as given by [BundleStore#store]
  /// @param who for the ledger
  public ModelVersion register(
      String useCase, String bundleHash, boolean passed, String summaryJson, String who) {
    return register(useCase, bundleHash, passed, summaryJson, Optional.empty(), who);
  }

  /// As above, keeping in the ledger what decides in it.
  public ModelVersion register(
      String useCase,
      String bundleHash,
      boolean passed,
      String summaryJson,
      Optional<Made> made,
      String who) {
    Problems problems = new Problems();
    problems.pattern(USE_CASE, "use case", useCase);
    problems.pattern(HASH, "bundle hash", bundleHash);
    problems.length("summary", summaryJson, MAX_JSON);
    problems.length("who", who, MAX_TEXT);
    problems.raise();
    return write(() -> {
      Optional<ModelVersion> known = store.versionOf(useCase, bundleHash);
      if (known.isPresent()) {
        if (isRemoved(useCase, known.get().version())) {
          ledger.append(
              new ControlChange.BundleKept(known.get().version(), true),
              useCase,
              who,
              "the same bundle again");
        }
        return known.get();
      }
      List<ModelVersion> versions = store.versions(useCase);
      int number = versions.isEmpty() ? 1 : versions.getLast().version() + 1;
      LedgerEntry entry =
          ledger.append(
              new ControlChange.Registered(number, bundleHash, passed, made), useCase, who, "");
      ModelVersion version =
          new ModelVersion(useCase, number, bundleHash, entry.at(), passed, summaryJson);
      store.insert(version);
      return version;
    });
  }

  /// Whether the bundle of a version was removed by [#collect].
  public boolean isRemoved(String useCase, int version) {
    return store
        .lastEntry(ControlChange.BundleKept.KIND, useCase, Integer.toString(version), Instant.MAX)
        .filter(entry ->
            ControlChange.of(entry) instanceof ControlChange.BundleKept kept && !kept.there())
        .isPresent();
  }

  /// What [#collect] would do, without doing it.
  public List<Retention.Verdict> judge(String useCase, Retention retention) {
    return retention.judge(store.versions(useCase), entriesOf(useCase), clock.instant());
  }

  /// Writes to the ledger which bundles go; from then on no alias can be pointed at their versions.
  /// Their files are for the caller to remove, now or when it is asked again.
  public List<Retention.Verdict> collect(
      String useCase, Retention retention, String who, String why) {
    return write(() -> {
      List<Retention.Verdict> verdicts = judge(useCase, retention);
      for (Retention.Verdict verdict : verdicts) {
        int version = verdict.version().version();
        if (!verdict.stays() && !isRemoved(useCase, version)) {
          ledger.append(new ControlChange.BundleKept(version, false), useCase, who, why);
        }
      }
      return verdicts;
    });
  }

  /// All entries of a use case, oldest first.
  private List<LedgerEntry> entriesOf(String useCase) {
    List<LedgerEntry> found = new ArrayList<>();
    List<LedgerEntry> page = store.ledger(0, PAGE, useCase, null);
    while (!page.isEmpty()) {
      found.addAll(page);
      page = store.ledger(page.getLast().sequence(), PAGE, useCase, null);
    }
    return found;
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
    // An alias may have moved thousands of times: only where it stands is looked up.
    Map<String, LedgerEntry> newest = new TreeMap<>();
    for (LedgerEntry entry : store.entries(ALIAS, useCase)) {
      newest.put(entry.subject(), entry);
    }
    Map<String, ModelVersion> aliases = new TreeMap<>();
    newest.forEach((alias, entry) ->
        target(entry)
            .flatMap(version -> store.version(useCase, version))
            .ifPresent(version -> aliases.put(alias, version)));
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
    return write(() -> {
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
    return write(() -> move(useCase, alias, "", who, why));
  }

  /// Within [#write] only.
  Optional<ModelVersion> move(
      String useCase, String alias, String content, String who, String why) {
    if (!content.isEmpty() && isRemoved(useCase, Integer.parseInt(content))) {
      throw new BadInput(
          "alias '%s' of '%s'".formatted(alias, useCase),
          "the bundle of version %s was removed".formatted(content),
          "a version whose bundle is there; training it again gives the same one");
    }
    Optional<LedgerEntry> last = store.lastEntry(ALIAS, useCase, alias, Instant.MAX);
    if (!last.map(LedgerEntry::content).orElse("").equals(content)) {
      ledger.append(ALIAS, useCase, alias, content, who, why);
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
  /// @param kind its word for it, see [ControlChange]; those of versions, aliases and approvals are
  ///   taken
  public LedgerEntry record(
      String kind, String useCase, String subject, String content, String who, String why) {
    Problems problems = new Problems();
    if (OWN.contains(kind)) {
      problems.add("kind", "'%s' is the registry's own".formatted(kind), "another word");
    }
    check(problems, kind, useCase, subject, content, who, why);
    return write(() -> ledger.append(kind, useCase, subject, content, who, why));
  }

  /// As above, by its record.
  public LedgerEntry record(String useCase, ControlChange change, String who, String why) {
    return record(change.kind(), useCase, change.subject(), change.content(), who, why);
  }

  /// As above, unless the newest entry of that kind and subject says the same already.
  public Optional<LedgerEntry> recordNew(
      String useCase, ControlChange change, String who, String why) {
    check(new Problems(), change.kind(), useCase, change.subject(), change.content(), who, why);
    return write(() ->
        store
                .lastEntry(change.kind(), useCase, change.subject(), Instant.MAX)
                .filter(last -> last.content().equals(change.content()))
                .isPresent()
            ? Optional.empty()
            : Optional.of(ledger.append(change, useCase, who, why)));
  }

  private static void check(
      Problems problems,
      String kind,
      String useCase,
      String subject,
      String content,
      String who,
      String why) {
    problems.pattern(NAME, "kind", kind);
    problems.length("use case", useCase, MAX_TEXT);
    problems.length("subject", subject, MAX_TEXT);
    problems.length("content", content, MAX_JSON);
    problems.length("who", who, MAX_TEXT);
    problems.length("why", why, MAX_TEXT);
    problems.raise();
  }

  /// Entries with a greater sequence number, oldest first.
  ///
  /// @param limit at most this many
  public List<LedgerEntry> ledger(long after, int limit) {
    return store.ledger(after, limit);
  }

  /// As [#ledger(long, int)], of one use case or kind only.
  ///
  /// @param useCase null for all; likewise the kind
  public List<LedgerEntry> ledger(
      long after, int limit, @Nullable String useCase, @Nullable String kind) {
    return store.ledger(after, limit, useCase, kind);
  }

  /// The newest entry of all.
  public Optional<LedgerEntry> lastEntry() {
    return store.lastEntry();
  }

  /// The newest entry of a kind and subject.
  public Optional<LedgerEntry> lastEntry(String kind, String useCase, String subject) {
    return store.lastEntry(kind, useCase, subject, Instant.MAX);
  }

  /// All entries of a kind for a use case, oldest first.
  public List<LedgerEntry> entries(String kind, String useCase) {
    return store.entries(kind, useCase);
  }

  /// What decided at an instant: as [LedgerState#at], found by index and not by replay.
  public LedgerState stateAt(Instant at) {
    return ledger.stateAt(at);
  }

  /// As above, of one use case; empty if the ledger knew nothing of it that decides.
  public Optional<LedgerState.Deciding> stateAt(String useCase, Instant at) {
    return ledger.stateAt(useCase, at);
  }

  /// Reads the whole ledger and checks every hash, that each version is what was registered, and
  /// what is kept beside.
  public LedgerCheck verifyLedger() {
    return ledger.check();
  }

  /// Checks the chain behind an entry up to its end.
  ///
  /// @param after the number of an entry; 0 for all
  public LedgerCheck verifyChain(long after) {
    return ledger.chainFrom(after);
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
      if (value.indexOf('\0') >= 0) {
        add(place, "the character 0", "text without it: databases can't keep it");
      }
    }

    void raise() {
      if (!found.isEmpty()) {
        throw new BadInput(found);
      }
    }
  }
}
