package dev.gnomon.registry;

import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Passes everything about studies, runs and logged models on to another store.
abstract class StudiesOf implements Tracking {
  final Tracking all;

  StudiesOf(Tracking all) {
    this.all = all;
  }

  @Override
  public Study createStudy(String name, @Nullable String artifactLocation, List<Tag> tags) {
    return all.createStudy(name, artifactLocation, tags);
  }

  @Override
  public Study study(String id) {
    return all.study(id);
  }

  @Override
  public Study studyByName(String name) {
    return all.studyByName(name);
  }

  @Override
  public Page<Study> searchStudies(Search search) {
    return all.searchStudies(search);
  }

  @Override
  public void renameStudy(String id, String name) {
    all.renameStudy(id, name);
  }

  @Override
  public void deleteStudy(String id) {
    all.deleteStudy(id);
  }

  @Override
  public void restoreStudy(String id) {
    all.restoreStudy(id);
  }

  @Override
  public void setStudyTag(String id, Tag tag) {
    all.setStudyTag(id, tag);
  }

  @Override
  public void deleteStudyTag(String id, String key) {
    all.deleteStudyTag(id, key);
  }

  @Override
  public Run createRun(
      String studyId, String user, @Nullable String name, @Nullable Long start, List<Tag> tags) {
    return all.createRun(studyId, user, name, start, tags);
  }

  @Override
  public Run run(String id) {
    return all.run(id);
  }

  @Override
  public RunInfo updateRun(
      String id, @Nullable RunStatus status, @Nullable Long end, @Nullable String name) {
    return all.updateRun(id, status, end, name);
  }

  @Override
  public void deleteRun(String id) {
    all.deleteRun(id);
  }

  @Override
  public void restoreRun(String id) {
    all.restoreRun(id);
  }

  @Override
  public void log(String runId, Batch batch) {
    all.log(runId, batch);
  }

  @Override
  public void deleteTag(String runId, String key) {
    all.deleteTag(runId, key);
  }

  @Override
  public void logInputs(String runId, List<Dataset.Input> datasets, List<String> models) {
    all.logInputs(runId, datasets, models);
  }

  @Override
  public void logOutputs(String runId, List<Run.Output> outputs) {
    all.logOutputs(runId, outputs);
  }

  @Override
  public void logModel(String runId, String modelJson) {
    all.logModel(runId, modelJson);
  }

  @Override
  public Page<Run> searchRuns(List<String> studyIds, Search search) {
    return all.searchRuns(studyIds, search);
  }

  @Override
  public Page<Metric> history(String runId, String key, int most, @Nullable String token) {
    return all.history(runId, key, most, token);
  }

  @Override
  public List<RunMetric> histories(
      List<String> runIds, String key, @Nullable Long from, @Nullable Long to, int most) {
    return all.histories(runIds, key, from, to, most);
  }

  @Override
  public List<RunMetric> outlines(List<String> runIds, String key, int cells, boolean byTime) {
    return all.outlines(runIds, key, cells, byTime);
  }

  @Override
  public List<Dataset.Summary> datasets(List<String> studyIds) {
    return all.datasets(studyIds);
  }

  @Override
  public LoggedModel createLoggedModel(
      String studyId,
      @Nullable String name,
      @Nullable String modelType,
      @Nullable String sourceRunId,
      List<Tag> params,
      List<Tag> tags) {
    return all.createLoggedModel(studyId, name, modelType, sourceRunId, params, tags);
  }

  @Override
  public LoggedModel loggedModel(String id, boolean deletedToo) {
    return all.loggedModel(id, deletedToo);
  }

  @Override
  public LoggedModel finishLoggedModel(String id, String status) {
    return all.finishLoggedModel(id, status);
  }

  @Override
  public void deleteLoggedModel(String id) {
    all.deleteLoggedModel(id);
  }

  @Override
  public void logLoggedModelParams(String id, List<Tag> params) {
    all.logLoggedModelParams(id, params);
  }

  @Override
  public LoggedModel setLoggedModelTags(String id, List<Tag> tags) {
    return all.setLoggedModelTags(id, tags);
  }

  @Override
  public void deleteLoggedModelTag(String id, String key) {
    all.deleteLoggedModelTag(id, key);
  }

  @Override
  public Page<LoggedModel> searchLoggedModels(
      List<String> studyIds,
      String filter,
      List<DatasetKey> datasets,
      int most,
      List<ModelOrder> orderBy,
      @Nullable String token) {
    return all.searchLoggedModels(studyIds, filter, datasets, most, orderBy, token);
  }

  @Override
  public void close() {
    all.close();
  }

  @Override
  public void backup(Path file) throws IOException {
    all.backup(file);
  }
}
