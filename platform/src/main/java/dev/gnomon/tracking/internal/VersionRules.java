package dev.gnomon.tracking.internal;

import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Stage;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Searched;
import dev.gnomon.tracking.spi.TrackingRows;
import dev.gnomon.tracking.spi.TrackingStore;
import dev.gnomon.tracking.spi.VersionRows;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The rules of versions and stages.
final class VersionRules {
  private static final Pattern COPY = Pattern.compile("models:/([^/]+)/([0-9]{1,9})");
  private static final Pattern LOGGED = Pattern.compile("models:/(m-[0-9a-f]{32})");
  private static final int USER = 256;
  private static final int MOST = 200_000;

  private final TrackingStore store;
  private final InstantSource clock;

  VersionRules(TrackingStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  RegisteredVersion create(
      String name,
      String source,
      String user,
      @Nullable String runId,
      @Nullable String runLink,
      @Nullable String modelId,
      String description,
      List<Tag> tags) {
    Checks.required("name", name);
    Checks.required("source", source);
    Locations.checkSource(source);
    Checks.text("user_id", user, USER);
    Checks.optional("run_link", runLink, Checks.LOCATION);
    Checks.text("description", description, Checks.DESCRIPTION);
    Checks.freeTags(tags, Checks.MODEL_TAG_VALUE);
    if (runId != null && !runId.isEmpty() && !Checks.isRunId(runId)) {
      throw Checks.invalid("run_id", runId, "Not the id of a run.");
    }
    return store.write(rows -> {
      long model = ModelRules.locked(rows, name);
      if (modelId != null && !modelId.isEmpty()) {
        LoggedModelRules.found(rows, modelId);
      }
      String storage = storage(rows, source);
      long now = clock.millis();
      int number = rows.models().nextVersion(model);
      long row =
          rows.versions()
              .insert(
                  model,
                  new RegisteredVersion(
                      name,
                      number,
                      now,
                      now,
                      user,
                      Stage.NONE,
                      description,
                      source,
                      emptyIsNone(runId),
                      emptyIsNone(runLink),
                      "READY",
                      "",
                      Map.of(),
                      List.of(),
                      emptyIsNone(modelId)),
                  storage);
      BatchRules.last(tags).forEach(tag -> rows.versions().setTag(row, tag));
      rows.models().touch(model, now);
      return found(rows, model, name, number).version();
    });
  }

  private static @Nullable String emptyIsNone(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  /// A copy has the files of its original, also when that one is gone.
  private static String storage(TrackingRows rows, String source) {
    Matcher copy = COPY.matcher(source);
    if (copy.matches()) {
      String name = copy.group(1);
      return found(rows, ModelRules.found(rows, name), name, Integer.parseInt(copy.group(2)))
          .storage();
    }
    Matcher logged = LOGGED.matcher(source);
    if (logged.matches()) {
      return LoggedModelRules.found(rows, logged.group(1)).model().artifactUri();
    }
    return source;
  }

  static VersionRows.Stored found(TrackingRows rows, long model, String name, int version) {
    return rows.versions().find(model, version).orElseThrow(() -> missing(name, version));
  }

  private static TrackingError missing(String name, int version) {
    return TrackingError.missing(
        "Model Version (name=%s, version=%d) not found".formatted(name, version));
  }

  /// An unknown model has no versions either.
  private static VersionRows.Stored found(TrackingRows rows, String name, int version) {
    var model = rows.models().find(name);
    if (model.isEmpty()) {
      throw missing(name, version);
    }
    return found(rows, model.getAsLong(), name, version);
  }

  RegisteredVersion version(String name, int version) {
    Checks.required("name", name);
    return store.read(rows -> found(rows, name, version).version());
  }

  String downloadUri(String name, int version) {
    Checks.required("name", name);
    return store.read(rows -> found(rows, name, version).storage());
  }

  List<RegisteredVersion> latest(String name, List<String> stages) {
    Checks.required("name", name);
    Set<Stage> asked = EnumSet.noneOf(Stage.class);
    stages.forEach(stage -> asked.add(stage(stage)));
    return store.read(rows ->
        rows.versions().latest(ModelRules.found(rows, name)).stream()
            .filter(version -> asked.isEmpty() || asked.contains(version.stage()))
            .toList());
  }

  private static Stage stage(String word) {
    for (Stage stage : Stage.values()) {
      if (stage.word().equalsIgnoreCase(word)) {
        return stage;
      }
    }
    throw TrackingError.invalid(
        "Invalid Model Version stage: %s. Value must be one of None, Staging, Production, Archived."
            .formatted(word));
  }

  private interface Change {
    void apply(TrackingRows rows, long model, VersionRows.Stored version);
  }

  /// One that is not there is missing, also if its model is.
  private RegisteredVersion change(String name, int number, Change change) {
    Checks.required("name", name);
    return store.write(rows -> {
      var model = rows.models().lock(name);
      if (model.isEmpty()) {
        throw missing(name, number);
      }
      VersionRows.Stored version = found(rows, model.getAsLong(), name, number);
      change.apply(rows, model.getAsLong(), version);
      return rows.versions()
          .find(model.getAsLong(), number)
          .orElse(version) // it was deleted
          .version();
    });
  }

  RegisteredVersion describe(String name, int version, String description) {
    Checks.text("description", description, Checks.DESCRIPTION);
    return change(
        name,
        version,
        (rows, _, stored) -> {
          if (!stored.version().description().equals(description)) {
            rows.versions()
                .update(stored.row(), stored.version().stage(), description, clock.millis());
          }
        });
  }

  void delete(String name, int version) {
    change(
        name,
        version,
        (rows, model, stored) -> {
          rows.versions().delete(stored.row());
          rows.models().touch(model, clock.millis());
        });
  }

  RegisteredVersion moveTo(String name, int version, String stage, boolean archiveOthers) {
    Checks.required("stage", stage);
    Stage target = stage(stage);
    if (archiveOthers && target != Stage.STAGING && target != Stage.PRODUCTION) {
      throw TrackingError.invalid(
          ("Model version transition cannot archive existing model versions because '%s' is not an"
                  + " Active stage. Valid stages are Staging, Production")
              .formatted(target.word()));
    }
    return change(
        name,
        version,
        (rows, model, stored) -> {
          long now = clock.millis();
          boolean changed = false;
          if (archiveOthers) {
            for (VersionRows.Stored other : rows.versions().in(model, target)) {
              if (other.row() != stored.row()) {
                rows.versions()
                    .update(other.row(), Stage.ARCHIVED, other.version().description(), now);
                changed = true;
              }
            }
          }
          if (stored.version().stage() != target) {
            rows.versions().update(stored.row(), target, stored.version().description(), now);
            changed = true;
          }
          if (changed) {
            rows.models().touch(model, now);
          }
        });
  }

  Page<RegisteredVersion> search(Search search) {
    Searches.checkMost(search.most(), MOST);
    Query query = Query.of(Searched.VERSIONS, search);
    return store.read(rows -> rows.versions().search(query, search.most(), Searches.token(search)));
  }

  void setTag(String name, int version, Tag tag) {
    Checks.freeTag("", tag, Checks.MODEL_TAG_VALUE);
    change(name, version, (rows, _, stored) -> rows.versions().setTag(stored.row(), tag));
  }

  /// One that is not there is none: MLflow's server says so too.
  void deleteTag(String name, int version, String key) {
    Checks.required("key", key);
    change(name, version, (rows, _, stored) -> rows.versions().deleteTag(stored.row(), key));
  }
}
