package dev.gnomon.server.security;

import dev.gnomon.server.security.Verdict.Principal;
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
import dev.gnomon.tracking.TrackingError;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Tracking for a caller who may use some use cases only: every call is checked before it goes on.
final class ScopedTracking implements Tracking {
  /// Pages that are looked through at most for one that is not empty.
  private static final int MOST_PAGES = 50;

  private static final Pattern OF_RUN = Pattern.compile("runs:/+([^/]+).*", Pattern.DOTALL);
  private static final Pattern OF_MODEL = Pattern.compile("models:/+([^/@]+).*", Pattern.DOTALL);
  private static final Pattern OF_STUDY =
      Pattern.compile("mlflow-artifacts:(?://[^/]*)?/+([^/]+).*", Pattern.DOTALL);

  private final Tracking all;
  private final TrackingScope scope;
  private final Principal caller;

  ScopedTracking(Tracking all, TrackingScope scope, Principal caller) {
    this.all = all;
    this.scope = scope;
    this.caller = caller;
  }

  private TrackingError refused(String what) {
    return new TrackingError(
        TrackingError.Code.PERMISSION_DENIED,
        "The token '%s' is for %s only; it may not use %s."
            .formatted(caller.name(), String.join(", ", caller.useCases()), what));
  }

  private void named(String name, String what) {
    if (!caller.mayUseNamed(name)) {
      throw refused("the %s '%s'".formatted(what, name));
    }
  }

  private void studyNamed(String name) {
    named(name, "study");
  }

  private Study inStudy(String id) {
    Study study = scope.study(id);
    if (!caller.mayUseNamed(study.name())) {
      throw refused("study " + id);
    }
    return study;
  }

  private void inStudies(List<String> ids) {
    ids.forEach(this::inStudy);
  }

  private void inRun(String id) {
    inStudy(scope.studyOfRun(id));
  }

  private void inLoggedModel(String id) {
    inStudy(scope.studyOfModel(id));
  }

  private void modelNamed(String name) {
    named(name, "registered model");
  }

  /// Where files of a version lie must be the caller's too: whoever may read a version may read
  /// them.
  private void source(String source) {
    Matcher run = OF_RUN.matcher(source);
    Matcher study = OF_STUDY.matcher(source);
    Matcher model = OF_MODEL.matcher(source);
    if (run.matches()) {
      inRun(run.group(1));
    } else if (study.matches()) {
      inStudy(study.group(1));
    } else if (model.matches()) {
      // `models:/m-<id>` is a logged model, else a registered one.
      if (model.group(1).matches("m-[0-9a-f]{32}")) {
        inLoggedModel(model.group(1));
      } else {
        modelNamed(model.group(1));
      }
    } else if (source.startsWith("mlflow-artifacts:") || source.startsWith("gnomon:")) {
      throw refused("files of the whole server as '%s'".formatted(source));
    }
  }

  /// The next page that holds something of the caller's.
  private static <T> Page<T> pages(
      Search search, Function<Search, Page<T>> find, Predicate<T> mine) {
    Search next = search;
    for (int i = 0; ; i++) {
      Page<T> page = find.apply(next);
      List<T> kept = page.items().stream().filter(mine).toList();
      if (!kept.isEmpty() || page.next() == null || i == MOST_PAGES) {
        return new Page<>(kept, page.next());
      }
      next =
          new Search(search.filter(), search.orderBy(), search.view(), search.most(), page.next());
    }
  }

  @Override
  public Study createStudy(String name, @Nullable String artifactLocation, List<Tag> tags) {
    studyNamed(name);
    if (artifactLocation != null) {
      source(artifactLocation);
    }
    return all.createStudy(name, artifactLocation, tags);
  }

  @Override
  public Study study(String id) {
    return inStudy(id);
  }

  @Override
  public Study studyByName(String name) {
    studyNamed(name);
    return all.studyByName(name);
  }

  @Override
  public Page<Study> searchStudies(Search search) {
    return pages(search, all::searchStudies, study -> caller.mayUseNamed(study.name()));
  }

  @Override
  public void renameStudy(String id, String name) {
    inStudy(id);
    studyNamed(name);
    all.renameStudy(id, name);
  }

  @Override
  public void deleteStudy(String id) {
    inStudy(id);
    all.deleteStudy(id);
  }

  @Override
  public void restoreStudy(String id) {
    inStudy(id);
    all.restoreStudy(id);
  }

  @Override
  public void setStudyTag(String id, Tag tag) {
    inStudy(id);
    all.setStudyTag(id, tag);
  }

  @Override
  public void deleteStudyTag(String id, String key) {
    inStudy(id);
    all.deleteStudyTag(id, key);
  }

  @Override
  public Run createRun(
      String studyId, String user, @Nullable String name, @Nullable Long start, List<Tag> tags) {
    inStudy(studyId);
    return all.createRun(studyId, user, name, start, tags);
  }

  @Override
  public Run run(String id) {
    inRun(id);
    return all.run(id);
  }

  @Override
  public RunInfo updateRun(
      String id, @Nullable RunStatus status, @Nullable Long end, @Nullable String name) {
    inRun(id);
    return all.updateRun(id, status, end, name);
  }

  @Override
  public void deleteRun(String id) {
    inRun(id);
    all.deleteRun(id);
  }

  @Override
  public void restoreRun(String id) {
    inRun(id);
    all.restoreRun(id);
  }

  @Override
  public void log(String runId, Batch batch) {
    inRun(runId);
    all.log(runId, batch);
  }

  @Override
  public void deleteTag(String runId, String key) {
    inRun(runId);
    all.deleteTag(runId, key);
  }

  @Override
  public void logInputs(String runId, List<Dataset.Input> datasets, List<String> models) {
    inRun(runId);
    models.forEach(this::inLoggedModel);
    all.logInputs(runId, datasets, models);
  }

  @Override
  public void logOutputs(String runId, List<Run.Output> outputs) {
    inRun(runId);
    outputs.forEach(output -> inLoggedModel(output.modelId()));
    all.logOutputs(runId, outputs);
  }

  @Override
  public void logModel(String runId, String modelJson) {
    inRun(runId);
    all.logModel(runId, modelJson);
  }

  @Override
  public Page<Run> searchRuns(List<String> studyIds, Search search) {
    inStudies(studyIds);
    return all.searchRuns(studyIds, search);
  }

  @Override
  public Page<Metric> history(String runId, String key, int most, @Nullable String token) {
    inRun(runId);
    return all.history(runId, key, most, token);
  }

  @Override
  public List<RunMetric> histories(
      List<String> runIds, String key, @Nullable Long from, @Nullable Long to, int most) {
    runIds.forEach(this::inRun);
    return all.histories(runIds, key, from, to, most);
  }

  @Override
  public List<RunMetric> outlines(List<String> runIds, String key, int cells, boolean byTime) {
    runIds.forEach(this::inRun);
    return all.outlines(runIds, key, cells, byTime);
  }

  @Override
  public List<Dataset.Summary> datasets(List<String> studyIds) {
    inStudies(studyIds);
    return all.datasets(studyIds);
  }

  @Override
  public RegisteredModel createModel(String name, String user, String description, List<Tag> tags) {
    modelNamed(name);
    return all.createModel(name, user, description, tags);
  }

  @Override
  public RegisteredModel model(String name) {
    modelNamed(name);
    return all.model(name);
  }

  @Override
  public RegisteredModel renameModel(String name, String newName) {
    modelNamed(name);
    modelNamed(newName);
    return all.renameModel(name, newName);
  }

  @Override
  public RegisteredModel describeModel(String name, String description) {
    modelNamed(name);
    return all.describeModel(name, description);
  }

  @Override
  public void deleteModel(String name) {
    modelNamed(name);
    all.deleteModel(name);
  }

  @Override
  public Page<RegisteredModel> searchModels(Search search) {
    return pages(search, all::searchModels, model -> caller.mayUseNamed(model.name()));
  }

  @Override
  public void setModelTag(String name, Tag tag) {
    modelNamed(name);
    all.setModelTag(name, tag);
  }

  @Override
  public void deleteModelTag(String name, String key) {
    modelNamed(name);
    all.deleteModelTag(name, key);
  }

  @Override
  public void setAlias(String name, String alias, int version, String user) {
    modelNamed(name);
    all.setAlias(name, alias, version, user);
  }

  @Override
  public void deleteAlias(String name, String alias, String user) {
    modelNamed(name);
    all.deleteAlias(name, alias, user);
  }

  @Override
  public RegisteredVersion aliased(String name, String alias) {
    modelNamed(name);
    return all.aliased(name, alias);
  }

  @Override
  public List<RegisteredVersion> latest(String name, List<String> stages) {
    modelNamed(name);
    return all.latest(name, stages);
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
    modelNamed(name);
    source(source);
    if (runId != null && !runId.isEmpty()) {
      inRun(runId);
    }
    if (modelId != null && !modelId.isEmpty()) {
      inLoggedModel(modelId);
    }
    return all.createVersion(name, source, user, runId, runLink, modelId, description, tags);
  }

  @Override
  public RegisteredVersion version(String name, int version) {
    modelNamed(name);
    return all.version(name, version);
  }

  @Override
  public RegisteredVersion describeVersion(String name, int version, String description) {
    modelNamed(name);
    return all.describeVersion(name, version, description);
  }

  @Override
  public void deleteVersion(String name, int version) {
    modelNamed(name);
    all.deleteVersion(name, version);
  }

  @Override
  public Page<RegisteredVersion> searchVersions(Search search) {
    return pages(search, all::searchVersions, version -> caller.mayUseNamed(version.model()));
  }

  @Override
  public String downloadUri(String name, int version) {
    modelNamed(name);
    return all.downloadUri(name, version);
  }

  @Override
  public RegisteredVersion moveTo(
      String name, int version, String stage, boolean archiveOthers, String user) {
    modelNamed(name);
    return all.moveTo(name, version, stage, archiveOthers, user);
  }

  @Override
  public void setVersionTag(String name, int version, Tag tag) {
    modelNamed(name);
    all.setVersionTag(name, version, tag);
  }

  @Override
  public void deleteVersionTag(String name, int version, String key) {
    modelNamed(name);
    all.deleteVersionTag(name, version, key);
  }

  @Override
  public LoggedModel createLoggedModel(
      String studyId,
      @Nullable String name,
      @Nullable String modelType,
      @Nullable String sourceRunId,
      List<Tag> params,
      List<Tag> tags) {
    inStudy(studyId);
    if (sourceRunId != null && !sourceRunId.isEmpty()) {
      inRun(sourceRunId);
    }
    return all.createLoggedModel(studyId, name, modelType, sourceRunId, params, tags);
  }

  @Override
  public LoggedModel loggedModel(String id, boolean deletedToo) {
    inLoggedModel(id);
    return all.loggedModel(id, deletedToo);
  }

  @Override
  public LoggedModel finishLoggedModel(String id, String status) {
    inLoggedModel(id);
    return all.finishLoggedModel(id, status);
  }

  @Override
  public void deleteLoggedModel(String id) {
    inLoggedModel(id);
    all.deleteLoggedModel(id);
  }

  @Override
  public void logLoggedModelParams(String id, List<Tag> params) {
    inLoggedModel(id);
    all.logLoggedModelParams(id, params);
  }

  @Override
  public LoggedModel setLoggedModelTags(String id, List<Tag> tags) {
    inLoggedModel(id);
    return all.setLoggedModelTags(id, tags);
  }

  @Override
  public void deleteLoggedModelTag(String id, String key) {
    inLoggedModel(id);
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
    inStudies(studyIds);
    return all.searchLoggedModels(studyIds, filter, datasets, most, orderBy, token);
  }

  /// The whole is not the caller's.
  @Override
  public void backup(Path file) {
    throw refused("a copy of everything");
  }

  @Override
  public void close() {}
}
