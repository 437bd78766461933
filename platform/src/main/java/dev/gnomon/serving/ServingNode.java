package dev.gnomon.serving;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.DirectoryLock;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.Check;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.CheckedSources;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.features.OnlineStores;
import dev.gnomon.features.SourceFiles;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.log.LogSettings;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Everything that runs in one server: use cases, the intake of their sources, and the versions
/// that decide.
///
/// Opening folds the source files and then the logs, so that nothing acknowledged before a kill is
/// missing. One node at a time holds a home.
public final class ServingNode implements AutoCloseable {
  /// The alias whose version decides.
  public static final String CHAMPION = "champion";

  /// For decisions under way, before their log is looked through for what is to be erased.
  private static final Duration MOST_WAITING = Duration.ofSeconds(2);

  /// How far before the newest arrival a decision may lie.
  public static final Duration HISTORY = Duration.ofDays(2);

  private final Home home;
  private final DirectoryLock lock;
  private final Registry registry;
  private final BundleStore bundles;
  private final ArrivalClock clock;
  private final Consumer<String> told;
  private final Map<String, LiveUseCase> useCases = new LinkedHashMap<>();
  private final Map<String, SourceIntake> sources = new LinkedHashMap<>();
  private final NodeStreams streams;
  private final AliasFollower aliases;
  private final WarmStart warmStart;
  private final Object erasing = new Object();

  private ServingNode(
      Home home, DirectoryLock lock, Registry registry, ArrivalClock clock, Consumer<String> told) {
    this.home = home;
    this.clock = clock;
    this.lock = lock;
    this.registry = registry;
    this.bundles = new BundleStore(home.bundles());
    this.told = told;
    this.aliases = new AliasFollower(registry, bundles, told);
    this.warmStart = new WarmStart(useCases.values(), aliases, told);
    this.streams = new NodeStreams(home, clock, told);
  }

  /// Takes the home, folds files and logs, and loads the champions.
  ///
  /// @param registry stays the caller's
  /// @param told of what an operator should know: repaired logs, versions that can't be loaded
  /// @throws BadInput when a use case can't be served; then nothing is held
  public static ServingNode open(
      Home home,
      List<UseCase> useCases,
      FileEngine engine,
      Registry registry,
      ArrivalClock clock,
      Consumer<String> told,
      Progress progress)
      throws IOException {
    return open(
        home,
        useCases,
        useCase -> CheckedSources.of(useCase, engine, home, progress, clock),
        registry,
        clock,
        told,
        progress);
  }

  /// As above, with the features of keys kept where `store` says.
  public static ServingNode open(
      Home home,
      List<UseCase> useCases,
      FileEngine engine,
      OnlineStores store,
      Registry registry,
      ArrivalClock clock,
      Consumer<String> told,
      Progress progress)
      throws IOException {
    return open(
        home,
        useCases,
        useCase -> CheckedSources.of(useCase, engine, home, progress, clock),
        store,
        registry,
        clock,
        told,
        progress);
  }

  /// As above, for sources that come otherwise: checked before in this process, or not from files.
  ///
  /// @param sourcesOf the sources of a use case without the rows set aside
  public static ServingNode open(
      Home home,
      List<UseCase> useCases,
      Function<UseCase, SourceOpener> sourcesOf,
      Registry registry,
      ArrivalClock clock,
      Consumer<String> told,
      Progress progress)
      throws IOException {
    return open(
        home, useCases, sourcesOf, OnlineStores.inProcess(), registry, clock, told, progress);
  }

  /// As above, with both.
  public static ServingNode open(
      Home home,
      List<UseCase> useCases,
      Function<UseCase, SourceOpener> sourcesOf,
      OnlineStores store,
      Registry registry,
      ArrivalClock clock,
      Consumer<String> told,
      Progress progress)
      throws IOException {
    ServingNode node = new ServingNode(home, home.lock(), registry, clock, told);
    try {
      node.start(useCases, sourcesOf, store, clock, progress);
      return node;
    } catch (RuntimeException | IOException e) {
      node.close();
      throw e;
    }
  }

  private void start(
      List<UseCase> list,
      Function<UseCase, SourceOpener> sourcesOf,
      OnlineStores store,
      ArrivalClock clock,
      Progress progress)
      throws IOException {
    Contradictions.refuse(list);
    if (Erasure.ofHeld(home, registry).finish()) {
      told.accept("an erasure that was not finished is finished now");
    }
    Map<String, List<OnlineFeatures>> consumers = new LinkedHashMap<>();
    Map<String, SourceSpec> specs = new LinkedHashMap<>();
    Map<String, Schema> schemas = new LinkedHashMap<>();
    Map<String, List<Check>> checks = new LinkedHashMap<>();
    for (UseCase useCase : list) {
      SourceOpener opener = sourcesOf.apply(useCase);
      FeaturePlan plan = FeaturePlan.compile(useCase, TrainingSets.schemas(useCase, opener));
      OnlineFeatures features = store.open(plan, HISTORY, home, told);
      if (!useCase.data().isFlatTable()) {
        progress.stage("folding the sources of " + useCase.name(), 0);
        features.load(opener, SourceFiles.fingerprint(useCase), Times.micros(clock.instant()));
      }
      opener.requireUsable();
      useCase
          .data()
          .sources()
          .forEach((name, spec) -> {
            if (spec.kind() != SourceSpec.Kind.TABLE && !spec.isStatic()) {
              specs.putIfAbsent(name, spec);
              schemas.putIfAbsent(name, opener.schema(spec));
              consumers.computeIfAbsent(name, n -> new ArrayList<>()).add(features);
              checks.computeIfAbsent(name, n -> new ArrayList<>()).addAll(spec.checks());
            }
          });
      LiveUseCase live =
          new LiveUseCase(
              useCase,
              features,
              home,
              LogSettings.DEFAULT,
              clock,
              failure -> told.accept(useCase.name() + ": the model failed: " + failure));
      useCases.put(useCase.name(), live);
    }
    for (Map.Entry<String, SourceSpec> source : specs.entrySet()) {
      SegmentedLog log = SegmentedLog.open(home.events(source.getKey()), eventLog());
      if (!log.recovery().clean()) {
        log.recovery().details().forEach(told);
      }
      SourceIntake intake =
          new SourceIntake(
              source.getValue(),
              java.util.Objects.requireNonNull(schemas.get(source.getKey())),
              checks.getOrDefault(source.getKey(), List.of()),
              log,
              QuarantineLog.open(home, source.getKey(), source.getValue().id()),
              consumers.getOrDefault(source.getKey(), List.of()),
              clock);
      sources.put(source.getKey(), intake);
      long found = log.end();
      for (OnlineFeatures features : consumers.getOrDefault(source.getKey(), List.of())) {
        features.follow(
            source.getValue(),
            java.util.Objects.requireNonNull(schemas.get(source.getKey())),
            home.events(source.getKey()),
            () -> Math.max(found, log.forcedPosition()));
      }
      progress.stage("replaying posted " + source.getKey(), 0);
      long rows = intake.replay();
      if (rows > 0) {
        progress.note("%d logged rows of %s".formatted(rows, source.getKey()));
      }
    }
    useCases.values().forEach(live -> live.features().start());
    for (LiveUseCase live : useCases.values()) {
      aliases.follow(live, true);
    }
    warmStart.start();
  }

  /// An idle source should not hold 64 MiB.
  private static LogSettings eventLog() {
    return LogSettings.DEFAULT.withSegmentBytes(8 << 20);
  }

  /// Begins to follow the streams of the sources, each from where the log says it was read to, and
  /// to answer the requests that come by streams.
  ///
  /// Returns at once. A stream whose server is away is waited for, and what is known is served.
  ///
  /// @param environment settings of the engines by environment variable
  /// @throws BadInput naming every stream that can't be right; then none is followed
  public void follow(Map<String, String> environment) {
    streams.follow(sources, useCases, environment);
  }

  /// How the streams go that are followed.
  public List<StreamReadings> streams() {
    return streams.streams();
  }

  /// How the streams of requests go that are answered.
  public List<RequestReadings> requests() {
    return streams.requests();
  }

  public Home home() {
    return home;
  }

  public Registry registry() {
    return registry;
  }

  public BundleStore bundles() {
    return bundles;
  }

  public List<LiveUseCase> useCases() {
    return List.copyOf(useCases.values());
  }

  public Optional<LiveUseCase> useCase(String name) {
    return Optional.ofNullable(useCases.get(name));
  }

  public List<String> sourceNames() {
    return List.copyOf(sources.keySet());
  }

  public Optional<SourceIntake> source(String name) {
    return Optional.ofNullable(sources.get(name));
  }

  /// Erases a key of the entity that a use case decides about, in all use cases of this node, while
  /// they decide on. A key that is posted again begins anew.
  ///
  /// @throws BadInput when there is no such use case, or the key can't be one
  public ErasureReport erase(String useCase, String key, String who, String why, boolean dryRun)
      throws IOException {
    LiveUseCase live = useCases.get(useCase);
    if (live == null) {
      throw new BadInput(
          "useCase",
          "there is no use case '%s'".formatted(useCase),
          String.join(", ", useCases.keySet()));
    }
    synchronized (erasing) {
      return new Erasure(home, registry, new Memory())
          .erase(
              live.useCase(),
              useCases.values().stream().map(LiveUseCase::useCase).toList(),
              key,
              who,
              why,
              dryRun,
              clock.instant());
    }
  }

  /// What this node keeps of keys beside its logs.
  private final class Memory implements Erasure.Running {
    @Override
    public Map<String, Long> forget(String entity, String key) throws IOException {
      Map<String, Long> ends = new LinkedHashMap<>();
      List<SourceIntake> held = new ArrayList<>();
      try {
        for (SourceIntake intake : sources.values()) {
          intake.alone().lock();
          held.add(intake);
        }
        for (SourceIntake intake : sources.values()) {
          intake.log().awaitForced();
        }
        sources.forEach((name, intake) -> ends.put(name, intake.log().end()));
        useCases.values().forEach(live -> live.forget(entity, key));
      } finally {
        held.forEach(intake -> intake.alone().unlock());
      }
      // Decisions that have read the features already are to be in the log before it is looked
      // through.
      LockSupport.parkNanos(
          useCases.values().stream()
              .mapToLong(live -> live.useCase().production().serving().deadline().toNanos())
              .map(nanos -> Math.min(nanos, MOST_WAITING.toNanos()))
              .max()
              .orElse(0));
      useCases.values().forEach(live -> live.forgetBeside(entity, key));
      return ends;
    }

    @Override
    public Set<String> sharedWith() {
      Set<String> others = new TreeSet<>();
      useCases.values().forEach(live -> others.addAll(live.features().sharedWith()));
      return others;
    }

    @Override
    public @Nullable QuarantineLog quarantine(String source) {
      SourceIntake intake = sources.get(source);
      return intake == null ? null : intake.quarantine();
    }
  }

  /// Looks at the aliases and installs versions that are not installed yet: loaded and warmed up
  /// beside the decisions, then by a pointer swap. A version that can't be loaded leaves the last
  /// good one deciding.
  public void refresh() {
    for (LiveUseCase live : useCases.values()) {
      aliases.follow(live, false);
    }
  }

  /// Whether the versions that the start found have been warmed up. Until then decisions are given,
  /// but slower than later ones.
  public boolean warm() {
    return warmStart.done();
  }

  @Override
  public void close() throws IOException {
    warmStart.close();
    IOException first = null;
    List<AutoCloseable> parts = new ArrayList<>(streams.all());
    parts.addAll(useCases.values());
    parts.addAll(sources.values());
    parts.add(lock);
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (IOException e) {
        first = first == null ? e : first;
      } catch (Exception e) {
        first = first == null ? new IOException(e) : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
