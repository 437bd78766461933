package dev.gnomon.tracking;

import dev.gnomon.core.BadInput;
import dev.gnomon.tracking.internal.StoredTracking;
import dev.gnomon.tracking.spi.TrackingProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Studies, runs and registered models, with the rules of MLflow's interface. Every call is
/// checked, and throws [TrackingError] in the words clients match on. A change is on disk when its
/// method returns, and may be repeated: a repeated one changes nothing. Used by any number of
/// threads.
///
/// ```java
/// try (Tracking tracking = Tracking.open("sqlite", Map.of("path", home.tracking().toString()), clock)) {
///   Run run = tracking.createRun("0", "ada", "first", null, List.of());
///   tracking.log(run.info().id(), new Batch(List.of(new Metric("auc", 0.8, at, 0)), List.of(), List.of()));
/// }
/// ```
///
/// A store that is full, busy for too long or not reached is `TEMPORARILY_UNAVAILABLE`.
public interface Tracking extends AutoCloseable {
  /// Opens a kind of store by its name. The store itself is reached by the first call.
  ///
  /// @param settings of `sqlite`: `path`, a file; of `postgres`: `url` (`jdbc:postgresql://…`),
  ///   `user`, `password`
  /// @throws BadInput if there is none of that name, naming those on the class path
  static Tracking open(String kind, Map<String, String> settings, InstantSource clock) {
    Map<String, TrackingProvider> providers = new TreeMap<>();
    ServiceLoader.load(TrackingProvider.class).forEach(p -> providers.put(p.name(), p));
    TrackingProvider provider = providers.get(kind);
    if (provider == null) {
      throw new BadInput(
          "tracking",
          "no tracking store named '%s'".formatted(kind),
          "on the class path: " + String.join(", ", providers.keySet()));
    }
    return StoredTracking.opening(provider.opening(settings), clock);
  }

  // Studies

  Study createStudy(String name, @Nullable String artifactLocation, List<Tag> tags);

  Study study(String id);

  /// Deleted ones too; an active one is preferred.
  Study studyByName(String name);

  Page<Study> searchStudies(Search search);

  void renameStudy(String id, String name);

  void deleteStudy(String id);

  void restoreStudy(String id);

  void setStudyTag(String id, Tag tag);

  void deleteStudyTag(String id, String key);

  // Runs

  /// @param start milliseconds; null for now
  /// @param name null if none is given; then one is invented
  Run createRun(
      String studyId, String user, @Nullable String name, @Nullable Long start, List<Tag> tags);

  Run run(String id);

  /// @param status null to leave it; likewise the others
  RunInfo updateRun(
      String id, @Nullable RunStatus status, @Nullable Long end, @Nullable String name);

  void deleteRun(String id);

  void restoreRun(String id);

  void log(String runId, Batch batch);

  void deleteTag(String runId, String key);

  void logInputs(String runId, List<Dataset.Input> datasets, List<String> models);

  void logOutputs(String runId, List<Run.Output> outputs);

  /// Adds the description of a model, one JSON object, to tag `mlflow.log-model.history`.
  void logModel(String runId, String modelJson);

  /// A page may hold fewer than asked for where more would not fit into memory; its token leads on.
  Page<Run> searchRuns(List<String> studyIds, Search search);

  /// By timestamp, step, value.
  Page<Metric> history(String runId, String key, int most, @Nullable String token);

  /// Points of one key of several runs: all between two steps if these are given, at most so many
  /// per run, spread over the steps.
  List<RunMetric> histories(
      List<String> runIds, String key, @Nullable Long from, @Nullable Long to, int most);

  /// The shapes of curves: of each run the points of one key, by step, timestamp, value. A run with
  /// more than `4 * cells` of them gives what an [Outline] keeps.
  ///
  /// @param cells 1 or more
  /// @param byTime whether the cells are equal parts of the time, instead of the steps
  List<RunMetric> outlines(List<String> runIds, String key, int cells, boolean byTime);

  /// A point with its run.
  record RunMetric(String runId, Metric metric) {}

  List<Dataset.Summary> datasets(List<String> studyIds);

  // Registered models

  RegisteredModel createModel(String name, String user, String description, List<Tag> tags);

  RegisteredModel model(String name);

  RegisteredModel renameModel(String name, String newName);

  RegisteredModel describeModel(String name, String description);

  void deleteModel(String name);

  Page<RegisteredModel> searchModels(Search search);

  void setModelTag(String name, Tag tag);

  void deleteModelTag(String name, String key);

  void setAlias(String name, String alias, int version, String user);

  void deleteAlias(String name, String alias, String user);

  RegisteredVersion aliased(String name, String alias);

  /// The newest version per stage.
  ///
  /// @param stages empty for all
  List<RegisteredVersion> latest(String name, List<String> stages);

  RegisteredVersion createVersion(
      String name,
      String source,
      String user,
      @Nullable String runId,
      @Nullable String runLink,
      @Nullable String modelId,
      String description,
      List<Tag> tags);

  RegisteredVersion version(String name, int version);

  RegisteredVersion describeVersion(String name, int version, String description);

  void deleteVersion(String name, int version);

  Page<RegisteredVersion> searchVersions(Search search);

  /// Where the files of a version lie; of a copy, those of the original.
  String downloadUri(String name, int version);

  RegisteredVersion moveTo(
      String name, int version, String stage, boolean archiveOthers, String user);

  void setVersionTag(String name, int version, Tag tag);

  void deleteVersionTag(String name, int version, String key);

  // Logged models

  LoggedModel createLoggedModel(
      String studyId,
      @Nullable String name,
      @Nullable String modelType,
      @Nullable String sourceRunId,
      List<Tag> params,
      List<Tag> tags);

  LoggedModel loggedModel(String id, boolean deletedToo);

  LoggedModel finishLoggedModel(String id, String status);

  void deleteLoggedModel(String id);

  void logLoggedModelParams(String id, List<Tag> params);

  LoggedModel setLoggedModelTags(String id, List<Tag> tags);

  void deleteLoggedModelTag(String id, String key);

  /// @param datasets only models measured on one of these; empty for all
  Page<LoggedModel> searchLoggedModels(
      List<String> studyIds,
      String filter,
      List<DatasetKey> datasets,
      int most,
      List<ModelOrder> orderBy,
      @Nullable String token);

  /// A data set by its name, of one digest or of any.
  record DatasetKey(String name, @Nullable String digest) {}

  /// One key of an order: an attribute or `metrics.<key>`, of a data set or of any.
  record ModelOrder(String field, boolean ascending, @Nullable DatasetKey dataset) {}

  /// Writes a copy of this moment to a file, while others go on.
  ///
  /// @throws dev.gnomon.core.Refusal if the store is a server that has its own way, naming it
  void backup(Path file) throws IOException;

  @Override
  void close();
}
