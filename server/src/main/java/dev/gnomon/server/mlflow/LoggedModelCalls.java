package dev.gnomon.server.mlflow;

import dev.gnomon.server.mlflow.Call.Reply;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.Tracking.DatasetKey;
import dev.gnomon.tracking.Tracking.ModelOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Models that runs wrote; only clients from version 3 on ask for them.
final class LoggedModelCalls {
  private static final int MOST = 50;
  private static final String ONE = "/logged-models/{model_id}";

  private LoggedModelCalls() {}

  static List<Call> calls() {
    return List.of(
        Call.post(
            "/logged-models",
            "begin to log a model",
            (tracking, in) ->
                one(
                    tracking.createLoggedModel(
                        in.requiredId("experiment_id"),
                        in.filled("name"),
                        in.filled("model_type"),
                        in.filled("source_run_id"),
                        in.tags("params"),
                        in.tags("tags")))),
        Call.get(
            ONE,
            "a logged model",
            (tracking, in) ->
                one(
                    tracking.loggedModel(
                        in.segment(0), Boolean.TRUE.equals(in.flag("allow_deleted"))))),
        Call.of(
            "PATCH",
            ONE,
            "say that a model is logged, or failed to be",
            (tracking, in) ->
                one(tracking.finishLoggedModel(in.segment(0), in.required("status")))),
        Call.change(
            "DELETE",
            ONE,
            "delete a logged model",
            (tracking, in) -> tracking.deleteLoggedModel(in.segment(0))),
        Call.change(
            ONE + "/params",
            "log parameters of a model",
            (tracking, in) -> tracking.logLoggedModelParams(in.segment(0), in.tags("params"))),
        Call.of(
            "PATCH",
            ONE + "/tags",
            "set tags of a logged model",
            (tracking, in) -> one(tracking.setLoggedModelTags(in.segment(0), in.tags("tags")))),
        Call.change(
            "DELETE",
            ONE + "/tags/{key}",
            "delete a tag of a logged model",
            (tracking, in) -> tracking.deleteLoggedModelTag(in.segment(0), in.segment(1))),
        Call.search(
            "/logged-models/search",
            "search logged models",
            (tracking, in) -> search(tracking, in)));
  }

  private static Reply one(LoggedModel model) {
    return json -> {
      json.writeName("model");
      Wire.loggedModel(json, model);
    };
  }

  private static Reply search(Tracking tracking, Fields in) {
    Page<LoggedModel> page =
        tracking.searchLoggedModels(
            in.ids("experiment_ids"),
            in.text("filter"),
            in.each("datasets").stream()
                .map(one ->
                    new DatasetKey(one.required("dataset_name"), one.filled("dataset_digest")))
                .toList(),
            in.most(MOST, MOST),
            in.each("order_by").stream().map(LoggedModelCalls::order).toList(),
            in.filled("page_token"));
    return json -> Wire.page(json, "models", page, Wire::loggedModel);
  }

  private static ModelOrder order(Fields in) {
    return new ModelOrder(
        in.required("field_name"), !Boolean.FALSE.equals(in.flag("ascending")), dataset(in));
  }

  private static @Nullable DatasetKey dataset(Fields in) {
    String name = in.filled("dataset_name");
    return name == null ? null : new DatasetKey(name, in.filled("dataset_digest"));
  }
}
