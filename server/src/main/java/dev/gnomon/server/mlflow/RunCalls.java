package dev.gnomon.server.mlflow;

import dev.gnomon.server.mlflow.Call.Reply;
import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.View;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs: what is logged of them, and how they are found.
final class RunCalls {
  private static final int MOST_RUNS = 50_000;
  private static final int USUAL_RUNS = 1_000;
  private static final int MOST_POINTS = 25_000;
  private static final int MOST_OF_BULK = 100;
  private static final int USUAL_PER_RUN = 2_500;
  private static final int INPUTS_BODY = 48 << 20;
  private static final int MODEL_BODY = 16 << 20;
  private static final int BATCH_BYTES = 1_000_000;
  private static final String DEFAULT_STUDY = "0";

  private RunCalls() {}

  /// @param told what begins and ends
  static List<Call> calls(Told told) {
    List<Call> out = new ArrayList<>(lifeCycle(told));
    out.addAll(logging());
    out.addAll(reading());
    return out;
  }

  private static List<Call> lifeCycle(Told told) {
    return List.of(
        Call.post("/runs/create", "begin a run", (tracking, in) -> create(tracking, in, told)),
        Call.get("/runs/get", "a run", (tracking, in) -> one(tracking.run(in.runId()))),
        Call.post(
            "/runs/update",
            "set state, end or name of a run",
            (tracking, in) -> {
              RunInfo info =
                  tracking.updateRun(
                      in.runId(),
                      in.word("status", RunStatus.class),
                      in.whole("end_time"),
                      in.filled("run_name"));
              if (info.end() != null && in.filled("status") != null) {
                told.ended(tracking, info);
              }
              return json -> {
                json.writeName("run_info");
                Wire.info(json, info);
              };
            }),
        Call.change(
            "/runs/delete",
            "delete a run; it can be restored",
            (tracking, in) -> tracking.deleteRun(in.runId())),
        Call.change(
            "/runs/restore",
            "restore a deleted run",
            (tracking, in) -> tracking.restoreRun(in.runId())));
  }

  private static List<Call> logging() {
    return List.of(
        Call.change("/runs/log-metric", "log a metric", RunCalls::logMetric),
        Call.change(
            "/runs/log-parameter",
            "log a parameter",
            (tracking, in) ->
                log(tracking, in.runId(), List.of(), List.of(in.tag("key")), List.of())),
        Call.change(
            "/runs/set-tag",
            "set a tag of a run",
            (tracking, in) ->
                log(tracking, in.runId(), List.of(), List.of(), List.of(in.tag("key")))),
        Call.change(
            "/runs/delete-tag",
            "delete a tag of a run",
            (tracking, in) -> tracking.deleteTag(in.runId(), in.required("key"))),
        Call.change(
                "/runs/log-batch", "log metrics, parameters and tags at once", RunCalls::logBatch)
            .upTo(8 * BATCH_BYTES),
        Call.change(
                "/runs/log-inputs",
                "log the data sets and models that a run read",
                RunCalls::inputs)
            .upTo(INPUTS_BODY),
        Call.change(
            "/runs/outputs",
            "log the models that a run made",
            (tracking, in) ->
                tracking.logOutputs(
                    in.runId(),
                    in.requiredEach("models").stream()
                        .map(
                            one -> new Run.Output(one.required("model_id"), one.wholeOr("step", 0)))
                        .toList())),
        Call.change(
                "/runs/log-model",
                "log the description of a model",
                (tracking, in) -> tracking.logModel(in.runId(), in.required("model_json")))
            .upTo(MODEL_BODY));
  }

  private static List<Call> reading() {
    return List.of(
        Call.search("/runs/search", "search runs", RunCalls::search),
        Call.get("/metrics/get-history", "all points of a metric of a run", RunCalls::history),
        Call.get(
            "/metrics/get-history-bulk", "all points of a metric of several runs", RunCalls::bulk),
        Call.get(
            "/metrics/get-history-bulk-interval",
            "points of a metric of several runs, spread over the steps",
            RunCalls::interval));
  }

  private static Reply create(Tracking tracking, Fields in, Told told) {
    String study = in.id("experiment_id");
    Run run =
        tracking.createRun(
            study == null || study.isEmpty() ? DEFAULT_STUDY : study,
            in.text("user_id"),
            in.filled("run_name"),
            in.whole("start_time"),
            in.tags("tags"));
    told.begun(tracking, run);
    return one(run);
  }

  private static Reply one(Run run) {
    return json -> {
      json.writeName("run");
      Wire.run(json, run);
    };
  }

  private static void log(
      Tracking tracking, String run, List<Metric> metrics, List<Tag> params, List<Tag> tags) {
    tracking.log(run, new Batch(metrics, params, tags));
  }

  private static void logMetric(Tracking tracking, Fields in) {
    log(tracking, in.runId(), List.of(metric(in)), List.of(), List.of());
  }

  private static Metric metric(Fields in) {
    return new Metric(
        in.required("key"),
        in.requiredNumber("value"),
        in.requiredWhole("timestamp"),
        in.wholeOr("step", 0),
        in.filled("model_id"),
        in.filled("dataset_name"),
        in.filled("dataset_digest"));
  }

  private static void logBatch(Tracking tracking, Fields in) {
    if (in.bytes() > BATCH_BYTES) {
      throw TrackingError.invalid(
          "Batched logging API requests must be at most %d bytes, got a request of size %d."
              .formatted(BATCH_BYTES, in.bytes()));
    }
    log(
        tracking,
        in.runId(),
        in.each("metrics").stream().map(RunCalls::metric).toList(),
        in.tags("params"),
        in.tags("tags"));
  }

  private static void inputs(Tracking tracking, Fields in) {
    List<Dataset.Input> datasets = new ArrayList<>();
    for (Fields input : in.each("datasets")) {
      Fields dataset = input.requiredObject("dataset");
      Map<String, String> tags = new LinkedHashMap<>();
      input.tags("tags").forEach(tag -> tags.put(tag.key(), tag.value()));
      datasets.add(
          new Dataset.Input(
              new Dataset(
                  dataset.required("name"),
                  dataset.required("digest"),
                  dataset.required("source_type"),
                  dataset.required("source"),
                  dataset.optional("schema"),
                  dataset.optional("profile")),
              tags));
    }
    tracking.logInputs(
        in.runId(),
        datasets,
        in.each("models").stream().map(one -> one.required("model_id")).toList());
  }

  private static Reply search(Tracking tracking, Fields in) {
    View view = in.word("run_view_type", View.class);
    Page<Run> page =
        tracking.searchRuns(
            in.ids("experiment_ids"),
            new Search(
                in.text("filter"),
                in.texts("order_by"),
                view == null ? View.ACTIVE_ONLY : view,
                in.most(USUAL_RUNS, MOST_RUNS),
                in.filled("page_token")));
    return json -> Wire.page(json, "runs", page, Wire::run);
  }

  private static Reply history(Tracking tracking, Fields in) {
    Page<Metric> page =
        tracking.history(
            in.runId(),
            in.required("metric_key"),
            in.most(MOST_POINTS, MOST_POINTS),
            in.filled("page_token"));
    return json -> Wire.page(json, "metrics", page, (to, metric) -> Wire.metric(to, metric, null));
  }

  private static Reply bulk(Tracking tracking, Fields in) {
    List<String> runs = runs(in, "run_id");
    String key = in.required("metric_key");
    int left = in.most(MOST_POINTS, MOST_POINTS);
    List<Tracking.RunMetric> points = new ArrayList<>();
    for (String run : runs) {
      if (left > 0) {
        List<Metric> some = tracking.history(run, key, left, null).items();
        some.forEach(metric -> points.add(new Tracking.RunMetric(run, metric)));
        left -= some.size();
      }
    }
    return points(points);
  }

  private static Reply interval(Tracking tracking, Fields in) {
    List<String> runs = runs(in, "run_ids");
    Long from = in.whole("start_step");
    Long to = in.whole("end_step");
    if ((from == null) != (to == null)) {
      throw TrackingError.invalid(
          "If either start step or end step are specified, both must be specified.");
    }
    if (from != null && to != null && from > to) {
      throw TrackingError.invalid(
          "end_step must be greater than start_step. Found start_step=%d and end_step=%d."
              .formatted(from, to));
    }
    return points(
        tracking.histories(
            runs, in.required("metric_key"), from, to, in.most(USUAL_PER_RUN, MOST_POINTS)));
  }

  private static List<String> runs(Fields in, String name) {
    List<String> runs = in.texts(name);
    if (runs.isEmpty()) {
      throw in.missing(name);
    }
    if (runs.size() > MOST_OF_BULK) {
      throw TrackingError.invalid(
          "A request of metric histories cannot specify more than %d run_ids. Received %d run_ids."
              .formatted(MOST_OF_BULK, runs.size()));
    }
    return runs;
  }

  private static Reply points(List<Tracking.RunMetric> points) {
    return json ->
        Wire.list(
            json, "metrics", points, (to, point) -> Wire.metric(to, point.metric(), point.runId()));
  }
}
