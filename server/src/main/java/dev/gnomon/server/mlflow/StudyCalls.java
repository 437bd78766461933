package dev.gnomon.server.mlflow;

import dev.gnomon.server.mlflow.Call.Reply;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.View;
import java.util.List;

/// Studies, which MLflow calls experiments.
final class StudyCalls {
  private static final int MOST = 50_000;
  private static final int USUAL = 1_000;

  private StudyCalls() {}

  static List<Call> calls() {
    return List.of(
        Call.post(
            "/experiments/create",
            "create an experiment",
            (tracking, in) -> {
              Study study =
                  tracking.createStudy(
                      in.required("name"), in.filled("artifact_location"), in.tags("tags"));
              return json -> json.writeStringProperty("experiment_id", study.id());
            }),
        Call.get(
            "/experiments/get",
            "an experiment",
            (tracking, in) -> one(tracking.study(in.requiredId("experiment_id")))),
        Call.get(
            "/experiments/get-by-name",
            "an experiment by its name; also a deleted one",
            (tracking, in) -> one(tracking.studyByName(in.required("experiment_name")))),
        Call.search(
            "/experiments/search",
            "search experiments",
            (tracking, in) -> found(search(tracking, in))),
        Call.get(
            "/experiments/search",
            "search experiments",
            (tracking, in) -> found(search(tracking, in))),
        Call.change(
            "/experiments/update",
            "rename an experiment",
            (tracking, in) ->
                tracking.renameStudy(in.requiredId("experiment_id"), in.required("new_name"))),
        Call.change(
            "/experiments/delete",
            "delete an experiment with its runs; it can be restored",
            (tracking, in) -> tracking.deleteStudy(in.requiredId("experiment_id"))),
        Call.change(
            "/experiments/restore",
            "restore a deleted experiment with its runs",
            (tracking, in) -> tracking.restoreStudy(in.requiredId("experiment_id"))),
        Call.change(
            "/experiments/set-experiment-tag",
            "set a tag of an experiment",
            (tracking, in) -> tracking.setStudyTag(in.requiredId("experiment_id"), in.tag("key"))),
        Call.change(
            "/experiments/delete-experiment-tag",
            "delete a tag of an experiment",
            (tracking, in) ->
                tracking.deleteStudyTag(in.requiredId("experiment_id"), in.required("key"))),
        Call.search(
            "/experiments/search-datasets",
            "the data sets that runs of experiments read",
            (tracking, in) -> {
              var all = tracking.datasets(in.ids("experiment_ids"));
              return json -> Wire.datasets(json, all);
            }));
  }

  private static Page<Study> search(Tracking tracking, Fields in) {
    View view = in.word("view_type", View.class);
    return tracking.searchStudies(
        new Search(
            in.text("filter"),
            in.texts("order_by"),
            view == null ? View.ACTIVE_ONLY : view,
            in.most(USUAL, MOST),
            in.filled("page_token")));
  }

  private static Reply one(Study study) {
    return json -> {
      json.writeName("experiment");
      Wire.study(json, study);
    };
  }

  private static Reply found(Page<Study> page) {
    return json -> Wire.page(json, "experiments", page, Wire::study);
  }
}
