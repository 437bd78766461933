package dev.gnomon.server.mlflow;

import dev.gnomon.artifacts.ArtifactFile;
import dev.gnomon.artifacts.ArtifactList;
import dev.gnomon.artifacts.ArtifactPath;
import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.artifacts.Expected;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.TrackingScope;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Artifacts over HTTP: MLflow's proxy (`mlflow-artifacts`), lists and files of runs, versions and
/// logged models, and addresses that carry their own permission.
public final class ArtifactRoutes {
  /// The longest artifact, in bytes.
  public static final long MOST_BYTES = 1L << 40;

  private static final List<String> PREFIXES = List.of("/api/2.0", "/ajax-api/2.0");
  private static final List<String> NEWER = List.of("/api/3.0", "/ajax-api/3.0");
  private static final String SIGNED = "/api/2.0/mlflow-artifacts/signed/";
  private static final int MOST_LISTED = 100_000;
  private static final int PAGE = 10_000;

  private final Artifacts artifacts;
  private final ArtifactPlaces places;
  private final ArtifactUrls urls;
  private final boolean secure;
  private final Consumer<String> told;

  /// @param key the file of the key that signs the addresses given out, see [LinkKey]
  /// @param secure whether clients come over TLS
  /// @param told of files that are damaged, a line each time one is asked for
  public ArtifactRoutes(
      Artifacts artifacts,
      Tracking tracking,
      Path key,
      InstantSource clock,
      boolean secure,
      Consumer<String> told) {
    this(artifacts, tracking, LinkKey.of(key), clock, secure, told);
  }

  /// @param key signs addresses; at least 16 bytes that nobody else knows
  /// @param secure whether clients come over TLS
  /// @param told of files that are damaged, a line each time one is asked for
  ArtifactRoutes(
      Artifacts artifacts,
      Tracking tracking,
      byte[] key,
      InstantSource clock,
      boolean secure,
      Consumer<String> told) {
    this.told = told;
    this.artifacts = artifacts;
    this.places = new ArtifactPlaces(new TrackingScope(tracking));
    this.urls = new ArtifactUrls(key, clock);
    this.secure = secure;
  }

  public List<Route> routes() {
    List<Route> out = new ArrayList<>();
    for (String prefix : PREFIXES) {
      String proxy = prefix + "/mlflow-artifacts/artifacts";
      out.add(
          Route.stream(
              Role.EDITOR,
              "PUT",
              proxy + "/{path...}",
              "MLflow: keep an artifact",
              MOST_BYTES,
              this::put,
              MlflowErrors.FORM));
      out.add(get(proxy + "/{path...}", "MLflow: an artifact", this::download));
      out.add(get(proxy, "MLflow: what a directory of artifacts holds", this::list));
      out.add(
          new Route(
              Role.EDITOR,
              "DELETE",
              proxy + "/{path...}",
              "MLflow: take away an artifact, or a directory of them",
              Call.MAX_BODY,
              Route.Accepts.ANY,
              Route.Mode.BLOCKING,
              request -> ArtifactAnswers.of(() -> delete(request)),
              MlflowErrors.FORM));
      String runs = prefix + "/mlflow/artifacts";
      out.add(get(runs + "/list", "MLflow: artifacts of a run", this::listRun));
      out.add(
          post(
              Role.EDITOR,
              runs + "/presigned-upload-url",
              "MLflow: an address to which an artifact may be sent",
              this::presignedUpload));
      out.add(
          post(
              Role.VIEWER,
              runs + "/presigned-download-url",
              "MLflow: an address at which an artifact may be had",
              this::presignedDownload));
      loggedModels(prefix, out);
    }
    NEWER.forEach(prefix -> loggedModels(prefix, out));
    out.addAll(new ArtifactUploadRoutes(artifacts, places, urls, this::absolute).routes(PREFIXES));
    out.add(get("/get-artifact", "MLflow: an artifact of a run", this::downloadOfRun));
    out.add(
        get(
            "/model-versions/get-artifact",
            "MLflow: an artifact of a registered version",
            this::downloadOfVersion));
    out.add(
        new Route(
            Role.NONE,
            "GET",
            SIGNED + "{path...}",
            "An artifact, at an address that was given out",
            0,
            Route.Accepts.NOTHING,
            Route.Mode.BLOCKING,
            request -> ArtifactAnswers.of(() -> signedDownload(request)),
            MlflowErrors.FORM));
    out.add(
        Route.stream(
            Role.NONE,
            "PUT",
            SIGNED + "{path...}",
            "Keep an artifact, at an address that was given out",
            MOST_BYTES,
            this::signedUpload,
            MlflowErrors.FORM));
    return List.copyOf(out);
  }

  private void loggedModels(String prefix, List<Route> out) {
    String model = prefix + "/mlflow/logged-models/{model_id}/artifacts";
    out.add(
        get(model + "/directories", "MLflow: artifacts of a logged model", this::listLoggedModel));
    out.add(
        get(
            model + "/files",
            "MLflow: an artifact of a logged model",
            this::downloadOfLoggedModel));
  }

  private static Route get(String pattern, String summary, Handler handler) {
    return new Route(
        Role.VIEWER,
        "GET",
        pattern,
        summary,
        0,
        Route.Accepts.NOTHING,
        Route.Mode.BLOCKING,
        request -> ArtifactAnswers.of(() -> handler.answer(request)),
        MlflowErrors.FORM);
  }

  static Route post(Role role, String pattern, String summary, Handler handler) {
    return new Route(
        role,
        "POST",
        pattern,
        summary,
        Call.MAX_BODY,
        Route.Accepts.JSON_OR_UNSTATED,
        Route.Mode.BLOCKING,
        request -> ArtifactAnswers.of(() -> handler.answer(request)),
        MlflowErrors.FORM);
  }

  /// Answers, or fails as artifacts do.
  interface Handler {
    Answer answer(Request request) throws IOException;
  }

  private static ArtifactPath path(Request request) {
    return ArtifactPath.directory(request.segments().getFirst());
  }

  // The proxy

  private Answer put(Request request, InputStream body) {
    return ArtifactAnswers.of(() -> {
      ArtifactPath path = places.checked(request.caller(), path(request));
      return stored(path, request, body);
    });
  }

  private Answer stored(ArtifactPath path, Request request, InputStream body) throws IOException {
    String digest =
        ArtifactAnswers.sha256(
            request.header("Repr-Digest").or(() -> request.header("Content-Digest")).orElse(null));
    ArtifactFile file = artifacts.put(path, body, new Expected(Optional.ofNullable(digest), -1));
    return new Answer(
        200,
        Answer.JSON,
        ArtifactAnswers.DONE,
        java.util.Map.of("ETag", "\"" + file.sha256() + "\""));
  }

  private Answer download(Request request) throws IOException {
    return file(request, places.checked(request.caller(), path(request)));
  }

  private Answer file(Request request, ArtifactPath path) throws IOException {
    ArtifactFile file = artifacts.find(path).orElseThrow(() -> ArtifactAnswers.missing(path));
    StoredFile stored = new StoredFile(artifacts, file, told);
    Optional<Answer> damage = request.method().equals("HEAD") ? stored.damage() : Optional.empty();
    return damage.orElseGet(() -> ArtifactAnswers.file(stored));
  }

  private Answer list(Request request) throws IOException {
    ArtifactPath directory =
        places.checked(request.caller(), ArtifactPath.directory(request.query("path").orElse("")));
    ArtifactList list = ArtifactAnswers.list(artifacts, directory, null, MOST_LISTED);
    return Answer.json(
        200, MlflowRoutes.written(json -> ArtifactAnswers.files(json, list, ArtifactPath.ROOT)));
  }

  private Answer delete(Request request) throws IOException {
    artifacts.delete(places.checked(request.caller(), path(request)));
    return Answer.json(200, ArtifactAnswers.DONE);
  }

  // Of runs, versions and logged models

  private Answer listRun(Request request) throws IOException {
    Fields in = Fields.of(request);
    String id = in.runId();
    ArtifactPath root = places.run(request.caller(), id);
    String uri = places.tracking(request.caller()).run(id).info().artifactUri();
    return listed(uri, root, request.query("path").orElse(""), in.filled("page_token"));
  }

  private Answer listLoggedModel(Request request) throws IOException {
    Fields in = Fields.of(request);
    String id = in.segment(0);
    ArtifactPath root = places.loggedModel(request.caller(), id);
    String uri = places.tracking(request.caller()).loggedModel(id, false).artifactUri();
    return listed(
        uri, root, request.query("artifact_directory_path").orElse(""), in.filled("page_token"));
  }

  private Answer listed(String uri, ArtifactPath root, String path, @Nullable String token)
      throws IOException {
    ArtifactPath within = ArtifactPath.directory(path);
    ArtifactList list = ArtifactAnswers.list(artifacts, root.child(path), token, PAGE);
    return Answer.json(
        200,
        MlflowRoutes.written(json -> {
          json.writeStringProperty("root_uri", uri);
          ArtifactAnswers.files(json, list, within);
        }));
  }

  private Answer downloadOfRun(Request request) throws IOException {
    Fields in = Fields.of(request);
    return file(
        request, places.run(request.caller(), in.runId()).child(required(request, in, "path")));
  }

  /// As it came: the rules for paths word what is wrong with it.
  private static String required(Request request, Fields in, String name) {
    String path = request.query(name).orElse("");
    if (path.isEmpty()) {
      throw in.missing(name);
    }
    return path;
  }

  private Answer downloadOfLoggedModel(Request request) throws IOException {
    Fields in = Fields.of(request);
    return file(
        request,
        places
            .loggedModel(request.caller(), in.segment(0))
            .child(required(request, in, "artifact_file_path")));
  }

  private Answer downloadOfVersion(Request request) throws IOException {
    Fields in = Fields.of(request);
    String name = in.required("name");
    String version = in.requiredId("version");
    if (!version.matches("[0-9]{1,9}")) {
      throw TrackingError.invalid(
          "Parameter 'version' must be an integer, got '%s'.".formatted(Fields.shown(version)));
    }
    String path = required(request, in, "path");
    return file(
        request, places.version(request.caller(), name, Integer.parseInt(version)).child(path));
  }

  // Addresses that carry their own permission

  private Answer presignedUpload(Request request) {
    Fields in = Fields.of(request);
    String run = in.filled("run_id");
    String model = in.filled("model_id");
    if ((run == null) == (model == null)) {
      throw TrackingError.invalid("Exactly one of 'run_id' and 'model_id' must be given.");
    }
    String path = in.required("path");
    ArtifactPath file =
        (run != null
                ? places.run(request.caller(), run)
                : places.loggedModel(request.caller(), java.util.Objects.requireNonNull(model)))
            .child(path);
    String url = absolute(request, signed("PUT", file, expiration(in, 900)));
    return Answer.json(
        200,
        MlflowRoutes.written(json -> {
          json.writeStringProperty("presigned_url", url);
          json.writeObjectPropertyStart("headers");
          json.writeEndObject();
        }));
  }

  private Answer presignedDownload(Request request) throws IOException {
    Fields in = Fields.of(request);
    ArtifactPath path = places.run(request.caller(), in.runId()).child(in.required("path"));
    ArtifactFile file = artifacts.find(path).orElseThrow(() -> ArtifactAnswers.missing(path));
    String url = absolute(request, signed("GET", path, expiration(in, 300)));
    return Answer.json(
        200,
        MlflowRoutes.written(json -> {
          json.writeStringProperty("presigned_url", url);
          json.writeObjectPropertyStart("headers");
          json.writeEndObject();
          json.writeNumberProperty("file_size", file.size());
        }));
  }

  private static Duration expiration(Fields in, long otherwise) {
    long seconds = in.wholeOr("expiration", otherwise);
    if (seconds < 1 || seconds > ArtifactUrls.LONGEST.toSeconds()) {
      throw TrackingError.invalid(
          "Invalid value %d for parameter 'expiration' supplied: It must be from 1 to %d seconds."
              .formatted(seconds, ArtifactUrls.LONGEST.toSeconds()));
    }
    return Duration.ofSeconds(seconds);
  }

  private String signed(String method, ArtifactPath path, Duration lasts) {
    return urls.address(new ArtifactUrls.Grant(method, SIGNED, path.text(), ""), lasts);
  }

  private ArtifactPath granted(Request request, String method) {
    ArtifactPath path = path(request);
    requireHolds(urls, request, new ArtifactUrls.Grant(method, SIGNED, path.text(), ""));
    return path;
  }

  static void requireHolds(ArtifactUrls urls, Request request, ArtifactUrls.Grant grant) {
    if (!urls.holds(
        grant, request.query("expires").orElse(""), request.query("signature").orElse(""))) {
      throw new TrackingError(
          TrackingError.Code.PERMISSION_DENIED,
          "The address does not hold: it ended, or was not given out so.");
    }
  }

  private Answer signedDownload(Request request) throws IOException {
    return file(request, granted(request, "GET"));
  }

  private Answer signedUpload(Request request, InputStream body) {
    return ArtifactAnswers.of(() -> stored(granted(request, "PUT"), request, body));
  }

  /// An address of this server as the client knows it.
  private String absolute(Request request, String address) {
    String host = request.header("Host").orElse("");
    return host.matches("[A-Za-z0-9._:\\[\\]-]{1,255}")
        ? "%s://%s%s".formatted(secure ? "https" : "http", host, address)
        : address;
  }
}
