package dev.gnomon.tracking.internal;

import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking.DatasetKey;
import dev.gnomon.tracking.Tracking.ModelOrder;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.spi.LoggedModelRows;
import dev.gnomon.tracking.spi.TrackingRows;
import dev.gnomon.tracking.spi.TrackingStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The rules of logged models.
final class LoggedModelRules {
  private static final String PENDING = "LOGGED_MODEL_PENDING";
  private static final Set<String> FINAL =
      Set.of("LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED");
  private static final int MOST_PARAMS = 100;
  private static final int TYPE = 500;
  private static final int MOST = 1_000;

  private final TrackingStore store;
  private final InstantSource clock;

  LoggedModelRules(TrackingStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  LoggedModel create(
      String studyId,
      @Nullable String name,
      @Nullable String modelType,
      @Nullable String sourceRunId,
      List<Tag> params,
      List<Tag> tags) {
    Checks.required("experiment_id", studyId);
    Checks.optional("model_type", modelType, TYPE);
    BatchRules.params(params);
    checkTags(tags);
    UUID uuid = UUID.randomUUID();
    String id = "m-" + uuid.toString().replace("-", "");
    String called = name == null || name.isEmpty() ? RunNames.of(uuid) : name;
    checkName(called);
    return store.write(rows -> {
      Study study = StudyRules.active(rows, studyId);
      String run = sourceRunId == null || sourceRunId.isEmpty() ? null : sourceRunId;
      if (run != null) {
        RunRules.found(rows, run);
      }
      long now = clock.millis();
      String uri = study.artifactLocation() + "/models/" + id + "/artifacts";
      long row =
          rows.loggedModels()
              .insert(
                  new LoggedModel(
                      id,
                      study.id(),
                      called,
                      now,
                      now,
                      uri,
                      PENDING,
                      modelType == null || modelType.isEmpty() ? null : modelType,
                      run,
                      Map.of(),
                      Map.of(),
                      List.of(),
                      List.of()));
      rows.loggedModels().addParams(row, params);
      rows.loggedModels().setTags(row, BatchRules.last(tags));
      return found(rows, id).model();
    });
  }

  private static void checkName(String name) {
    Checks.text("name", name, Checks.NAME);
    if (name.chars().anyMatch(c -> "/:.%\"'".indexOf(c) >= 0)) {
      throw TrackingError.invalid(
          ("Invalid model name (%s) provided. Model name must be a non-empty string and cannot"
                  + " contain the following characters: ('/', ':', '.', '%%', '\"', \"'\")")
              .formatted(name));
    }
  }

  private static void checkTags(List<Tag> tags) {
    for (int i = 0; i < tags.size(); i++) {
      Checks.tag("tags[%d].".formatted(i), tags.get(i), Checks.RUN_TAG_VALUE);
    }
  }

  private static TrackingError missing(String id) {
    return TrackingError.missing("Logged model with ID '%s' not found.".formatted(id));
  }

  /// One that is not deleted.
  static LoggedModelRows.Stored found(TrackingRows rows, String id) {
    return rows.loggedModels()
        .find(id)
        .filter(stored -> !stored.deleted())
        .orElseThrow(() -> missing(id));
  }

  LoggedModel model(String id, boolean deletedToo) {
    Checks.required("model_id", id);
    return store.read(rows ->
        rows.loggedModels()
            .find(id)
            .filter(stored -> deletedToo || !stored.deleted())
            .orElseThrow(() -> missing(id))
            .model());
  }

  private interface Change {
    void apply(LoggedModelRows rows, LoggedModelRows.Stored model);
  }

  private LoggedModel change(String id, Change change) {
    Checks.required("model_id", id);
    return store.write(rows -> {
      LoggedModelRows.Stored model =
          rows.loggedModels()
              .lock(id)
              .filter(stored -> !stored.deleted())
              .orElseThrow(() -> missing(id));
      change.apply(rows.loggedModels(), model);
      return rows.loggedModels().find(id).orElseThrow().model();
    });
  }

  LoggedModel finish(String id, String status) {
    if (!FINAL.contains(status)) {
      throw Checks.invalid(
          "status", status, "Must be LOGGED_MODEL_READY or LOGGED_MODEL_UPLOAD_FAILED.");
    }
    return change(
        id,
        (rows, model) -> {
          if (!model.model().status().equals(status)) {
            rows.update(model.row(), status, false, clock.millis());
          }
        });
  }

  void delete(String id) {
    change(
        id,
        (rows, model) -> rows.update(model.row(), model.model().status(), true, clock.millis()));
  }

  void addParams(String id, List<Tag> params) {
    if (params.size() > MOST_PARAMS) {
      throw TrackingError.invalid(
          "A request can contain at most %d params. Got %d params."
              .formatted(MOST_PARAMS, params.size()));
    }
    BatchRules.params(params);
    change(
        id,
        (rows, model) -> {
          List<Tag> added = new ArrayList<>();
          for (Tag param : params) {
            String old = model.model().params().get(param.key());
            if (old == null) {
              added.add(param);
            } else if (!old.equals(param.value())) {
              throw TrackingError.invalid(
                  ("Changing param values is not allowed. Param with key='%s' was already logged"
                          + " with value='%s' for model ID='%s'. Attempted logging new value '%s'.")
                      .formatted(param.key(), old, id, param.value()));
            }
          }
          rows.addParams(model.row(), added);
        });
  }

  LoggedModel setTags(String id, List<Tag> tags) {
    checkTags(tags);
    return change(id, (rows, model) -> rows.setTags(model.row(), BatchRules.last(tags)));
  }

  void deleteTag(String id, String key) {
    Checks.required("tag_key", key);
    change(
        id,
        (rows, model) -> {
          if (!rows.deleteTag(model.row(), key)) {
            throw TrackingError.missing(
                "No tag with key '%s' found for model with ID '%s'.".formatted(key, id));
          }
        });
  }

  Page<LoggedModel> search(
      List<String> studyIds,
      String filter,
      List<DatasetKey> datasets,
      int most,
      List<ModelOrder> orderBy,
      @Nullable String token) {
    Searches.checkMost(most, MOST);
    List<Long> studies = Searches.studies(studyIds);
    Query query = Query.ofLoggedModels(filter, datasets, orderBy);
    return store.read(
        rows -> rows.loggedModels().search(studies, query, most, Searches.token(token)));
  }
}
