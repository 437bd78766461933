package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.server.HttpFront;
import dev.gnomon.server.Route;
import dev.gnomon.server.mlflow.MlflowRoutes;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Security;
import dev.gnomon.tracking.Tracking;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests that nobody should send, over every call of MLflow's interface: wrong types, deep and
/// large bodies, SQL in filters, odd characters, paths that lead out. Each gets an answer that is
/// no failure of the server and shows none of its insides; what was kept before is still there, and
/// no file appeared anywhere else.
class MlflowFuzzTest {
  private static final String API = "/api/2.0/mlflow";

  /// Bodies and queries that are right, by the end of the path. `RUN` is a run, `MODEL` a logged
  /// model.
  private static final Map<String, String> VALID =
      Map.ofEntries(
          Map.entry(
              "/experiments/create",
              "{\"name\":\"a\",\"artifact_location\":\"s3://b/c\",\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}"),
          Map.entry("/experiments/get", "experiment_id=0"),
          Map.entry("/experiments/get-by-name", "experiment_name=Default"),
          Map.entry(
              "/experiments/search",
              "{\"max_results\":\"10\",\"filter\":\"name LIKE 'D%'\",\"order_by\":[\"name ASC\"],\"view_type\":\"ALL\"}"),
          Map.entry("/experiments/update", "{\"experiment_id\":\"1\",\"new_name\":\"b\"}"),
          Map.entry("/experiments/delete", "{\"experiment_id\":\"1\"}"),
          Map.entry("/experiments/restore", "{\"experiment_id\":\"1\"}"),
          Map.entry(
              "/experiments/set-experiment-tag",
              "{\"experiment_id\":\"0\",\"key\":\"k\",\"value\":\"v\"}"),
          Map.entry(
              "/experiments/delete-experiment-tag", "{\"experiment_id\":\"0\",\"key\":\"k\"}"),
          Map.entry("/experiments/search-datasets", "{\"experiment_ids\":[\"0\"]}"),
          Map.entry(
              "/runs/create",
              "{\"experiment_id\":\"0\",\"user_id\":\"u\",\"run_name\":\"n\",\"start_time\":\"5\",\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}"),
          Map.entry("/runs/get", "run_id=RUN&run_uuid=RUN"),
          Map.entry(
              "/runs/update",
              "{\"run_id\":\"RUN\",\"status\":\"FINISHED\",\"end_time\":\"7\",\"run_name\":\"n\"}"),
          Map.entry("/runs/delete", "{\"run_id\":\"RUN\"}"),
          Map.entry("/runs/restore", "{\"run_id\":\"RUN\"}"),
          Map.entry(
              "/runs/log-metric",
              "{\"run_id\":\"RUN\",\"key\":\"m\",\"value\":\"NaN\",\"timestamp\":\"5\",\"step\":\"3\"}"),
          Map.entry("/runs/log-parameter", "{\"run_id\":\"RUN\",\"key\":\"p\",\"value\":\"1\"}"),
          Map.entry("/runs/set-tag", "{\"run_id\":\"RUN\",\"key\":\"t\",\"value\":\"1\"}"),
          Map.entry("/runs/delete-tag", "{\"run_id\":\"RUN\",\"key\":\"t\"}"),
          Map.entry(
              "/runs/log-batch",
              "{\"run_id\":\"RUN\",\"metrics\":[{\"key\":\"m\",\"value\":1.5,\"timestamp\":\"9\",\"step\":\"1\"}],\"params\":[{\"key\":\"q\",\"value\":\"1\"}],\"tags\":[{\"key\":\"t\",\"value\":\"1\"}]}"),
          Map.entry(
              "/runs/log-inputs",
              "{\"run_id\":\"RUN\",\"datasets\":[{\"tags\":[{\"key\":\"k\",\"value\":\"v\"}],\"dataset\":{\"name\":\"d\",\"digest\":\"1\",\"source_type\":\"local\",\"source\":\"s\",\"schema\":\"{}\"}}],\"models\":[{\"model_id\":\"MODEL\"}]}"),
          Map.entry(
              "/runs/outputs",
              "{\"run_id\":\"RUN\",\"models\":[{\"model_id\":\"MODEL\",\"step\":1}]}"),
          Map.entry(
              "/runs/log-model",
              "{\"run_id\":\"RUN\",\"model_json\":\"{\\\"artifact_path\\\":\\\"m\\\",\\\"flavors\\\":{},\\\"utc_time_created\\\":\\\"x\\\",\\\"run_id\\\":\\\"RUN\\\"}\"}"),
          Map.entry(
              "/runs/search",
              "{\"experiment_ids\":[\"0\"],\"filter\":\"metrics.m > 0.4 and params.p = '1'\",\"run_view_type\":\"ALL\",\"max_results\":3,\"order_by\":[\"metrics.m DESC\"]}"),
          Map.entry("/metrics/get-history", "run_id=RUN&metric_key=m&max_results=5"),
          Map.entry("/metrics/get-history-bulk", "run_id=RUN&run_id=RUN&metric_key=m"),
          Map.entry(
              "/metrics/get-history-bulk-interval",
              "run_ids=RUN&metric_key=m&start_step=0&end_step=5"),
          Map.entry(
              "/registered-models/create",
              "{\"name\":\"n\",\"description\":\"d\",\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}"),
          Map.entry("/registered-models/get", "name=m"),
          Map.entry("/registered-models/rename", "{\"name\":\"n\",\"new_name\":\"o\"}"),
          Map.entry("/registered-models/update", "{\"name\":\"m\",\"description\":\"d\"}"),
          Map.entry("/registered-models/delete", "{\"name\":\"n\"}"),
          Map.entry(
              "/registered-models/search",
              "filter=name+LIKE+%27m%25%27&max_results=2&order_by=name+ASC"),
          Map.entry(
              "/registered-models/get-latest-versions", "{\"name\":\"m\",\"stages\":[\"None\"]}"),
          Map.entry("/registered-models/set-tag", "{\"name\":\"m\",\"key\":\"k\",\"value\":\"v\"}"),
          Map.entry("/registered-models/delete-tag", "{\"name\":\"m\",\"key\":\"k\"}"),
          Map.entry(
              "/registered-models/alias",
              "{\"name\":\"m\",\"alias\":\"champion\",\"version\":\"1\"}"),
          Map.entry(
              "/model-versions/create",
              "{\"name\":\"m\",\"source\":\"runs:/RUN/model\",\"run_id\":\"RUN\",\"description\":\"d\"}"),
          Map.entry("/model-versions/get", "name=m&version=1"),
          Map.entry(
              "/model-versions/update", "{\"name\":\"m\",\"version\":\"1\",\"description\":\"d\"}"),
          Map.entry("/model-versions/delete", "{\"name\":\"m\",\"version\":\"7\"}"),
          Map.entry(
              "/model-versions/search", "filter=name%3D%27m%27&max_results=5&order_by=name+DESC"),
          Map.entry("/model-versions/get-download-uri", "name=m&version=1"),
          Map.entry(
              "/model-versions/transition-stage",
              "{\"name\":\"m\",\"version\":\"1\",\"stage\":\"Staging\",\"archive_existing_versions\":true}"),
          Map.entry(
              "/model-versions/set-tag",
              "{\"name\":\"m\",\"version\":\"1\",\"key\":\"k\",\"value\":\"v\"}"),
          Map.entry(
              "/model-versions/delete-tag", "{\"name\":\"m\",\"version\":\"1\",\"key\":\"k\"}"),
          Map.entry(
              "/logged-models",
              "{\"experiment_id\":\"0\",\"name\":\"l\",\"params\":[{\"key\":\"p\",\"value\":\"1\"}]}"),
          Map.entry("/logged-models/{model_id}", "{\"status\":\"LOGGED_MODEL_READY\"}"),
          Map.entry(
              "/logged-models/{model_id}/params", "{\"params\":[{\"key\":\"p\",\"value\":\"1\"}]}"),
          Map.entry(
              "/logged-models/{model_id}/tags", "{\"tags\":[{\"key\":\"t\",\"value\":\"1\"}]}"),
          Map.entry(
              "/logged-models/search",
              "{\"experiment_ids\":[\"0\"],\"max_results\":5,\"order_by\":[{\"field_name\":\"metrics.m\",\"ascending\":false}]}"));

  /// Texts that are put where a text is expected.
  private static final List<String> NASTY =
      List.of(
          "' OR '1'='1",
          "metrics.m > 0; DROP TABLE runs; --",
          "params.p = '1' UNION SELECT * FROM sqlite_master",
          "metrics.`m\"` > 1",
          "name = 'a' AND ".repeat(400) + "name = 'a'",
          "(".repeat(3_000),
          "tags.\"a'b\" LIKE '%\\%'",
          "run_id IN (" + "'a',".repeat(2_000) + "'b')",
          "metrics.m > 1e999",
          "metrics.m = NaN",
          "start_time > 99999999999999999999999",
          "params.p LIKE '" + "%a".repeat(500) + "'",
          "../../../etc/passwd",
          "..%2f..%2fetc%2fpasswd",
          "/etc/passwd",
          "file:///etc/passwd",
          "FILE:/etc/passwd",
          "mlflow-artifacts:/0/../../x",
          "mlflow-artifacts:/0/%2e%2e/x",
          "s3://b/../..?x#y",
          "runs:/../../x",
          "models:/m/../1",
          "models:/m/1",
          "C:\\windows\\system32",
          "a\r\nSet-Cookie: a=b",
          "\u202egnp.exe",
          "漢字😀é",
          "a\u0301",
          "\u0000",
          "\ud800",
          "{\"a\":\"b\"}",
          "${jndi:ldap://x}",
          "<script>alert(1)</script>",
          "%s%n%d",
          "x".repeat(9_000),
          " ",
          "-1",
          "1e9",
          "00000000000000000001",
          "latest",
          "None",
          "dmVyeSBvcGFxdWU=",
          "eyJvZmZzZXQiOi0xfQ==");

  private static final List<String> INSIDES =
      List.of(
          "Exception",
          "dev.gnomon",
          "tools.jackson",
          "java.lang",
          "java.util",
          ".java:",
          "SQLITE_",
          "org.postgresql",
          "org.sqlite");

  @TempDir private Path folder;

  private final Map<Integer, Integer> answers = new TreeMap<>();

  @Test
  void fiveThousandRequests() throws Exception {
    fuzz(5_000, 20_240_506);
  }

  @Test
  @Tag("long")
  void aHundredThousandRequests() throws Exception {
    fuzz(100_000, 4_711);
  }

  private void fuzz(int requests, long seed) throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    Random random = new Random(seed);
    try (Tracking tracking =
            Tracking.open(
                "sqlite",
                Map.of("path", home.resolve("tracking.db").toString()),
                InstantSource.system());
        Access access = Access.open(Security.of(new Home(home)), ignored -> {})) {
      List<Route> routes = new MlflowRoutes(tracking).routes();
      HttpFront front =
          new HttpFront(
              routes, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), access, failures::add);
      front.start("127.0.0.1", 0);
      try (RawConnection http = new RawConnection(front.port())) {
        String run = begin(http);
        String model =
            ask(http, "POST", "/logged-models", "{\"experiment_id\":\"0\"}")
                .at("/model/info/model_id")
                .stringValue();
        String kept = read(http, run);
        String spare = begin(http);
        for (int i = 0; i < requests; i++) {
          one(http, Mutations.any(routes, random), spare, model, random);
        }
        assertThat(failures).isEmpty();
        assertThat(read(http, run)).isEqualTo(kept);
        assertThat(ask(http, "GET", "/experiments/get?experiment_id=0", "").at("/experiment/name"))
            .isEqualTo(JsonMapper.shared().readTree("\"Default\""));
      } finally {
        front.close();
      }
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString()))
          .allMatch(name -> name.startsWith("tracking.db") || name.startsWith("audit"));
    }
    assertThat(answers.keySet()).contains(200, 400, 404, 405, 413, 415);
    assertThat(answers.get(200)).isGreaterThan(requests / 20);
  }

  private static String begin(RawConnection http) throws IOException {
    String run = ask(http, "POST", "/runs/create", "{}").at("/run/info/run_id").stringValue();
    var _ =
        ask(
            http,
            "POST",
            "/runs/log-batch",
            "{\"run_id\":\"%s\",\"metrics\":[{\"key\":\"m\",\"value\":1,\"timestamp\":1}]}"
                .formatted(run));
    return run;
  }

  private static String read(RawConnection http, String run) throws IOException {
    // Without its state: a spoiled request may rightly have deleted the study it is in.
    return ask(http, "GET", "/runs/get?run_id=" + run, "").at("/run/data").toString();
  }

  private static JsonNode ask(RawConnection http, String method, String path, String body)
      throws IOException {
    RawConnection.Reply reply =
        http.exchange(request(method, API + path, "", Mutations.utf8(body)), false, false);
    assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    return JsonMapper.shared().readTree(reply.body());
  }

  private static byte[] request(String method, String target, String headers, byte[] body) {
    return Mutations.joined(
        Mutations.utf8(
            "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s%sContent-Length: %d\r\n\r\n"
                .formatted(
                    method,
                    target,
                    headers.contains("Content-Type") ? "" : "Content-Type: application/json\r\n",
                    headers,
                    body.length)),
        body);
  }

  private void one(RawConnection http, Route route, String run, String model, Random random)
      throws IOException {
    String method =
        random.nextInt(20) == 0
            ? Mutations.any(
                List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"), random)
            : route.method();
    String end = route.pattern().replaceFirst("^/(ajax-)?api/[23]\\.0/mlflow", "");
    String valid =
        VALID
            .getOrDefault(end, "{\"a\":[1,\"b\",null]}")
            .replace("RUN", run)
            .replace("MODEL", model);
    String target = target(route, run, model, random);
    byte[] body = new byte[0];
    if (route.method().equals("GET")) {
      target += "?" + query(valid, random);
    } else {
      body = body(valid, route, random);
    }
    String headers =
        switch (random.nextInt(40)) {
          case 0 -> "Content-Type: text/plain\r\n";
          case 1 -> "Content-Type: application/json; charset=utf-16\r\n";
          case 2 -> "User-Agent: mlflow-java-client/2.17.2\r\nX-Odd: a\tb\r\n";
          case 3 -> "Authorization: Basic " + "=".repeat(random.nextInt(9)) + "\r\n";
          case 4 -> "Authorization: Basic dTpwYXNz\r\n";
          case 5 -> "X-Long: " + "y".repeat(6_000) + "\r\n";
          default -> "";
        };
    RawConnection.Reply reply = http.exchange(request(method, target, headers, body), false, false);
    String shown =
        "%s %s %s\n%s\n=> %s"
            .formatted(
                method,
                target,
                headers,
                new String(body, 0, Math.min(1_500, body.length), StandardCharsets.UTF_8),
                reply);
    answers.merge(reply.status(), 1, Integer::sum);
    assertThat(reply.status()).as(shown).isBetween(200, 499);
    assertThat(reply.status()).as(shown).isNotEqualTo(429);
    assertThat(reply.head()).as(shown).doesNotContain("\nSet-Cookie: a=b");
    if (reply.status() >= 400) {
      assertThat(reply.body()).as(shown).doesNotContain(INSIDES);
    }
    if (reply.status() == 200 || reply.head().contains("application/json")) {
      assertThat(route.pattern().equals("/version") || reply.body().startsWith("{"))
          .as(shown)
          .isTrue();
    }
  }

  private static String target(Route route, String run, String model, Random random) {
    StringBuilder path = new StringBuilder();
    for (String part : route.pattern().substring(1).split("/", -1)) {
      path.append('/');
      if (!part.startsWith("{")) {
        path.append(part);
      } else if (random.nextInt(3) == 0) {
        path.append(
            random.nextBoolean()
                ? Mutations.any(Mutations.PARTS, random)
                : encoded(Mutations.any(NASTY, random)));
      } else {
        path.append(part.contains("...") ? "2.0/mlflow/traces/" + run : model);
      }
    }
    String target = path.toString().replaceAll("[ \u0000-\u001f]", "");
    return target.substring(0, Math.min(target.length(), 4_000));
  }

  private static String encoded(String text) {
    String short_ = text.length() > 1_000 ? text.substring(0, 1_000) : text;
    return URLEncoder.encode(short_, StandardCharsets.UTF_8);
  }

  /// Some values replaced, some fields twice, some left out.
  private static String query(String valid, Random random) {
    if (random.nextInt(4) == 0) {
      return valid.startsWith("{") ? "name=m&experiment_id=0" : valid;
    }
    List<String> pairs = new ArrayList<>();
    for (String pair : valid.startsWith("{") ? new String[] {"name=m"} : valid.split("&", -1)) {
      String name = pair.substring(0, Math.max(0, pair.indexOf('=')));
      switch (random.nextInt(5)) {
        case 0 -> {
          // Left out.
        }
        case 1 -> pairs.add(name + "=" + encoded(Mutations.any(NASTY, random)));
        case 2 -> pairs.add(name + "=" + Mutations.any(Mutations.PARTS, random).replace(' ', '+'));
        case 3 -> {
          pairs.add(pair);
          pairs.add(pair);
        }
        default -> pairs.add(pair);
      }
    }
    return String.join("&", pairs);
  }

  private static byte[] body(String valid, Route route, Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> Mutations.utf8(valid);
      case 1, 2, 3 -> Mutations.json(valid, random);
      case 4 ->
          // Too large, where that is not too long to send.
          random.nextInt(4) == 0
              ? new byte[(int) Math.min(route.maxBody() + 1, 3 << 20)]
              : Mutations.utf8(valid);
      case 5 -> Mutations.utf8(JsonMapper.shared().writeValueAsString(valid));
      default -> Mutations.utf8(nasty(valid, random));
    };
  }

  /// Another text in place of one.
  private static String nasty(String valid, Random random) {
    String quoted = JsonMapper.shared().writeValueAsString(Mutations.any(NASTY, random));
    List<Integer> starts = new ArrayList<>();
    for (int at = valid.indexOf(":\""); at >= 0; at = valid.indexOf(":\"", at + 1)) {
      starts.add(at + 1);
    }
    if (starts.isEmpty()) {
      return valid;
    }
    int from = Mutations.any(starts, random);
    int to = from + 1;
    while (valid.charAt(to) != '"' || valid.charAt(to - 1) == '\\') {
      to++;
    }
    return valid.substring(0, from) + quoted + valid.substring(to + 1);
  }
}
