package dev.gnomon.tracking.internal;

import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Searched;
import dev.gnomon.tracking.spi.StudyRows;
import dev.gnomon.tracking.spi.TrackingRows;
import dev.gnomon.tracking.spi.TrackingStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The rules of studies.
final class StudyRules {
  private static final int MOST_DIGITS = 18;
  private static final int MOST = 50_000;

  private final TrackingStore store;
  private final InstantSource clock;

  StudyRules(TrackingStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /// Clients log to study 0 unless told otherwise.
  static void makeFirst(TrackingStore store, InstantSource clock) {
    if (store.read(rows -> rows.studies().find(0)).isEmpty()) {
      long now = clock.millis();
      Study first =
          new Study(Study.DEFAULT, "Default", location(Study.DEFAULT), false, now, now, Map.of());
      store.write(rows -> {
        rows.studies().insertFirst(first);
        return first;
      });
    }
  }

  private static String location(String id) {
    return "mlflow-artifacts:/" + id;
  }

  Study create(String name, @Nullable String artifactLocation, List<Tag> tags) {
    checkName("name", name);
    if (artifactLocation != null && !artifactLocation.isEmpty()) {
      Locations.check("artifact_location", artifactLocation);
    }
    checkTags(tags);
    return store.write(rows -> {
      StudyRows studies = rows.studies();
      refuseTaken(studies, name);
      long now = clock.millis();
      long id = studies.insert(name, "", now);
      String key = Long.toString(id);
      String location =
          artifactLocation == null || artifactLocation.isEmpty()
              ? location(key)
              : stripped(artifactLocation);
      studies.update(new Study(key, name, location, false, now, now, Map.of()));
      tags.forEach(tag -> studies.setTag(id, tag));
      return studies.find(id).orElseThrow();
    });
  }

  private static String stripped(String location) {
    int end = location.length();
    while (end > 0 && location.charAt(end - 1) == '/') {
      end--;
    }
    return location.charAt(end - 1) == ':' ? location : location.substring(0, end);
  }

  private static void checkName(String field, String name) {
    Checks.required(field, name);
    Checks.text(field, name, Checks.STUDY_NAME);
  }

  private static void checkTags(List<Tag> tags) {
    for (int i = 0; i < tags.size(); i++) {
      Checks.tag("tags[%d].".formatted(i), tags.get(i), Checks.STUDY_TAG_VALUE);
    }
  }

  private static void refuseTaken(StudyRows studies, String name) {
    if (studies.byName(name).isPresent()) {
      throw TrackingError.exists("Experiment(name=%s) already exists.".formatted(name));
    }
  }

  /// The number of an id; empty for what can't be one.
  static OptionalLong number(String id) {
    boolean digits =
        !id.isEmpty()
            && id.length() <= MOST_DIGITS
            && id.chars().allMatch(c -> c >= '0' && c <= '9')
            && (id.equals("0") || id.charAt(0) != '0');
    return digits ? OptionalLong.of(Long.parseLong(id)) : OptionalLong.empty();
  }

  static TrackingError missing(String id) {
    return TrackingError.missing("No Experiment with id=%s exists".formatted(id));
  }

  static Study found(TrackingRows rows, String id) {
    OptionalLong number = number(id);
    Optional<Study> study =
        number.isPresent() ? rows.studies().find(number.getAsLong()) : Optional.empty();
    return study.orElseThrow(() -> missing(id));
  }

  /// Locked until the transaction ends.
  static Study locked(TrackingRows rows, String id) {
    OptionalLong number = number(id);
    Optional<Study> study =
        number.isPresent() ? rows.studies().lock(number.getAsLong()) : Optional.empty();
    return study.orElseThrow(() -> missing(id));
  }

  /// Active, and so until the transaction ends.
  static Study active(TrackingRows rows, String id) {
    OptionalLong number = number(id);
    Optional<Study> study =
        number.isPresent() ? rows.studies().hold(number.getAsLong()) : Optional.empty();
    requireActive(study.orElseThrow(() -> missing(id)));
    return study.get();
  }

  static void requireActive(Study study) {
    if (study.deleted()) {
      throw TrackingError.invalid(
          "The experiment %s must be in the 'active' state. Current state is deleted."
              .formatted(study.id()));
    }
  }

  Study study(String id) {
    Checks.required("experiment_id", id);
    return store.read(rows -> found(rows, id));
  }

  Study byName(String name) {
    Checks.required("experiment_name", name);
    return store
        .read(rows -> rows.studies().byName(name))
        .orElseThrow(() ->
            TrackingError.missing("Could not find experiment with name '%s'".formatted(name)));
  }

  Page<Study> search(Search search) {
    Searches.checkMost(search.most(), MOST);
    Query query = Query.of(Searched.STUDIES, search);
    return store.read(
        rows -> rows.studies().search(search.view(), query, search.most(), Searches.token(search)));
  }

  void rename(String id, String name) {
    Checks.required("experiment_id", id);
    checkName("new_name", name);
    change(
        id,
        (rows, study) -> {
          if (study.deleted()) {
            throw TrackingError.invalid("Cannot rename a non-active experiment.");
          }
          if (!study.name().equals(name)) {
            refuseTaken(rows.studies(), name);
            update(rows, study, name, false);
          }
        });
  }

  void mark(String id, boolean deleted) {
    Checks.required("experiment_id", id);
    change(
        id,
        (rows, study) -> {
          if (study.deleted() != deleted) {
            update(rows, study, study.name(), deleted);
            rows.runs().mark(Long.parseLong(id), deleted);
          }
        });
  }

  private void update(TrackingRows rows, Study study, String name, boolean deleted) {
    rows.studies()
        .update(
            new Study(
                study.id(),
                name,
                study.artifactLocation(),
                deleted,
                study.created(),
                clock.millis(),
                study.tags()));
  }

  void setTag(String id, Tag tag) {
    Checks.required("experiment_id", id);
    Checks.tag("", tag, Checks.STUDY_TAG_VALUE);
    change(
        id,
        (rows, study) -> {
          requireActive(study);
          rows.studies().setTag(Long.parseLong(id), tag);
        });
  }

  void deleteTag(String id, String key) {
    Checks.required("experiment_id", id);
    Checks.required("key", key);
    change(
        id,
        (rows, study) -> {
          requireActive(study);
          if (!rows.studies().deleteTag(Long.parseLong(id), key)) {
            throw TrackingError.missing(
                "No tag with name: %s in experiment with id %s".formatted(key, id));
          }
        });
  }

  private interface Change {
    void apply(TrackingRows rows, Study study);
  }

  private void change(String id, Change change) {
    store.write(rows -> {
      Study study = locked(rows, id);
      change.apply(rows, study);
      return study;
    });
  }
}
