package dev.gnomon.tracking.internal;

import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Outline;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking.RunMetric;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Searched;
import dev.gnomon.tracking.spi.LoggedModelRows;
import dev.gnomon.tracking.spi.RunRows;
import dev.gnomon.tracking.spi.RunRows.Stored;
import dev.gnomon.tracking.spi.TrackingRows;
import dev.gnomon.tracking.spi.TrackingStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// The rules of runs.
final class RunRules {
  private static final String NAME_TAG = "mlflow.runName";
  private static final int USER = 256;
  private static final int MOST_RUNS = 50_000;

  private final TrackingStore store;
  private final InstantSource clock;

  RunRules(TrackingStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  Run create(
      String studyId, String user, @Nullable String name, @Nullable Long start, List<Tag> tags) {
    Checks.required("experiment_id", studyId);
    Checks.text("user_id", user, USER);
    for (int i = 0; i < tags.size(); i++) {
      Checks.tag("tags[%d].".formatted(i), tags.get(i), Checks.RUN_TAG_VALUE);
    }
    UUID uuid = UUID.randomUUID();
    String id = uuid.toString().replace("-", "");
    List<Tag> all = new ArrayList<>(tags);
    String called = name(name, tags, uuid);
    all.add(new Tag(NAME_TAG, called));
    long from = start == null ? clock.millis() : start;
    return store.write(rows -> {
      Study study = StudyRules.active(rows, studyId);
      Stored run =
          rows.runs()
              .insert(
                  new RunInfo(
                      id,
                      study.id(),
                      called,
                      user,
                      RunStatus.RUNNING,
                      from,
                      null,
                      study.artifactLocation() + "/" + id + "/artifacts",
                      false));
      rows.runs().setTags(run, BatchRules.last(all));
      return rows.runs().whole(List.of(run)).getFirst();
    });
  }

  /// A name makes the tag, a tag the name.
  private static String name(@Nullable String given, List<Tag> tags, UUID id) {
    String name = given == null || given.isEmpty() ? null : given;
    for (Tag tag : BatchRules.last(tags)) {
      if (tag.key().equals(NAME_TAG) && !tag.value().isEmpty()) {
        if (name != null && !name.equals(tag.value())) {
          throw TrackingError.invalid(
              ("Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different"
                      + " values (run_name='%s', mlflow.runName='%s').")
                  .formatted(name, tag.value()));
        }
        name = tag.value();
      }
    }
    if (name == null) {
      return RunNames.of(id);
    }
    Checks.text("run_name", name, Checks.NAME);
    return name;
  }

  private static TrackingError missing(String id) {
    return TrackingError.missing("Run with id=%s not found".formatted(id));
  }

  static Stored found(TrackingRows rows, String id) {
    if (!Checks.isRunId(id)) {
      throw missing(id);
    }
    return rows.runs().find(id).orElseThrow(() -> missing(id));
  }

  private static Stored locked(TrackingRows rows, String id) {
    if (!Checks.isRunId(id)) {
      throw missing(id);
    }
    return rows.runs().lock(id).orElseThrow(() -> missing(id));
  }

  /// Active, and locked until the transaction ends.
  static Stored writable(TrackingRows rows, String id) {
    Stored run = locked(rows, id);
    if (run.info().deleted()) {
      throw TrackingError.invalid(
          "The run %s must be in the 'active' state. Current state is deleted.".formatted(id));
    }
    return run;
  }

  Run run(String id) {
    Checks.required("run_id", id);
    return store.read(rows -> rows.runs().whole(List.of(found(rows, id))).getFirst());
  }

  RunInfo update(String id, @Nullable RunStatus status, @Nullable Long end, @Nullable String name) {
    Checks.required("run_id", id);
    Checks.optional("run_name", name, Checks.NAME);
    return store.write(rows -> {
      Stored run = writable(rows, id);
      RunInfo old = run.info();
      String given = name == null || name.isEmpty() ? null : name;
      RunInfo now =
          new RunInfo(
              id,
              old.studyId(),
              given == null ? old.name() : given,
              old.user(),
              status == null ? old.status() : status,
              old.start(),
              end == null ? old.end() : end,
              old.artifactUri(),
              false);
      rows.runs().update(new Stored(run.row(), now));
      if (given != null) {
        rows.runs().setTags(run, List.of(new Tag(NAME_TAG, given)));
      }
      return now;
    });
  }

  void mark(String id, boolean deleted) {
    Checks.required("run_id", id);
    store.write(rows -> {
      Stored run = locked(rows, id);
      if (run.info().deleted() != deleted) {
        if (!deleted) {
          StudyRules.active(rows, run.info().studyId());
        }
        RunInfo i = run.info();
        rows.runs()
            .update(
                new Stored(
                    run.row(),
                    new RunInfo(
                        i.id(),
                        i.studyId(),
                        i.name(),
                        i.user(),
                        i.status(),
                        i.start(),
                        i.end(),
                        i.artifactUri(),
                        deleted)));
      }
      return run;
    });
  }

  void log(String runId, Batch batch) {
    Checks.required("run_id", runId);
    BatchRules.check(batch);
    List<Metric> metrics = BatchRules.stored(batch.metrics());
    store.write(rows -> {
      Stored run = writable(rows, runId);
      addParams(rows, run, batch.params());
      setTags(rows, run, batch.tags());
      rows.runs().addMetrics(run, metrics);
      addToModels(rows, runId, metrics);
      return run;
    });
  }

  private static void addParams(TrackingRows rows, Stored run, List<Tag> params) {
    if (params.isEmpty()) {
      return;
    }
    Map<String, String> known =
        rows.runs().params(run.row(), params.stream().map(Tag::key).toList());
    List<Tag> added = new ArrayList<>();
    for (Tag param : params) {
      String old = known.get(param.key());
      if (old == null) {
        added.add(param);
      } else if (!old.equals(param.value())) {
        throw TrackingError.invalid(
            ("Changing param values is not allowed. Param with key='%s' was already logged with"
                    + " value='%s' for run ID='%s'. Attempted logging new value '%s'.")
                .formatted(param.key(), old, run.info().id(), param.value()));
      }
    }
    rows.runs().addParams(run, added);
  }

  private static void setTags(TrackingRows rows, Stored run, List<Tag> tags) {
    if (tags.isEmpty()) {
      return;
    }
    var last = BatchRules.last(tags);
    rows.runs().setTags(run, last);
    for (Tag tag : last) {
      if (tag.key().equals(NAME_TAG) && !tag.value().isEmpty()) {
        Checks.text("mlflow.runName", tag.value(), Checks.NAME);
        RunInfo i = run.info();
        rows.runs()
            .update(
                new Stored(
                    run.row(),
                    new RunInfo(
                        i.id(),
                        i.studyId(),
                        tag.value(),
                        i.user(),
                        i.status(),
                        i.start(),
                        i.end(),
                        i.artifactUri(),
                        i.deleted())));
      }
    }
  }

  private static void addToModels(TrackingRows rows, String runId, List<Metric> metrics) {
    Map<String, List<Metric>> byModel = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      if (metric.modelId() != null) {
        byModel.computeIfAbsent(metric.modelId(), _ -> new ArrayList<>()).add(metric);
      }
    }
    byModel.forEach((id, points) -> {
      LoggedModelRows.Stored model = LoggedModelRules.found(rows, id);
      rows.loggedModels().addMetrics(model.row(), runId, points);
    });
  }

  void deleteTag(String runId, String key) {
    Checks.required("run_id", runId);
    Checks.required("key", key);
    store.write(rows -> {
      Stored run = writable(rows, runId);
      if (!rows.runs().deleteTag(run.row(), key)) {
        throw TrackingError.missing("No tag with name: %s in run with id %s".formatted(key, runId));
      }
      return run;
    });
  }

  Page<Run> search(List<String> studyIds, Search search) {
    Searches.checkMost(search.most(), MOST_RUNS);
    List<Long> studies = Searches.studies(studyIds);
    Query query = Query.of(Searched.RUNS, search);
    return store.read(rows ->
        rows.runs().search(studies, search.view(), query, search.most(), Searches.token(search)));
  }

  Page<Metric> history(String runId, String key, int most, @Nullable String token) {
    Checks.required("run_id", runId);
    Checks.required("metric_key", key);
    String query = runId + " " + key;
    Metric after = token == null || token.isEmpty() ? null : Searches.metric(query, key, token);
    Searches.checkMost(most, Integer.MAX_VALUE - 1);
    List<Metric> points =
        store.read(rows -> rows.runs().history(found(rows, runId).row(), key, after, most + 1));
    return points.size() <= most
        ? new Page<>(points, null)
        : new Page<>(points.subList(0, most), Searches.token(query, points.get(most - 1)));
  }

  List<RunMetric> histories(
      List<String> runIds, String key, @Nullable Long from, @Nullable Long to, int most) {
    Checks.required("metric_key", key);
    Searches.checkMost(most, Integer.MAX_VALUE);
    if (runIds.isEmpty()) {
      throw TrackingError.invalid("GetMetricHistoryBulk request must specify at least one run_id.");
    }
    long low = Objects.requireNonNullElse(from, Long.MIN_VALUE);
    long high = Objects.requireNonNullElse(to, Long.MAX_VALUE);
    if (low > high) {
      throw TrackingError.invalid(
          "end_step must be greater than start_step. Found start_step=%d and end_step=%d."
              .formatted(low, high));
    }
    return store.read(rows -> {
      List<Stored> runs = runIds.stream().distinct().map(id -> found(rows, id)).toList();
      long[] steps = rows.runs().steps(runs, key, low, high);
      return rows.runs().at(runs, key, spread(steps, most));
    });
  }

  List<RunMetric> outlines(List<String> runIds, String key, int cells, boolean byTime) {
    Checks.required("metric_key", key);
    return store.read(rows -> {
      List<RunMetric> points = new ArrayList<>();
      for (String id : runIds.stream().distinct().toList()) {
        Stored run = found(rows, id);
        RunRows.Extent extent = rows.runs().extent(run, key);
        Outline outline =
            new Outline(
                extent.points(),
                byTime ? extent.firstTime() : extent.firstStep(),
                byTime ? extent.lastTime() : extent.lastStep(),
                cells);
        rows.runs()
            .visit(run, key, (at, step, value) -> outline.add(byTime ? at : step, at, step, value));
        outline.points(key).forEach(point -> points.add(new RunMetric(id, point)));
      }
      return points;
    });
  }

  /// At most so many, evenly, the first and the last among them.
  private static long[] spread(long[] steps, int most) {
    if (steps.length <= most) {
      return steps;
    }
    if (most == 1) {
      return new long[] {steps[0]};
    }
    return LongStream.range(0, most)
        .map(i -> steps[(int) (i * (steps.length - 1) / (most - 1))])
        .toArray();
  }
}
