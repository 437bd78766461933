package dev.gnomon.server.mlflow;

import dev.gnomon.server.mlflow.Call.Reply;
import dev.gnomon.server.security.Role;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.View;
import java.util.List;
import java.util.regex.Pattern;

/// Versions of registered models.
final class VersionCalls {
  private static final int MOST = 200_000;
  private static final int USUAL = 10_000;
  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");

  private VersionCalls() {}

  /// @param told what is registered
  static List<Call> calls(Told told) {
    return List.of(
        Call.post(
            "/model-versions/create",
            "register a version",
            (tracking, in) -> {
              RegisteredVersion version =
                  tracking.createVersion(
                      in.required("name"),
                      in.required("source"),
                      in.user(),
                      in.filled("run_id"),
                      in.filled("run_link"),
                      in.filled("model_id"),
                      in.text("description"),
                      in.tags("tags"));
              told.registered(version);
              return one(version);
            }),
        Call.get(
            "/model-versions/get",
            "a version",
            (tracking, in) -> whole(tracking, tracking.version(in.required("name"), version(in)))),
        Call.of(
            "PATCH",
            "/model-versions/update",
            "describe a version",
            (tracking, in) ->
                one(
                    tracking.describeVersion(
                        in.required("name"), version(in), in.text("description")))),
        Call.change(
            "DELETE",
            "/model-versions/delete",
            "delete a version; its number is not used again",
            (tracking, in) -> tracking.deleteVersion(in.required("name"), version(in))),
        Call.get(
            "/model-versions/search", "search versions", (tracking, in) -> search(tracking, in)),
        Call.get(
            "/model-versions/get-download-uri",
            "where the files of a version lie",
            (tracking, in) -> {
              String uri = tracking.downloadUri(in.required("name"), version(in));
              return json -> json.writeStringProperty("artifact_uri", uri);
            }),
        Call.of(
                "POST",
                "/model-versions/transition-stage",
                "move a version to another stage",
                (tracking, in) ->
                    one(
                        tracking.moveTo(
                            in.required("name"),
                            version(in),
                            in.required("stage"),
                            in.requiredFlag("archive_existing_versions"),
                            in.user())))
            .by(Role.RELEASER),
        Call.change(
            "/model-versions/set-tag",
            "set a tag of a version",
            (tracking, in) ->
                tracking.setVersionTag(in.required("name"), version(in), in.tag("key"))),
        Call.change(
            "DELETE",
            "/model-versions/delete-tag",
            "delete a tag of a version",
            (tracking, in) ->
                tracking.deleteVersionTag(in.required("name"), version(in), in.required("key"))));
  }

  static Reply one(RegisteredVersion version) {
    return json -> {
      json.writeName("model_version");
      Wire.version(json, version);
    };
  }

  /// With parameters and metrics of the logged model it was made of, which newer clients show.
  private static Reply whole(Tracking tracking, RegisteredVersion version) {
    if (version.modelId() == null) {
      return one(version);
    }
    LoggedModel made;
    try {
      made = tracking.loggedModel(version.modelId(), true);
    } catch (TrackingError _) {
      // Not the caller's, or gone: the version stands without it.
      return one(version);
    }
    return json -> {
      json.writeObjectPropertyStart("model_version");
      Wire.versionFields(json, version);
      Wire.modelFields(json, made);
      json.writeEndObject();
    };
  }

  /// The number of a version, which clients write as a text.
  static int version(Fields in) {
    String text = in.requiredId("version");
    if (!WHOLE.matcher(text).matches()) {
      throw TrackingError.invalid(
          "Parameter 'version' must be an integer, got '%s'.".formatted(Fields.shown(text)));
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw TrackingError.missing(
          "Model Version (name=%s, version=%s) not found"
              .formatted(in.required("name"), Fields.shown(text)));
    }
  }

  private static Reply search(Tracking tracking, Fields in) {
    Page<RegisteredVersion> page =
        tracking.searchVersions(
            new Search(
                in.text("filter"),
                in.texts("order_by"),
                View.ACTIVE_ONLY,
                in.most(USUAL, MOST),
                in.filled("page_token")));
    return json -> Wire.page(json, "model_versions", page, Wire::version);
  }
}
