package dev.gnomon.server.mlflow;

import dev.gnomon.server.mlflow.Call.Reply;
import dev.gnomon.server.security.Role;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.View;
import java.util.List;

/// Registered models: names, with aliases that point at versions.
final class ModelCalls {
  private static final int MOST = 1_000;
  private static final int USUAL = 100;

  private ModelCalls() {}

  static List<Call> calls() {
    return List.of(
        Call.post(
            "/registered-models/create",
            "create a registered model",
            (tracking, in) ->
                one(
                    tracking.createModel(
                        in.required("name"), in.user(), in.text("description"), in.tags("tags")))),
        Call.get(
            "/registered-models/get",
            "a registered model",
            (tracking, in) -> one(tracking.model(in.required("name")))),
        Call.post(
            "/registered-models/rename",
            "rename a registered model",
            (tracking, in) ->
                one(tracking.renameModel(in.required("name"), in.required("new_name")))),
        Call.of(
            "PATCH",
            "/registered-models/update",
            "describe a registered model",
            (tracking, in) ->
                one(tracking.describeModel(in.required("name"), in.text("description")))),
        Call.change(
            "DELETE",
            "/registered-models/delete",
            "delete a registered model with its versions",
            (tracking, in) -> tracking.deleteModel(in.required("name"))),
        Call.get(
            "/registered-models/search",
            "search registered models",
            (tracking, in) -> search(tracking, in)),
        Call.search(
            "/registered-models/get-latest-versions",
            "the newest version of each stage",
            (tracking, in) -> latest(tracking, in)),
        Call.get(
            "/registered-models/get-latest-versions",
            "the newest version of each stage",
            (tracking, in) -> latest(tracking, in)),
        Call.change(
            "/registered-models/set-tag",
            "set a tag of a registered model",
            (tracking, in) -> tracking.setModelTag(in.required("name"), in.tag("key"))),
        Call.change(
            "DELETE",
            "/registered-models/delete-tag",
            "delete a tag of a registered model",
            (tracking, in) -> tracking.deleteModelTag(in.required("name"), in.required("key"))),
        Call.change(
                "/registered-models/alias",
                "point an alias at a version",
                (tracking, in) ->
                    tracking.setAlias(
                        in.required("name"),
                        in.required("alias"),
                        VersionCalls.version(in),
                        in.user()))
            .by(Role.RELEASER),
        Call.change(
                "DELETE",
                "/registered-models/alias",
                "delete an alias",
                (tracking, in) ->
                    tracking.deleteAlias(in.required("name"), in.required("alias"), in.user()))
            .by(Role.RELEASER),
        Call.get(
            "/registered-models/alias",
            "the version that an alias points at",
            (tracking, in) ->
                VersionCalls.one(tracking.aliased(in.required("name"), in.required("alias")))));
  }

  private static Reply one(RegisteredModel model) {
    return json -> {
      json.writeName("registered_model");
      Wire.model(json, model);
    };
  }

  private static Reply search(Tracking tracking, Fields in) {
    Page<RegisteredModel> page =
        tracking.searchModels(
            new Search(
                in.text("filter"),
                in.texts("order_by"),
                View.ACTIVE_ONLY,
                in.most(USUAL, MOST),
                in.filled("page_token")));
    return json -> Wire.page(json, "registered_models", page, Wire::model);
  }

  private static Reply latest(Tracking tracking, Fields in) {
    List<RegisteredVersion> latest = tracking.latest(in.required("name"), in.texts("stages"));
    return json -> Wire.list(json, "model_versions", latest, Wire::version);
  }
}
