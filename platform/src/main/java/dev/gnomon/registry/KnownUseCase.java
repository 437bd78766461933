package dev.gnomon.registry;

import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Stage;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// A use case as a registered model: all that the registry and its ledger say of it, read once.
///
/// @param registered by version, likewise the others
/// @param stages the last move of each
/// @param words descriptions; 0 is the model itself, likewise of tags
record KnownUseCase(
    String name,
    List<ModelVersion> versions,
    Map<String, ModelVersion> aliases,
    Map<Integer, LedgerEntry> registered,
    Map<Integer, LedgerEntry> stages,
    Map<Integer, String> words,
    Map<Integer, Map<String, String>> tags,
    Map<Integer, SemanticVersion> numbers) {
  static KnownUseCase of(Registry registry, String name) {
    List<ModelVersion> versions = registry.versions(name);
    Map<Integer, LedgerEntry> registered = new LinkedHashMap<>();
    for (LedgerEntry entry : registry.entries(ControlChange.Registered.KIND, name)) {
      if (ControlChange.of(entry) instanceof ControlChange.Registered change) {
        registered.put(change.version(), entry);
      }
    }
    Map<Integer, LedgerEntry> stages = new LinkedHashMap<>();
    for (LedgerEntry entry : registry.entries(ControlChange.StageMoved.KIND, name)) {
      if (ControlChange.of(entry) instanceof ControlChange.StageMoved change) {
        stages.put(change.version(), entry);
      }
    }
    Map<Integer, String> words = new LinkedHashMap<>();
    for (LedgerEntry entry : registry.entries(ControlChange.Described.KIND, name)) {
      if (ControlChange.of(entry) instanceof ControlChange.Described change) {
        words.put(change.version(), change.text());
      }
    }
    Map<Integer, Map<String, String>> tags = new LinkedHashMap<>();
    for (LedgerEntry entry : registry.entries(ControlChange.Tagged.KIND, name)) {
      if (ControlChange.of(entry) instanceof ControlChange.Tagged change) {
        Map<String, String> of =
            tags.computeIfAbsent(change.version(), version -> new LinkedHashMap<>());
        of.remove(change.key());
        change.value().ifPresent(value -> of.put(change.key(), value));
      }
    }
    return new KnownUseCase(
        name,
        versions,
        registry.aliases(name),
        registered,
        stages,
        words,
        tags,
        SemanticVersion.of(versions));
  }

  Stage stage(int version) {
    ModelVersion champion = aliases.get(LedgerState.CHAMPION);
    if (champion != null && champion.version() == version) {
      return Stage.PRODUCTION;
    }
    LedgerEntry entry = stages.get(version);
    return entry != null && ControlChange.of(entry) instanceof ControlChange.StageMoved moved
        ? parsed(moved.stage()).filter(stage -> stage != Stage.PRODUCTION).orElse(Stage.NONE)
        : Stage.NONE;
  }

  String who(int version) {
    LedgerEntry entry = registered.get(version);
    return entry == null ? "" : entry.who();
  }

  RegisteredVersion version(ModelVersion of) {
    long created = of.createdAt().toEpochMilli();
    LedgerEntry moved = stages.get(of.version());
    Map<String, String> all = new LinkedHashMap<>();
    all.put(WithBundles.BUNDLE_TAG, of.bundleHash());
    all.put(WithBundles.PASSED_TAG, Boolean.toString(of.passed()));
    SemanticVersion number = numbers.get(of.version());
    if (number != null) {
      all.put(WithBundles.NUMBER_TAG, number.text());
    }
    all.putAll(tags.getOrDefault(of.version(), Map.of()));
    return new RegisteredVersion(
        name,
        of.version(),
        created,
        moved == null ? created : Math.max(created, moved.at().toEpochMilli()),
        who(of.version()),
        stage(of.version()),
        words.getOrDefault(of.version(), ""),
        WithBundles.SOURCE + of.bundleHash(),
        run(of),
        null,
        "READY",
        "",
        all,
        aliases.entrySet().stream()
            .filter(alias -> alias.getValue().version() == of.version())
            .map(Map.Entry::getKey)
            .toList(),
        null);
  }

  /// The training it came from, where its summary says so.
  private static @Nullable String run(ModelVersion of) {
    var run = JsonMapper.shared().readTree(of.summaryJson()).path("lineage").path("run");
    return run.isString() ? run.stringValue() : null;
  }

  /// The use case as a registered model.
  ///
  /// @param promotions the moves of its champion
  RegisteredModel model(List<LedgerEntry> promotions) {
    Map<String, Integer> pointing = new LinkedHashMap<>();
    aliases.forEach((alias, version) -> pointing.put(alias, version.version()));
    long updated =
        Stream.concat(
                registered.values().stream(),
                Stream.concat(stages.values().stream(), promotions.stream()))
            .mapToLong(entry -> entry.at().toEpochMilli())
            .max()
            .orElse(0);
    return new RegisteredModel(
        name,
        versions.getFirst().createdAt().toEpochMilli(),
        updated,
        who(1),
        words.getOrDefault(0, ""),
        newest(List.of()),
        tags.getOrDefault(0, Map.of()),
        pointing);
  }

  /// The newest version in each of these stages; in every stage where none is named.
  List<RegisteredVersion> newest(List<Stage> of) {
    Map<Stage, ModelVersion> newest = new LinkedHashMap<>();
    versions.forEach(version -> newest.put(stage(version.version()), version));
    return newest.entrySet().stream()
        .filter(one -> of.isEmpty() || of.contains(one.getKey()))
        .map(Map.Entry::getValue)
        .sorted(Comparator.comparingInt(ModelVersion::version))
        .map(this::version)
        .toList();
  }

  /// All versions, the oldest first.
  List<RegisteredVersion> all() {
    return versions.stream().map(this::version).toList();
  }

  static Optional<Stage> parsed(String word) {
    return Arrays.stream(Stage.values())
        .filter(stage -> stage.word().equalsIgnoreCase(word))
        .findFirst();
  }
}
