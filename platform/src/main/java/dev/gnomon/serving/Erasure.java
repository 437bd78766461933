package dev.gnomon.serving;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.ErasedKeys;
import dev.gnomon.data.FileEngines;
import dev.gnomon.features.OnlineStores;
import dev.gnomon.log.LogErasure;
import dev.gnomon.log.LogErasure.Target;
import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Erases what a home knows of a key: rows in the logs of sources, features, decisions, outcomes,
/// rows set aside, copies of logs. What was decided remains in the ledger as a keyed hash.
///
/// First everything is found and written to a journal, without the key; then each step is done,
/// each of which may be repeated; then the ledger says so and the journal ends. A process killed in
/// between is finished by the next one that opens the home.
public final class Erasure {
  /// Its word in the ledger.
  public static final String KIND = ControlChange.Erased.KIND;

  private static final int LONGEST_KEY = 4_096;
  private static final int PAGE = 1_000;

  private final Home home;
  private final Registry registry;
  private final Running running;

  /// What a process that serves keeps in memory.
  interface Running {
    /// Nothing is: no server runs.
    Running NOTHING =
        new Running() {
          @Override
          public Map<String, Long> forget(String entity, String key) {
            return Map.of();
          }

          @Override
          public Set<String> sharedWith() {
            return Set.of();
          }

          @Override
          public @Nullable QuarantineLog quarantine(String source) {
            return null;
          }
        };

    /// Forgets a key.
    ///
    /// @return where the log of each source ended at that very moment: what comes later counts anew
    Map<String, Long> forget(String entity, String key) throws IOException;

    /// The other nodes that keep features in the same store, with logs of their own.
    Set<String> sharedWith();

    /// The rows set aside of a source, where this process has them open.
    @Nullable QuarantineLog quarantine(String source);
  }

  Erasure(Home home, Registry registry, Running running) {
    this.home = home;
    this.registry = registry;
    this.running = running;
  }

  /// For a home that this process holds and no server runs on.
  public static Erasure ofHeld(Home home, Registry registry) {
    return new Erasure(home, registry, Running.NOTHING);
  }

  /// Erases a key of the entity that a use case decides about, in all use cases given.
  ///
  /// @param all the use cases of the home that are known
  /// @param dryRun whether only to say what there is
  /// @throws BadInput for a key that can't be one, or sources whose key is computed
  public ErasureReport erase(
      UseCase useCase,
      List<UseCase> all,
      String key,
      String who,
      String why,
      boolean dryRun,
      Instant now)
      throws IOException {
    finish();
    String entity = useCase.frame().entity();
    Map<String, String> columns = columns(all, entity);
    check(useCase, key);
    if (running.equals(Running.NOTHING) && !dryRun) {
      refuseShared();
    }
    ErasedKeys keys = dryRun ? ErasedKeys.passing(home) : ErasedKeys.lasting(home);
    String subject = keys.subject(entity, key);
    Map<String, Long> ends = dryRun ? Map.of() : running.forget(entity, key);

    ErasureScan scan = new ErasureScan(home, key);
    Map<String, List<Target>> targets = new TreeMap<>();
    Map<String, Integer> rows = new TreeMap<>();
    int setAside = 0;
    for (Map.Entry<String, String> source : columns.entrySet()) {
      String name = source.getKey();
      List<Target> found =
          scan.rows(name, source.getValue(), ends.getOrDefault(name, Long.MAX_VALUE));
      rows.put(name, found.size());
      put(targets, "sources/" + name + "/events", found);
      for (QuarantineLog.Held held : QuarantineLog.read(home.quarantine(name))) {
        setAside += held.row().path(source.getValue()).asString("").equals(key) ? 1 : 0;
      }
    }
    int decisions = 0;
    int outcomes = 0;
    for (UseCase one : all) {
      if (one.frame().entity().equals(entity)) {
        List<Target> decided = scan.decisions(one.name());
        List<Target> turnedOut = scan.outcomes(one.name(), decided);
        decisions += decided.size();
        outcomes += turnedOut.size();
        put(targets, "usecases/" + one.name() + "/decisions", decided);
        put(targets, "usecases/" + one.name() + "/outcomes", turnedOut);
      }
    }
    Map<String, List<String>> copies = copies(targets);
    List<String> left = new ArrayList<>(streams(all, entity, columns));
    running
        .sharedWith()
        .forEach(node ->
            left.add(
                "the online store is shared with node %s, whose logs are its own: erase the key there too"
                    .formatted(node)));
    Map<String, Long> files = files(all, entity, key, left);
    List<ErasureReport.Touched> versions =
        versions(all, columns, scan.earliest(), files.values().stream().anyMatch(n -> n > 0));
    int parts = copies.values().stream().mapToInt(List::size).sum();
    if (!dryRun) {
      String id = UUID.randomUUID().toString();
      String ledger = ledger(id, rows, decisions, outcomes, setAside, versions);
      ErasureJournal journal =
          new ErasureJournal(
              id, useCase.name(), entity, subject, now, who, why, columns, targets, copies, ledger);
      journal.write(home);
      apply(journal);
      for (Path file : Remains.of(home.root(), key)) {
        left.add(home.root().relativize(file) + " holds it still");
      }
    }
    return new ErasureReport(
        useCase.name(),
        subject,
        dryRun,
        rows,
        decisions,
        outcomes,
        setAside,
        parts,
        files,
        versions,
        left);
  }

  /// What is in a shared store only a server reaches.
  private void refuseShared() {
    Path mark = OnlineStores.shared(home);
    if (Files.exists(mark)) {
      throw new Refusal(
          "the home " + home.root(),
          "its features were kept in a shared online store, which only a server erases from",
          "start it with --online-store and ask POST /v1/erasures; or delete %s if that store is gone"
              .formatted(mark));
    }
  }

  /// Topics that may hold records of the key: theirs to keep or delete, not ours.
  private static List<String> streams(
      List<UseCase> all, String entity, Map<String, String> columns) {
    Set<String> lines = new TreeSet<>();
    for (UseCase useCase : all) {
      for (SourceSpec spec : useCase.data().sources().values()) {
        if (columns.containsKey(spec.name())) {
          spec.stream()
              .ifPresent(stream ->
                  lines.add(
                      "%s topic '%s' (group gnomon-%s): records of it that are there stay; those that were read are not read again, further ones count anew"
                          .formatted(stream.engine(), stream.topic(), spec.name())));
        }
      }
      if (useCase.frame().entity().equals(entity)) {
        useCase
            .production()
            .decisions()
            .ifPresent(stream ->
                lines.add(
                    "%s topics %s (group %s): requests and answers of it that are there stay"
                        .formatted(
                            stream.engine(),
                            Stream.of(stream.requests(), stream.decisions(), stream.errorsTopic())
                                .distinct()
                                .map("'%s'"::formatted)
                                .collect(Collectors.joining(", ")),
                            stream.group())));
      }
    }
    return List.copyOf(lines);
  }

  private static void put(Map<String, List<Target>> targets, String log, List<Target> found) {
    if (!found.isEmpty()) {
      targets.put(log, found);
    }
  }

  private static void check(UseCase useCase, String key) {
    if (key.isEmpty() || key.length() > LONGEST_KEY) {
      throw new BadInput(
          "key", "%d characters".formatted(key.length()), "one to %d".formatted(LONGEST_KEY));
    }
    if (useCase.data().isFlatTable()
        && useCase.data().sources().values().stream().allMatch(spec -> spec.key().isEmpty())) {
      throw new BadInput(
          useCase.name(), "its table has no key: rows belong to nobody", "a use case with a key");
    }
  }

  /// The column with the key of an entity, by source.
  private static Map<String, String> columns(List<UseCase> all, String entity) {
    Map<String, String> columns = new TreeMap<>();
    for (UseCase useCase : all) {
      for (SourceSpec spec : useCase.data().sources().values()) {
        String column = ErasedKeys.columns(spec, useCase.frame()).get(entity);
        if (column == null || spec.kind() == SourceSpec.Kind.TABLE) {
          continue;
        }
        if (spec.columns().containsKey(column)) {
          throw new BadInput(
              "source '%s'".formatted(spec.name()),
              "its key '%s' is computed: rows can't be told by it".formatted(column),
              "a key that stands in the rows");
        }
        columns.put(spec.name(), column);
      }
    }
    return columns;
  }

  private Map<String, List<String>> copies(Map<String, List<Target>> targets) throws IOException {
    Map<String, List<String>> copies = new TreeMap<>();
    for (Map.Entry<String, List<Target>> log : targets.entrySet()) {
      long[] positions = log.getValue().stream().mapToLong(Target::position).toArray();
      List<String> found =
          LogCompaction.filesWith(home, log.getKey(), positions).stream()
              .map(file -> String.valueOf(file.getFileName()))
              .toList();
      if (!found.isEmpty()) {
        copies.put(log.getKey(), found);
      }
    }
    return copies;
  }

  /// What files of sources hold; what can't be looked into is named.
  private Map<String, Long> files(List<UseCase> all, String entity, String key, List<String> left) {
    Map<String, Long> files = new TreeMap<>();
    for (UseCase useCase : all) {
      for (SourceSpec spec : useCase.data().sources().values()) {
        String column = ErasedKeys.columns(spec, useCase.frame()).get(entity);
        if (column == null || files.containsKey(spec.name()) || spec.format().paths().isEmpty()) {
          continue;
        }
        String named =
            String.join(", ", spec.format().paths().stream().map(Path::toString).toList());
        try {
          long count = ErasedKeys.count(FileEngines.find(), spec, column, key);
          files.put(spec.name(), count);
          if (count > 0) {
            left.add(
                "%s: %,d rows of it stay in the files of '%s', which are not read any more"
                    .formatted(named, count, spec.name()));
          }
        } catch (BadInput e) {
          left.add(
              "%s: could not be looked into; its rows of the key are not read any more"
                  .formatted(named));
        }
      }
    }
    return files;
  }

  private List<ErasureReport.Touched> versions(
      List<UseCase> all, Map<String, String> columns, long earliest, boolean inFiles) {
    List<ErasureReport.Touched> touched = new ArrayList<>();
    for (UseCase useCase : all) {
      if (useCase.data().sources().keySet().stream().noneMatch(columns::containsKey) && !inFiles) {
        continue;
      }
      for (ModelVersion version : registry.versions(useCase.name())) {
        if (inFiles || earliest <= Times.micros(version.createdAt())) {
          touched.add(
              new ErasureReport.Touched(
                  useCase.name(), version.version(), trainingSet(version.bundleHash())));
        }
      }
    }
    return touched;
  }

  private String trainingSet(String bundle) {
    Path file = home.bundles().resolve(bundle).resolve("bundle.json");
    return Files.isRegularFile(file)
        ? CanonicalJson.read(file).path("trainingSet").asString("")
        : "";
  }

  private static String ledger(
      String id,
      Map<String, Integer> rows,
      int decisions,
      int outcomes,
      int setAside,
      List<ErasureReport.Touched> versions) {
    ObjectNode json =
        CanonicalJson.object()
            .put("id", id)
            .put("decisions", decisions)
            .put("outcomes", outcomes)
            .put("setAside", setAside);
    ObjectNode sources = json.putObject("rows");
    rows.forEach(sources::put);
    ArrayNode list = json.putArray("notReproducible");
    for (ErasureReport.Touched one : versions) {
      list.addObject()
          .put("useCase", one.useCase())
          .put("version", one.version())
          .put("trainingSet", one.trainingSet());
    }
    return CanonicalJson.text(json).strip();
  }

  /// Finishes what a killed process left, if anything.
  ///
  /// @return whether there was something
  public boolean finish() throws IOException {
    Optional<ErasureJournal> left = ErasureJournal.read(home);
    if (left.isPresent()) {
      apply(left.get());
    }
    return left.isPresent();
  }

  private void apply(ErasureJournal journal) throws IOException {
    ErasedKeys keys = ErasedKeys.of(home);
    keys.add(journal.subject(), journal.at());
    for (Map.Entry<String, List<Target>> log : journal.targets().entrySet()) {
      LogErasure.erase(home.logs().resolve(log.getKey()), log.getValue());
    }
    for (Map.Entry<String, String> source : journal.columns().entrySet()) {
      sift(journal, keys, source.getKey(), source.getValue());
    }
    if (!journal.copies().isEmpty()) {
      LogCompaction compaction = new LogCompaction(home, FileEngines.find());
      for (Map.Entry<String, List<String>> log : journal.copies().entrySet()) {
        for (String name : log.getValue()) {
          compaction.again(
              log.getKey(), home.root().resolve("parquet").resolve(log.getKey()).resolve(name));
        }
      }
    }
    if (!recorded(journal)) {
      var _ =
          registry.record(
              journal.useCase(),
              new ControlChange.Erased(journal.subject(), journal.ledger()),
              journal.who(),
              journal.why());
    }
    ErasureJournal.end(home);
  }

  private void sift(ErasureJournal journal, ErasedKeys keys, String source, String column)
      throws IOException {
    QuarantineLog open = running.quarantine(source);
    QuarantineLog log = open == null ? QuarantineLog.open(home, source, Optional.empty()) : open;
    log.sift(held ->
        held.stream()
            .filter(one ->
                !keys.subject(journal.entity(), one.row().path(column).asString(""))
                    .equals(journal.subject()))
            .toList());
    // Rows of files that a check set aside: the next check writes them again, without these.
    if (Files.isDirectory(home.quarantine())) {
      List<Path> files;
      try (Stream<Path> all = Files.list(home.quarantine())) {
        files =
            all.filter(file ->
                    String.valueOf(file.getFileName())
                        .matches(java.util.regex.Pattern.quote(source) + "-[0-9a-f]{16}\\.parquet"))
                .toList();
      }
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  private boolean recorded(ErasureJournal journal) {
    for (long after = 0; ; ) {
      List<LedgerEntry> page = registry.ledger(after, PAGE);
      if (page.isEmpty()) {
        return false;
      }
      for (LedgerEntry entry : page) {
        if (entry.kind().equals(KIND) && entry.content().equals(journal.ledger())) {
          return true;
        }
      }
      after = page.getLast().sequence();
    }
  }

  /// Since when a version can't be trained again to the same bytes, because something that its
  /// training saw was erased; empty when it can.
  public static Optional<Instant> notReproducibleSince(
      Registry registry, String useCase, int version) {
    for (long after = 0; ; ) {
      List<LedgerEntry> page = registry.ledger(after, PAGE);
      if (page.isEmpty()) {
        return Optional.empty();
      }
      for (LedgerEntry entry : page) {
        if (entry.kind().equals(KIND)) {
          for (JsonNode one :
              JsonMapper.shared().readTree(entry.content()).path("notReproducible")) {
            if (one.path("useCase").asString("").equals(useCase)
                && one.path("version").asInt(0) == version) {
              return Optional.of(entry.at());
            }
          }
        }
      }
      after = page.getLast().sequence();
    }
  }
}
