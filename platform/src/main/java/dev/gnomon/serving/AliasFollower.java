package dev.gnomon.serving;

import dev.gnomon.core.usecase.ServingSection;
import dev.gnomon.models.Bundle;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Brings use cases to the versions that their aliases name. Loading and warming up happen beside
/// the decisions, which never wait; then a pointer is swapped. A version that was loaded before is
/// gone back to at once.
final class AliasFollower {
  /// How long a version is warmed up before it gets requests.
  static final Duration WARM_UP = Duration.ofSeconds(1);

  /// How far back versions are looked for that decided before.
  private static final int FORMER = 3;

  private final Registry registry;
  private final BundleStore bundles;
  private final Consumer<String> told;

  /// Bundles that can't be used, by use case and alias.
  private final Map<String, String> unusable = new HashMap<>();

  /// Former champions that were tried, so that a broken one is told of once.
  private final Set<String> tried = new HashSet<>();

  AliasFollower(Registry registry, BundleStore bundles, Consumer<String> told) {
    this.registry = registry;
    this.bundles = bundles;
    this.told = told;
  }

  /// Looks at the aliases of one use case.
  ///
  /// @param starting as yet nothing decides: then what is loaded decides at once, warm or not
  synchronized void follow(LiveUseCase live, boolean starting) {
    DecisionService decisions = live.decisions();
    wanted(live, ServingNode.CHAMPION, decisions.live())
        .flatMap(version -> ready(live, ServingNode.CHAMPION, version, starting))
        .ifPresent(version ->
            installed(
                live, ServingNode.CHAMPION, version, () -> decisions.install(version), "decides"));
    if (decisions.live().isEmpty()) {
      former(live);
    }
    Optional<ServingSection.Hybrid> hybrid = live.useCase().production().serving().hybrid();
    if (hybrid.isPresent()) {
      fast(live, hybrid.get().fast(), starting);
    }
  }

  private void fast(LiveUseCase live, String alias, boolean starting) {
    DecisionService decisions = live.decisions();
    if (registry.alias(live.useCase().name(), alias).isEmpty()) {
      if (decisions.fast().isPresent()) {
        decisions.installFast(Optional.empty());
      }
      return;
    }
    wanted(live, alias, decisions.fast())
        .flatMap(version -> ready(live, alias, version, starting))
        .ifPresent(version ->
            installed(
                live,
                alias,
                version,
                () -> decisions.installFast(Optional.of(version)),
                "scores first"));
  }

  /// The version that an alias names, unless it is there already or is known to be of no use.
  private Optional<ModelVersion> wanted(
      LiveUseCase live, String alias, Optional<LiveVersion> installed) {
    String name = live.useCase().name();
    return registry
        .alias(name, alias)
        .filter(version ->
            !installed.map(LiveVersion::bundleHash).equals(Optional.of(version.bundleHash())))
        .filter(version -> !version.bundleHash().equals(unusable.get(name + "/" + alias)));
  }

  private Optional<LiveVersion> ready(
      LiveUseCase live, String alias, ModelVersion wanted, boolean starting) {
    Optional<LiveVersion> before = live.decisions().loaded(wanted.bundleHash());
    if (before.isPresent()) {
      return before;
    }
    try {
      LiveVersion version = load(live, wanted);
      if (!starting) {
        var _ = live.decisions().warm(version, WARM_UP);
      }
      return Optional.of(version);
    } catch (RuntimeException | IOException | LinkageError e) {
      refuse(live, alias, wanted.version(), wanted.bundleHash(), e);
      return Optional.empty();
    }
  }

  private void installed(
      LiveUseCase live, String alias, LiveVersion version, Runnable install, String does) {
    try {
      install.run();
      unusable.remove(live.useCase().name() + "/" + alias);
      told.accept("%s: version %d %s".formatted(live.useCase().name(), version.version(), does));
    } catch (IllegalArgumentException e) {
      refuse(live, alias, version.version(), version.bundleHash(), e);
    }
  }

  private void refuse(LiveUseCase live, String alias, int version, String hash, Throwable why) {
    unusable.put(live.useCase().name() + "/" + alias, hash);
    told.accept(
        "%s: version %d can't be loaded: %s"
            .formatted(live.useCase().name(), version, why.getMessage()));
  }

  private LiveVersion load(LiveUseCase live, ModelVersion version) throws IOException {
    Bundle bundle = Bundle.load(bundles.open(version.bundleHash()));
    return LiveVersion.of(version.version(), version.bundleHash(), bundle, live.useCase());
  }

  /// With a champion that can't be loaded, the last one before it that can decides.
  private void former(LiveUseCase live) {
    if (registry.alias(live.useCase().name(), ServingNode.CHAMPION).isEmpty()) {
      return;
    }
    for (ModelVersion one : formerly(live)) {
      Optional<LiveVersion> found = loadOrTell(live, one);
      if (found.isPresent()) {
        live.decisions().install(found.get());
        told.accept(
            "%s: version %d decides, which did before"
                .formatted(live.useCase().name(), one.version()));
        return;
      }
    }
  }

  /// Loads the version that decided before a restart, so that it can stand in and be gone back to.
  synchronized void keepFormer(LiveUseCase live) {
    for (ModelVersion one : formerly(live)) {
      if (live.decisions().live().map(LiveVersion::version).equals(Optional.of(one.version()))) {
        continue;
      }
      Optional<LiveVersion> found = loadOrTell(live, one);
      if (found.isPresent()) {
        live.decisions().keep(found.get());
        return;
      }
    }
  }

  private Optional<LiveVersion> loadOrTell(LiveUseCase live, ModelVersion version) {
    if (!tried.add(version.bundleHash())) {
      return Optional.empty();
    }
    try {
      LiveVersion loaded = load(live, version);
      live.decisions().requireFits(loaded);
      return Optional.of(loaded);
    } catch (RuntimeException | IOException | LinkageError e) {
      told.accept(
          "%s: version %d, which decided before, can't be loaded: %s"
              .formatted(live.useCase().name(), version.version(), e.getMessage()));
      return Optional.empty();
    }
  }

  /// Versions that were champion before the present one, newest first.
  private List<ModelVersion> formerly(LiveUseCase live) {
    String name = live.useCase().name();
    String now =
        registry
            .alias(name, ServingNode.CHAMPION)
            .map(version -> Integer.toString(version.version()))
            .orElse("");
    return registry.aliasHistory(name, ServingNode.CHAMPION).reversed().stream()
        .map(LedgerEntry::content)
        .filter(content -> !content.isEmpty() && !content.equals(now))
        .distinct()
        .limit(FORMER)
        .flatMap(content -> registry.version(name, Integer.parseInt(content)).stream())
        .toList();
  }
}
