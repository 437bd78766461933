package dev.gnomon.server.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Refusal;
import dev.gnomon.server.Answer;
import dev.gnomon.server.HttpProblem;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Security;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.TrackingError.Code;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What goes wrong, in the words of MLflow's clients, whoever finds out: front, access or tracking.
class ErrorsTest {
  private static final String GET = "/api/2.0/mlflow/experiments/get?experiment_id=0";
  private static final String CREATE = "/api/2.0/mlflow/experiments/create";
  private static final Map<Code, Integer> OF_TRACKING =
      Map.of(
          Code.INVALID_PARAMETER_VALUE, 400,
          Code.RESOURCE_ALREADY_EXISTS, 400,
          Code.RESOURCE_DOES_NOT_EXIST, 404,
          Code.RESOURCE_CONFLICT, 409,
          Code.PERMISSION_DENIED, 403,
          Code.NOT_IMPLEMENTED, 501,
          Code.TEMPORARILY_UNAVAILABLE, 503);

  @TempDir private Path folder;

  private static void isError(MlflowServer.Answered answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.contentType()).isEqualTo("application/json");
    JsonNode body = JsonMapper.shared().readTree(answer.body());
    assertThat(body.path("error_code").stringValue()).as(answer.body()).isEqualTo(code);
    assertThat(body.path("message").stringValue()).isNotEmpty();
  }

  @Test
  void tellsWhatTrackingSays() throws Exception {
    FailingTracking failing = new FailingTracking(null);
    assertThat(OF_TRACKING).containsOnlyKeys(Code.values());
    try (MlflowServer server = new MlflowServer(failing.tracking(), folder)) {
      for (Code code : Code.values()) {
        failing.fail(1, () -> new TrackingError(code, "words of " + code));
        MlflowServer.Answered answer = server.send("GET", GET, "");
        isError(answer, Objects.requireNonNull(OF_TRACKING.get(code)), code.name());
        assertThat(answer.body()).contains("words of " + code);
      }
      assertThat(server.failures).isEmpty();
      failing.fail(1, () -> new BadInput("place", "found", "valid"));
      isError(server.send("GET", GET, ""), 400, "BAD_REQUEST");
      failing.fail(1, () -> new Refusal("place", "found", "valid"));
      isError(server.send("GET", GET, ""), 409, "RESOURCE_CONFLICT");
      failing.fail(1, () -> new IllegalStateException("insides"));
      MlflowServer.Answered bug = server.send("GET", GET, "");
      isError(bug, 500, "INTERNAL_ERROR");
      assertThat(bug.body()).doesNotContain("insides");
      assertThat(server.failures).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, BAD_REQUEST, 400",
    "401, UNAUTHENTICATED, 401",
    "403, PERMISSION_DENIED, 403",
    "404, ENDPOINT_NOT_FOUND, 404",
    "405, ENDPOINT_NOT_FOUND, 405",
    "409, RESOURCE_CONFLICT, 409",
    "413, INVALID_PARAMETER_VALUE, 413",
    "415, BAD_REQUEST, 415",
    "422, INVALID_PARAMETER_VALUE, 422",
    "429, TEMPORARILY_UNAVAILABLE, 503",
    "500, INTERNAL_ERROR, 500",
    "501, NOT_IMPLEMENTED, 501",
    "503, TEMPORARILY_UNAVAILABLE, 503",
    "504, DEADLINE_EXCEEDED, 504",
    "507, RESOURCE_EXHAUSTED, 507",
  })
  void hasACodeForEachStatus(int status, String code, int told) {
    HttpProblem problem = new HttpProblem(status, "Title", "Detail.");
    Answer answer =
        MlflowErrors.FORM.answer(problem.status(), problem.title(), problem.detail(), List.of());
    isError(
        new MlflowServer.Answered(
            answer.status(),
            answer.contentType(),
            new String(answer.body(), StandardCharsets.UTF_8)),
        told,
        code);
  }

  @Test
  void theFrontSpeaksSoToo() throws Exception {
    String reader = MlflowServer.token(folder, "reader", Role.VIEWER, Set.of());
    String editor = MlflowServer.token(folder, "editor", Role.EDITOR, Set.of());
    FailingTracking never = new FailingTracking(null);
    try (MlflowServer server = new MlflowServer(never.tracking(), folder)) {
      for (String path : List.of(GET, "/ajax-api/2.0/mlflow/nowhere", "/api/3.0/mlflow/traces")) {
        isError(server.send("GET", path, ""), 401, "UNAUTHENTICATED");
        isError(
            server.send("GET", path, "", one -> one.header("Authorization", "Bearer gn_wrong")),
            401,
            "UNAUTHENTICATED");
      }
      isError(
          server.send(
              "POST",
              CREATE,
              "{}",
              one ->
                  one.header("Authorization", "Bearer " + reader)
                      .header("Content-Type", "application/json")),
          403,
          "PERMISSION_DENIED");
      isError(
          server.send(
              "POST",
              CREATE,
              "name=a",
              one ->
                  one.header("Authorization", "Bearer " + editor)
                      .header("Content-Type", "application/x-www-form-urlencoded")),
          415,
          "BAD_REQUEST");
      isError(
          server.send(
              "POST",
              CREATE,
              " ".repeat(Call.MAX_BODY + 1),
              one ->
                  one.header("Authorization", "Bearer " + editor)
                      .header("Content-Type", "application/json")),
          413,
          "INVALID_PARAMETER_VALUE");
      isError(
          server.send("PUT", CREATE, "", one -> one.header("Authorization", "Bearer " + editor)),
          405,
          "ENDPOINT_NOT_FOUND");
      // Without a type it is read as JSON.
      isError(
          server.send("POST", CREATE, "{}", one -> one.header("Authorization", "Bearer " + editor)),
          400,
          "INVALID_PARAMETER_VALUE");
      assertThat(server.send("GET", "/version", "").body()).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
      assertThat(server.failures).isEmpty();
    }
  }

  @Test
  void twoFailuresInARowDoNotHangTheJavaClient() throws Exception {
    try (Tracking tracking = Databases.SQLITE.open(folder)) {
      FailingTracking failing = new FailingTracking(tracking);
      List<Supplier<RuntimeException>> ways =
          List.of(
              () -> new TrackingError(Code.TEMPORARILY_UNAVAILABLE, "busy"),
              () -> new HttpProblem(503, "Overloaded", "busy"),
              () -> new HttpProblem(429, "Too many requests", "busy"),
              () -> new IllegalStateException("bug"));
      try (MlflowServer server = new MlflowServer(failing.tracking(), folder);
          MlflowClient client = new MlflowClient(server.address())) {
        assertTimeoutPreemptively(
            Duration.ofSeconds(30),
            () -> {
              for (int i = 0; i < 24; i++) {
                failing.fail(2, ways.get(i % ways.size()));
                String run = client.createRun().getRunId();
                failing.fail(2, ways.get(i % ways.size()));
                client.logMetric(run, "m", 1.0);
                failing.fail(2, ways.get(i % ways.size()));
                assertThat(client.getMetricHistory(run, "m")).hasSize(1);
              }
            });
      }
    }
  }

  @Test
  void aThrottledJavaClientFinishes() throws Exception {
    String token = MlflowServer.token(folder, "trainer", Role.EDITOR, Set.of());
    Security plain = Security.of(new Home(folder));
    Security slow =
        new Security(
            plain.tokens(),
            plain.required(),
            plain.behindProxy(),
            50,
            plain.tls(),
            plain.arrival(),
            plain.clock());
    List<Integer> statuses = new ArrayList<>();
    try (Tracking tracking = Databases.SQLITE.open(folder);
        MlflowServer server = new MlflowServer(new MlflowRoutes(tracking).routes(), slow);
        MlflowClient client =
            new MlflowClient(new BasicMlflowHostCreds(server.address(), "ann", token))) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(30),
          () -> {
            String run = client.createRun().getRunId();
            for (int i = 0; i < 100; i++) {
              client.logMetric(run, "m", i, i, i);
              statuses.add(
                  server
                      .send("GET", GET, "", one -> one.header("Authorization", "Bearer " + token))
                      .status());
            }
            assertThat(client.getMetricHistory(run, "m")).hasSize(100);
          });
      assertThat(statuses).hasSize(100).containsOnly(200);
    }
  }
}
