package dev.gnomon.server.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.core.Home;
import dev.gnomon.server.HttpFront;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Security;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The wire as MLflow's Python client uses it, over HTTP.
@SuppressWarnings("NullAway.Init") // opened before each test
class ArtifactRoutesTest {
  private static final String RUN = "3f".repeat(16);
  private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts";
  private static final String OF_RUN = PROXY + "/7/" + RUN + "/artifacts";

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Throwable> told = new ArrayList<>();
  private final List<String> notes = new CopyOnWriteArrayList<>();
  private final AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
  private Artifacts artifacts;
  private Access access;
  private HttpFront front;

  @BeforeEach
  void open() {
    artifacts = Artifacts.open(folder.resolve("artifacts").toString(), Map.of(), Instant::now);
    access = Access.open(Security.of(new Home(folder.resolve("home"))), note -> {});
    start();
  }

  private Path key() {
    return folder.resolve("links.key");
  }

  private void start() {
    front =
        new HttpFront(
            new ArtifactRoutes(
                    artifacts,
                    tracking(),
                    key(),
                    () -> Instant.now().plus(later.get()),
                    false,
                    notes::add)
                .routes(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            access,
            told::add);
    front.start("127.0.0.1", 0);
  }

  @AfterEach
  void close() {
    front.close();
    access.close();
    artifacts.close();
  }

  /// One run, one logged model, one version for each way to say where a version's files lie.
  private static Tracking tracking() {
    return (Tracking)
        Proxy.newProxyInstance(
            Tracking.class.getClassLoader(),
            new Class<?>[] {Tracking.class},
            (self, method, args) ->
                switch (method.getName()) {
                  case "run" -> run((String) args[0]);
                  case "loggedModel" -> model((String) args[0]);
                  case "downloadUri" ->
                      switch ((Integer) args[1]) {
                        case 1 -> "mlflow-artifacts:/7/" + RUN + "/artifacts/model";
                        case 2 -> "runs:/" + RUN + "/model";
                        case 3 -> "mlflow-artifacts://other:5000/7/" + RUN + "/artifacts/model";
                        case 4 -> "models:/m-1/";
                        case 5 -> "s3://elsewhere/x";
                        case 6 -> "mlflow-artifacts:/7/../../x";
                        default ->
                            throw TrackingError.missing(
                                "Model Version (name=m, version=9) not found");
                      };
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static Run run(String id) {
    if (!id.equals(RUN)) {
      throw TrackingError.missing("Run with id=%s not found".formatted(id));
    }
    return new Run(
        new RunInfo(
            id,
            "7",
            "n",
            "u",
            RunStatus.RUNNING,
            0,
            null,
            "mlflow-artifacts:/7/" + id + "/artifacts",
            false),
        List.of(),
        Map.of(),
        Map.of(),
        List.of(),
        List.of(),
        List.of());
  }

  private static LoggedModel model(String id) {
    return new LoggedModel(
        id,
        "7",
        "n",
        0,
        0,
        "mlflow-artifacts:/7/models/" + id + "/artifacts",
        "x",
        null,
        null,
        Map.of(),
        Map.of(),
        List.of(),
        List.of());
  }

  private HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws Exception {
    URI uri =
        URI.create(path.startsWith("http") ? path : "http://127.0.0.1:" + front.port() + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(30))
            .method(
                method,
                body.length == 0 && !method.equals("PUT")
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    return send("GET", path, new byte[0], headers);
  }

  private JsonNode post(String path, String json, int status) throws Exception {
    HttpResponse<byte[]> answer =
        send(
            "POST",
            path,
            json.getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "application/json");
    assertThat(answer.statusCode())
        .as(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(status);
    return JsonMapper.shared().readTree(answer.body());
  }

  private JsonNode json(HttpResponse<byte[]> answer, int status) {
    assertThat(answer.statusCode())
        .as(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(status);
    return JsonMapper.shared().readTree(answer.body());
  }

  private void fails(HttpResponse<byte[]> answer, int status, String code, String message) {
    JsonNode json = json(answer, status);
    assertThat(json.get("error_code").stringValue()).isEqualTo(code);
    assertThat(json.get("message").stringValue()).contains(message);
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void keepsGivesListsAndDeletesFiles() throws Exception {
    byte[] model = bytes(300_000);
    HttpResponse<byte[]> put =
        send(
            "PUT",
            OF_RUN + "/model/%C3%A9%20t%C3%A9.pkl",
            model,
            "Content-Type",
            "application/octet-stream");
    assertThat(json(put, 200).isEmpty()).isTrue();
    json(send("PUT", OF_RUN + "/model/MLmodel", bytes(5)), 200);
    json(send("PUT", "/ajax-api/2.0" + OF_RUN.substring(8) + "/empty", new byte[0]), 200);

    HttpResponse<byte[]> got = get(OF_RUN + "/model/%C3%A9%20t%C3%A9.pkl");
    assertThat(got.statusCode()).isEqualTo(200);
    assertThat(got.body()).isEqualTo(model);
    assertThat(got.headers().map())
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry("content-length", List.of("300000"))
        .containsEntry("etag", List.of("\"" + sha256(model) + "\""))
        .containsEntry(
            "content-disposition",
            List.of("attachment; filename=\"_ t_.pkl\"; filename*=UTF-8''%C3%A9%20t%C3%A9.pkl"));
    assertThat(get(OF_RUN + "/empty").body()).isEmpty();

    JsonNode files = json(get(PROXY + "?path=7%2F" + RUN + "%2Fartifacts"), 200).get("files");
    assertThat(files.toString())
        .isEqualTo(
            "[{\"path\":\"model\",\"is_dir\":true},"
                + "{\"path\":\"empty\",\"is_dir\":false,\"file_size\":0}]");
    assertThat(json(get(PROXY), 200).get("files").toString())
        .isEqualTo("[{\"path\":\"7\",\"is_dir\":true}]");
    // A file has no entries.
    assertThat(json(get(PROXY + "?path=7/" + RUN + "/artifacts/empty"), 200).isEmpty()).isTrue();

    JsonNode ofRun = json(get("/api/2.0/mlflow/artifacts/list?run_id=" + RUN + "&path=model"), 200);
    assertThat(ofRun.get("root_uri").stringValue())
        .isEqualTo("mlflow-artifacts:/7/" + RUN + "/artifacts");
    assertThat(ofRun.get("files").get(0).get("path").stringValue()).isEqualTo("model/MLmodel");
    json(get("/ajax-api/2.0/mlflow/artifacts/list?run_uuid=" + RUN), 200);

    json(send("DELETE", OF_RUN + "/model", new byte[0]), 200);
    json(send("DELETE", OF_RUN + "/model", new byte[0]), 200);
    fails(get(OF_RUN + "/model/MLmodel"), 404, "RESOURCE_DOES_NOT_EXIST", "There is no artifact");
    assertThat(told).isEmpty();
  }

  @Test
  void givesFilesOfRunsVersionsAndLoggedModels() throws Exception {
    json(send("PUT", OF_RUN + "/model/MLmodel", bytes(5)), 200);
    json(send("PUT", PROXY + "/7/models/m-1/artifacts/MLmodel", bytes(6)), 200);
    assertThat(get("/get-artifact?run_id=" + RUN + "&path=model/MLmodel").body())
        .isEqualTo(bytes(5));
    for (int version = 1; version <= 3; version++) {
      assertThat(
              get("/model-versions/get-artifact?name=m&version=" + version + "&path=MLmodel")
                  .body())
          .isEqualTo(bytes(5));
    }
    assertThat(get("/model-versions/get-artifact?name=m&version=4&path=MLmodel").body())
        .isEqualTo(bytes(6));
    fails(
        get("/model-versions/get-artifact?name=m&version=5&path=MLmodel"),
        400,
        "INVALID_PARAMETER_VALUE",
        "not kept by this server");
    fails(
        get("/model-versions/get-artifact?name=m&version=6&path=MLmodel"),
        400,
        "INVALID_PARAMETER_VALUE",
        "Invalid path");
    fails(
        get("/model-versions/get-artifact?name=m&version=9&path=MLmodel"),
        404,
        "RESOURCE_DOES_NOT_EXIST",
        "not found");
    fails(
        get("/model-versions/get-artifact?name=m&version=x&path=MLmodel"),
        400,
        "INVALID_PARAMETER_VALUE",
        "Parameter 'version' must be an integer, got 'x'.");
    fails(
        get("/get-artifact?run_id=" + RUN),
        400,
        "INVALID_PARAMETER_VALUE",
        "Missing value for required parameter 'path'.");
    fails(get("/get-artifact?run_id=x&path=y"), 404, "RESOURCE_DOES_NOT_EXIST", "Run with id=x");
    JsonNode directory = json(get("/api/2.0/mlflow/logged-models/m-1/artifacts/directories"), 200);
    assertThat(directory.get("root_uri").stringValue())
        .isEqualTo("mlflow-artifacts:/7/models/m-1/artifacts");
    assertThat(directory.get("files").get(0).get("path").stringValue()).isEqualTo("MLmodel");
    assertThat(
            get("/api/2.0/mlflow/logged-models/m-1/artifacts/files?artifact_file_path=MLmodel")
                .body())
        .isEqualTo(bytes(6));
  }

  @Test
  void givesParts() throws Exception {
    byte[] content = bytes(3_000_000);
    json(send("PUT", OF_RUN + "/x", content), 200);
    String etag = "\"" + sha256(content) + "\"";
    HttpResponse<byte[]> part = get(OF_RUN + "/x", "Range", "bytes=1500000-", "If-Range", etag);
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.headers().firstValue("Content-Range"))
        .contains("bytes 1500000-2999999/3000000");
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(content, 1_500_000, 3_000_000));
    assertThat(get(OF_RUN + "/x", "Range", "bytes=5-9").body())
        .isEqualTo(Arrays.copyOfRange(content, 5, 10));
    assertThat(get(OF_RUN + "/x", "Range", "bytes=-7").body())
        .isEqualTo(Arrays.copyOfRange(content, 2_999_993, 3_000_000));
    assertThat(get(OF_RUN + "/x", "Range", "bytes=7-", "If-Range", "\"other\"").statusCode())
        .isEqualTo(200);
    HttpResponse<byte[]> beyond = get(OF_RUN + "/x", "Range", "bytes=3000000-");
    assertThat(beyond.statusCode()).isEqualTo(416);
    assertThat(beyond.headers().firstValue("Content-Range")).contains("bytes */3000000");
    HttpResponse<byte[]> head = send("HEAD", OF_RUN + "/x", new byte[0]);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.headers().firstValue("Content-Length")).contains("3000000");
    for (String odd : List.of("bytes=9-5", "lines=1-2", "bytes=1-2,4-5", "bytes=-", "x")) {
      assertThat(get(OF_RUN + "/x", "Range", odd).statusCode()).as(odd).isEqualTo(200);
    }
  }

  @Test
  void comparesTheDigestThatAClientSends() throws Exception {
    byte[] content = bytes(1_000);
    String digest =
        Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(content));
    json(send("PUT", OF_RUN + "/x", content, "Repr-Digest", "sha-256=:" + digest + ":"), 200);
    byte[] other = content.clone();
    other[7]++;
    fails(
        send("PUT", OF_RUN + "/x", other, "Repr-Digest", "sha-256=:" + digest + ":"),
        400,
        "INVALID_PARAMETER_VALUE",
        "SHA-256 is");
    fails(
        send("PUT", OF_RUN + "/x", other, "Repr-Digest", "sha-256=:kaputt:"),
        400,
        "INVALID_PARAMETER_VALUE",
        "digest");
    HttpResponse<byte[]> got = get(OF_RUN + "/x");
    assertThat(got.body()).isEqualTo(content);
    assertThat(got.headers().firstValue("Repr-Digest")).contains("sha-256=:" + digest + ":");
  }

  @Test
  void takesFilesInParts() throws Exception {
    byte[] whole = bytes(2_500_000);
    JsonNode created =
        post(
            "/api/2.0/mlflow-artifacts/mpu/create/7/" + RUN + "/artifacts",
            "{\"path\":\"/tmp/at/the/client/model.pkl\",\"num_parts\":3}",
            200);
    String id = created.get("upload_id").stringValue();
    StringBuilder parts = new StringBuilder();
    for (JsonNode one : created.get("credentials")) {
      int number = one.get("part_number").intValue();
      assertThat(one.get("headers").isEmpty()).isTrue();
      byte[] part =
          Arrays.copyOfRange(
              whole, (number - 1) * 1_000_000, Math.min(whole.length, number * 1_000_000));
      HttpResponse<byte[]> put = send("PUT", one.get("url").stringValue(), part);
      json(put, 200);
      parts
          .append(number == 1 ? "" : ",")
          .append(
              "{\"part_number\":%d,\"etag\":%s,\"url\":\"\"}"
                  .formatted(
                      number,
                      JsonMapper.shared()
                          .writeValueAsString(put.headers().firstValue("ETag").orElseThrow())));
    }
    String complete =
        "{\"path\":\"model.pkl\",\"upload_id\":\"%s\",\"parts\":[%s]}".formatted(id, parts);
    String at = "/api/2.0/mlflow-artifacts/mpu/complete/7/" + RUN + "/artifacts";
    fails(
        send(
            "POST",
            at,
            complete.replaceFirst("[0-9a-f]{4}\\\\", "0000\\\\").getBytes(StandardCharsets.UTF_8)),
        400,
        "INVALID_PARAMETER_VALUE",
        "part 1 is another one");
    assertThat(post(at, complete, 200).isEmpty()).isTrue();
    post(at, complete, 200);
    assertThat(get(OF_RUN + "/model.pkl").body()).isEqualTo(whole);

    JsonNode second =
        post(
            "/api/2.0/mlflow-artifacts/mpu/create/7/" + RUN + "/artifacts",
            "{\"path\":\"other\",\"num_parts\":1}",
            200);
    String url = second.get("credentials").get(0).get("url").stringValue();
    fails(
        send("PUT", url.replace("part_number=1", "part_number=2"), bytes(5)),
        403,
        "PERMISSION_DENIED",
        "does not hold");
    fails(
        send("PUT", url.replace("/other?", "/another?"), bytes(5)),
        403,
        "PERMISSION_DENIED",
        "does not hold");
    String abort =
        "{\"path\":\"other\",\"upload_id\":%s}".formatted(second.get("upload_id").toString());
    post("/api/2.0/mlflow-artifacts/mpu/abort/7/" + RUN + "/artifacts", abort, 200);
    post("/api/2.0/mlflow-artifacts/mpu/abort/7/" + RUN + "/artifacts", abort, 200);
    fails(send("PUT", url, bytes(5)), 404, "RESOURCE_DOES_NOT_EXIST", "no upload");
    for (String path : List.of("../x", "a/../../x", "..", "a\\\\b", "")) {
      post("/api/2.0/mlflow-artifacts/mpu/create/7", "{\"path\":\"%s\"}".formatted(path), 400);
    }
    post("/api/2.0/mlflow-artifacts/mpu/create/7", "{\"path\":\"x\",\"num_parts\":10001}", 400);
  }

  @Test
  void anAddressHoldsOverARestartAndEndsWithTheKey() throws Exception {
    String put =
        post(
                "/api/2.0/mlflow/artifacts/presigned-upload-url",
                "{\"run_id\":\"%s\",\"path\":\"r.json\"}".formatted(RUN),
                200)
            .get("presigned_url")
            .stringValue();
    String path = put.replaceFirst("^http://[^/]*", ""); // the port is another one afterwards
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key())))
        .isEqualTo("rw-------");
    restart();
    json(send("PUT", path, bytes(50)), 200);
    for (String spoilt : List.of("readable", "cut", "gone")) {
      byte[] before = Files.readAllBytes(key());
      switch (spoilt) {
        case "readable" ->
            Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-r--r--"));
        case "cut" -> Files.write(key(), java.util.Arrays.copyOf(before, 20));
        default -> Files.delete(key());
      }
      restart();
      fails(send("PUT", path, bytes(50)), 403, "PERMISSION_DENIED", "does not hold");
      assertThat(Files.readAllBytes(key())).hasSameSizeAs(before).isNotEqualTo(before);
    }
  }

  private void restart() {
    front.close();
    start();
  }

  @Test
  void givesOutAddressesThatEnd() throws Exception {
    JsonNode up =
        post(
            "/api/2.0/mlflow/artifacts/presigned-upload-url",
            "{\"run_id\":\"%s\",\"path\":\"a b/x.json\"}".formatted(RUN),
            200);
    String put = up.get("presigned_url").stringValue();
    fails(get(put), 403, "PERMISSION_DENIED", "does not hold");
    json(send("PUT", put, bytes(50)), 200);
    JsonNode down =
        post(
            "/api/2.0/mlflow/artifacts/presigned-download-url",
            "{\"run_id\":\"%s\",\"path\":\"a b/x.json\",\"expiration\":60}".formatted(RUN),
            200);
    assertThat(down.get("file_size").intValue()).isEqualTo(50);
    String url = down.get("presigned_url").stringValue();
    assertThat(get(url).body()).isEqualTo(bytes(50));
    fails(get(url.replace("x.json", "y.json")), 403, "PERMISSION_DENIED", "does not hold");
    fails(get(url.replaceAll("expires=\\d", "expires=9")), 403, "PERMISSION_DENIED", "not hold");
    later.set(Duration.ofSeconds(61));
    fails(get(url), 403, "PERMISSION_DENIED", "does not hold");
    later.set(Duration.ofSeconds(901));
    fails(send("PUT", put, bytes(50)), 403, "PERMISSION_DENIED", "does not hold");

    String at = "/api/2.0/mlflow/artifacts/presigned-upload-url";
    post(at, "{\"path\":\"x\"}", 400);
    post(at, "{\"run_id\":\"%s\",\"model_id\":\"m-1\",\"path\":\"x\"}".formatted(RUN), 400);
    post(at, "{\"model_id\":\"m-1\",\"path\":\"x\"}", 200);
    post(at, "{\"run_id\":\"%s\",\"path\":\"../x\"}".formatted(RUN), 400);
    post(at, "{\"run_id\":\"%s\",\"path\":\"x\",\"expiration\":604801}".formatted(RUN), 400);
    post(
        "/api/2.0/mlflow/artifacts/presigned-download-url",
        "{\"run_id\":\"%s\",\"path\":\"nothing\"}".formatted(RUN),
        404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "a/../../../x",
        "%2e%2e/x",
        "%2e%2e%2fx",
        "%252e%252e/x",
        "..%2f..%2fx",
        "%2fetc/passwd",
        "//etc/passwd",
        "%5cx",
        "C:/x",
        "a%00b",
        "a%0d%0ab",
        "a%23b",
        "a%3fb",
        "%c0%ae%c0%ae/x",
        "a%255c..%255cb"
      })
  void refusesPathsThatCouldLeadElsewhere(String path) throws Exception {
    byte[] outside = "outside".getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve("x"), outside);
    fails(
        send("PUT", PROXY + "/" + path, bytes(5)), 400, "INVALID_PARAMETER_VALUE", "Invalid path");
    fails(get(PROXY + "/" + path), 400, "INVALID_PARAMETER_VALUE", "Invalid path");
    fails(
        send("DELETE", PROXY + "/" + path, new byte[0]),
        400,
        "INVALID_PARAMETER_VALUE",
        "Invalid path");
    fails(get(PROXY + "?path=" + path), 400, "INVALID_PARAMETER_VALUE", "Invalid path");
    fails(
        get("/get-artifact?run_id=" + RUN + "&path=" + path),
        400,
        "INVALID_PARAMETER_VALUE",
        "Invalid path");
    fails(
        get("/model-versions/get-artifact?name=m&version=1&path=" + path),
        400,
        "INVALID_PARAMETER_VALUE",
        "Invalid path");
    assertThat(Files.readAllBytes(folder.resolve("x"))).isEqualTo(outside);
    try (Stream<Path> all = Files.walk(folder.resolve("artifacts"))) {
      assertThat(all.filter(Files::isRegularFile)).isEmpty();
    }
    assertThat(told).isEmpty();
  }

  @Test
  void refusesADamagedFileWithoutGivingAnyOfIt() throws Exception {
    json(send("PUT", OF_RUN + "/x", bytes(500)), 200);
    String hash = sha256(bytes(500));
    Path content = folder.resolve("artifacts/contents/" + hash.substring(0, 2) + "/" + hash);
    byte[] damaged = bytes(500);
    damaged[100]++;
    Files.write(content, damaged);
    String named = "The artifact 'x' of run " + RUN + " is damaged: content " + hash;
    fails(get(OF_RUN + "/x"), 409, "DATA_LOSS", named);
    fails(get(OF_RUN + "/x", "Range", "bytes=300-"), 409, "DATA_LOSS", named);
    fails(get("/get-artifact?path=x&run_id=" + RUN), 409, "DATA_LOSS", named);
    assertThat(notes).hasSize(3).allMatch(note -> note.startsWith(named));
    assertThat(send("HEAD", OF_RUN + "/x", new byte[0]).statusCode()).isEqualTo(409);
    json(send("PUT", OF_RUN + "/x", bytes(500)), 200);
    assertThat(send("HEAD", OF_RUN + "/x", new byte[0]).statusCode()).isEqualTo(200);
    assertThat(get(OF_RUN + "/x").body()).isEqualTo(bytes(500));
    assertThat(told).isEmpty();
  }

  @Test
  void namesAnEntryThatIsDamaged() throws Exception {
    json(send("PUT", OF_RUN + "/x", bytes(500)), 200);
    Path entry = folder.resolve("artifacts/paths/d.7/d.%s/d.artifacts/f.x".formatted(RUN));
    Files.writeString(entry, "1 half");
    fails(get(OF_RUN + "/x"), 409, "DATA_LOSS", "7/" + RUN + "/artifacts/x");
    fails(get(PROXY + "?path=7/" + RUN + "/artifacts"), 409, "DATA_LOSS", "/artifacts/x");
    json(send("PUT", OF_RUN + "/x", bytes(500)), 200);
    assertThat(get(OF_RUN + "/x").body()).isEqualTo(bytes(500));
    assertThat(told).isEmpty();
  }
}
