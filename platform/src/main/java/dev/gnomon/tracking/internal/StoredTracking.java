package dev.gnomon.tracking.internal;

import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.spi.TrackingStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Tracking over a store: every call goes to the rules of its kind of thing.
public final class StoredTracking implements Tracking {
  private final TrackingStore store;
  private final StudyRules studies;
  private final RunRules runs;
  private final InputRules inputs;
  private final ModelRules models;
  private final VersionRules versions;
  private final LoggedModelRules loggedModels;

  private StoredTracking(TrackingStore store, InstantSource clock) {
    this.store = store;
    studies = new StudyRules(store, clock);
    runs = new RunRules(store, clock);
    inputs = new InputRules(store);
    models = new ModelRules(store, clock);
    versions = new VersionRules(store, clock);
    loggedModels = new LoggedModelRules(store, clock);
  }

  /// @param opening is called by the first call
  public static StoredTracking opening(Supplier<TrackingStore> opening, InstantSource clock) {
    TrackingStore late =
        new LateStore(() -> {
          TrackingStore store = opening.get();
          boolean done = false;
          try {
            StudyRules.makeFirst(store, clock);
            done = true;
            return store;
          } finally {
            if (!done) {
              store.close();
            }
          }
        });
    return new StoredTracking(late, clock);
  }

  @Override
  public Study createStudy(String name, @Nullable String artifactLocation, List<Tag> tags) {
    return studies.create(name, artifactLocation, tags);
  }

  @Override
  public Study study(String id) {
    return studies.study(id);
  }

  @Override
  public Study studyByName(String name) {
    return studies.byName(name);
  }

  @Override
  public Page<Study> searchStudies(Search search) {
    return studies.search(search);
  }

  @Override
  public void renameStudy(String id, String name) {
    studies.rename(id, name);
  }

  @Override
  public void deleteStudy(String id) {
    studies.mark(id, true);
  }

  @Override
  public void restoreStudy(String id) {
    studies.mark(id, false);
  }

  @Override
  public void setStudyTag(String id, Tag tag) {
    studies.setTag(id, tag);
  }

  @Override
  public void deleteStudyTag(String id, String key) {
    studies.deleteTag(id, key);
  }

  @Override
  public Run createRun(
      String studyId, String user, @Nullable String name, @Nullable Long start, List<Tag> tags) {
    return runs.create(studyId, user, name, start, tags);
  }

  @Override
  public Run run(String id) {
    return runs.run(id);
  }

  @Override
  public RunInfo updateRun(
      String id, @Nullable RunStatus status, @Nullable Long end, @Nullable String name) {
    return runs.update(id, status, end, name);
  }

  @Override
  public void deleteRun(String id) {
    runs.mark(id, true);
  }

  @Override
  public void restoreRun(String id) {
    runs.mark(id, false);
  }

  @Override
  public void log(String runId, Batch batch) {
    runs.log(runId, batch);
  }

  @Override
  public void deleteTag(String runId, String key) {
    runs.deleteTag(runId, key);
  }

  @Override
  public void logInputs(String runId, List<Dataset.Input> datasets, List<String> models) {
    inputs.logInputs(runId, datasets, models);
  }

  @Override
  public void logOutputs(String runId, List<Run.Output> outputs) {
    inputs.logOutputs(runId, outputs);
  }

  @Override
  public void logModel(String runId, String modelJson) {
    inputs.logModel(runId, modelJson);
  }

  @Override
  public Page<Run> searchRuns(List<String> studyIds, Search search) {
    return runs.search(studyIds, search);
  }

  @Override
  public Page<Metric> history(String runId, String key, int most, @Nullable String token) {
    return runs.history(runId, key, most, token);
  }

  @Override
  public List<RunMetric> histories(
      List<String> runIds, String key, @Nullable Long from, @Nullable Long to, int most) {
    return runs.histories(runIds, key, from, to, most);
  }

  @Override
  public List<RunMetric> outlines(List<String> runIds, String key, int cells, boolean byTime) {
    return runs.outlines(runIds, key, cells, byTime);
  }

  @Override
  public List<Dataset.Summary> datasets(List<String> studyIds) {
    return inputs.summaries(studyIds);
  }

  @Override
  public RegisteredModel createModel(String name, String user, String description, List<Tag> tags) {
    return models.create(name, user, description, tags);
  }

  @Override
  public RegisteredModel model(String name) {
    return models.model(name);
  }

  @Override
  public RegisteredModel renameModel(String name, String newName) {
    return models.rename(name, newName);
  }

  @Override
  public RegisteredModel describeModel(String name, String description) {
    return models.describe(name, description);
  }

  @Override
  public void deleteModel(String name) {
    models.delete(name);
  }

  @Override
  public Page<RegisteredModel> searchModels(Search search) {
    return models.search(search);
  }

  @Override
  public void setModelTag(String name, Tag tag) {
    models.setTag(name, tag);
  }

  @Override
  public void deleteModelTag(String name, String key) {
    models.deleteTag(name, key);
  }

  @Override
  public void setAlias(String name, String alias, int version, String user) {
    models.setAlias(name, alias, version);
  }

  @Override
  public void deleteAlias(String name, String alias, String user) {
    models.deleteAlias(name, alias);
  }

  @Override
  public RegisteredVersion aliased(String name, String alias) {
    return models.aliased(name, alias);
  }

  @Override
  public List<RegisteredVersion> latest(String name, List<String> stages) {
    return versions.latest(name, stages);
  }

  @Override
  public RegisteredVersion createVersion(
      String name,
      String source,
      String user,
      @Nullable String runId,
      @Nullable String runLink,
      @Nullable String modelId,
      String description,
      List<Tag> tags) {
    return versions.create(name, source, user, runId, runLink, modelId, description, tags);
  }

  @Override
  public RegisteredVersion version(String name, int version) {
    return versions.version(name, version);
  }

  @Override
  public RegisteredVersion describeVersion(String name, int version, String description) {
    return versions.describe(name, version, description);
  }

  @Override
  public void deleteVersion(String name, int version) {
    versions.delete(name, version);
  }

  @Override
  public Page<RegisteredVersion> searchVersions(Search search) {
    return versions.search(search);
  }

  @Override
  public String downloadUri(String name, int version) {
    return versions.downloadUri(name, version);
  }

  @Override
  public RegisteredVersion moveTo(
      String name, int version, String stage, boolean archiveOthers, String user) {
    return versions.moveTo(name, version, stage, archiveOthers);
  }

  @Override
  public void setVersionTag(String name, int version, Tag tag) {
    versions.setTag(name, version, tag);
  }

  @Override
  public void deleteVersionTag(String name, int version, String key) {
    versions.deleteTag(name, version, key);
  }

  @Override
  public LoggedModel createLoggedModel(
      String studyId,
      @Nullable String name,
      @Nullable String modelType,
      @Nullable String sourceRunId,
      List<Tag> params,
      List<Tag> tags) {
    return loggedModels.create(studyId, name, modelType, sourceRunId, params, tags);
  }

  @Override
  public LoggedModel loggedModel(String id, boolean deletedToo) {
    return loggedModels.model(id, deletedToo);
  }

  @Override
  public LoggedModel finishLoggedModel(String id, String status) {
    return loggedModels.finish(id, status);
  }

  @Override
  public void deleteLoggedModel(String id) {
    loggedModels.delete(id);
  }

  @Override
  public void logLoggedModelParams(String id, List<Tag> params) {
    loggedModels.addParams(id, params);
  }

  @Override
  public LoggedModel setLoggedModelTags(String id, List<Tag> tags) {
    return loggedModels.setTags(id, tags);
  }

  @Override
  public void deleteLoggedModelTag(String id, String key) {
    loggedModels.deleteTag(id, key);
  }

  @Override
  public Page<LoggedModel> searchLoggedModels(
      List<String> studyIds,
      String filter,
      List<DatasetKey> datasets,
      int most,
      List<ModelOrder> orderBy,
      @Nullable String token) {
    return loggedModels.search(studyIds, filter, datasets, most, orderBy, token);
  }

  @Override
  public void backup(Path file) throws IOException {
    store.backup(file);
  }

  @Override
  public void close() {
    store.close();
  }
}
