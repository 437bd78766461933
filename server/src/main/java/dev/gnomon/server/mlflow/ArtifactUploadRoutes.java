package dev.gnomon.server.mlflow;

import dev.gnomon.artifacts.ArtifactPath;
import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.artifacts.Uploads;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Role;
import dev.gnomon.tracking.TrackingError;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/// Artifacts that arrive in parts (MLflow's `mpu`). Where parts go are addresses of this server
/// that carry their own permission, since clients send them without a token.
///
/// Beyond MLflow's fields, `create` takes `key`: with the same path and key an upload that began
/// goes on, and `parts` says what is there already.
final class ArtifactUploadRoutes {
  private static final String PART = "/api/2.0/mlflow-artifacts/mpu/part/";

  /// For as long as a client may need for all its parts.
  private static final Duration LASTS = Duration.ofDays(1);

  private static final long MOST_OF_PART = 5L << 30;
  private static final int LONGEST_KEY = 256;

  private final Artifacts artifacts;
  private final ArtifactPlaces places;
  private final ArtifactUrls urls;
  private final BiFunction<Request, String, String> absolute;

  ArtifactUploadRoutes(
      Artifacts artifacts,
      ArtifactPlaces places,
      ArtifactUrls urls,
      BiFunction<Request, String, String> absolute) {
    this.artifacts = artifacts;
    this.places = places;
    this.urls = urls;
    this.absolute = absolute;
  }

  List<Route> routes(List<String> prefixes) {
    List<Route> out = new ArrayList<>();
    for (String prefix : prefixes) {
      String mpu = prefix + "/mlflow-artifacts/mpu/";
      out.add(
          ArtifactRoutes.post(
              Role.EDITOR,
              mpu + "create/{path...}",
              "MLflow: begin an artifact that arrives in parts",
              this::create));
      out.add(
          ArtifactRoutes.post(
              Role.EDITOR,
              mpu + "complete/{path...}",
              "MLflow: put the parts of an artifact together",
              this::complete));
      out.add(
          ArtifactRoutes.post(
              Role.EDITOR,
              mpu + "abort/{path...}",
              "MLflow: give up an artifact that arrives in parts",
              this::abort));
    }
    out.add(
        Route.stream(
            Role.NONE,
            "PUT",
            PART + "{path...}",
            "MLflow: one part of an artifact, at an address that was given out",
            MOST_OF_PART,
            this::part,
            MlflowErrors.FORM));
    return out;
  }

  /// The directory of the path, and the last name of the field, which may be where the file lies at
  /// the client's.
  private ArtifactPath file(Request request, Fields in) {
    String local = in.required("path").replaceFirst("^/+", "");
    ArtifactPath directory = ArtifactPath.directory(request.segments().getFirst());
    return places.checked(request.caller(), directory.child(new ArtifactPath(local).name()));
  }

  private static ArtifactUrls.Grant grant(ArtifactPath path, String upload, int number) {
    return new ArtifactUrls.Grant(
        "PUT", PART, path.text(), "upload_id=%s&part_number=%d".formatted(upload, number));
  }

  private Answer create(Request request) throws IOException {
    Fields in = Fields.of(request);
    ArtifactPath path = file(request, in);
    long parts = in.wholeOr("num_parts", 1);
    if (parts < 1 || parts > Uploads.MOST_PARTS) {
      throw TrackingError.invalid(
          "Invalid value %d for parameter 'num_parts' supplied: It must be from 1 to %d."
              .formatted(parts, Uploads.MOST_PARTS));
    }
    String key = in.filled("key");
    if (key != null && key.length() > LONGEST_KEY) {
      throw TrackingError.invalid("A key has at most %d characters.".formatted(LONGEST_KEY));
    }
    String id = artifacts.uploads().begin(path, Optional.ofNullable(key));
    List<Uploads.Part> there = key == null ? List.of() : artifacts.uploads().parts(path, id);
    return Answer.json(
        200,
        MlflowRoutes.written(json -> {
          json.writeStringProperty("upload_id", id);
          json.writeArrayPropertyStart("credentials");
          for (int number = 1; number <= parts; number++) {
            json.writeStartObject();
            json.writeStringProperty(
                "url", absolute.apply(request, urls.address(grant(path, id, number), LASTS)));
            json.writeNumberProperty("part_number", number);
            json.writeObjectPropertyStart("headers");
            json.writeEndObject();
            json.writeEndObject();
          }
          json.writeEndArray();
          Wire.list(
              json,
              "parts",
              there,
              (to, part) -> {
                to.writeStartObject();
                to.writeNumberProperty("part_number", part.number());
                to.writeStringProperty("etag", part.etag());
                to.writeNumberProperty("size", part.size());
                to.writeEndObject();
              });
        }));
  }

  private Answer part(Request request, InputStream body) {
    return ArtifactAnswers.of(() -> {
      ArtifactPath path = ArtifactPath.directory(request.segments().getFirst());
      String id = request.query("upload_id").orElse("");
      String number = request.query("part_number").orElse("");
      if (!number.matches("[1-9][0-9]{0,4}")) {
        throw TrackingError.invalid("The address names no part.");
      }
      int part = Integer.parseInt(number);
      ArtifactRoutes.requireHolds(urls, request, grant(path, id, part));
      Uploads.Part kept = artifacts.uploads().put(path, id, part, body);
      return new Answer(
          200, Answer.JSON, ArtifactAnswers.DONE, Map.of("ETag", "\"" + kept.etag() + "\""));
    });
  }

  private Answer complete(Request request) throws IOException {
    Fields in = Fields.of(request);
    ArtifactPath path = file(request, in);
    List<Uploads.Part> parts = new ArrayList<>();
    for (Fields part : in.requiredEach("parts")) {
      long number = part.requiredWhole("part_number");
      if (number < 1 || number > Uploads.MOST_PARTS) {
        throw TrackingError.invalid("There is no part %d.".formatted(number));
      }
      parts.add(new Uploads.Part((int) number, part.text("etag"), -1));
    }
    artifacts.uploads().complete(path, in.required("upload_id"), parts);
    return Answer.json(200, ArtifactAnswers.DONE);
  }

  private Answer abort(Request request) throws IOException {
    Fields in = Fields.of(request);
    artifacts.uploads().abort(file(request, in), in.required("upload_id"));
    return Answer.json(200, ArtifactAnswers.DONE);
  }
}
