package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Form;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.security.Surface;
import dev.gnomon.server.security.Token;
import dev.gnomon.server.security.TokenFile;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.tracking.Tracking;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Every route and gRPC method of a running server, called by everybody, against the committed
/// table. What the server has and the table has not fails, and the other way round.
class AccessMatrixTest {
  private static final Instant NOW = Instant.parse("2024-05-06T00:00:00Z");
  private static final Map<String, String> BODIES =
      Map.of(
          "/get-online-features",
          "{\"feature_service\":\"small\",\"entities\":{\"customer\":[\"k1\"]}}",
          "/push",
          "{\"push_source_name\":\"logins\",\"df\":{\"customer\":[\"k1\"]}}",
          "/write-to-online-store",
          "{\"feature_view_name\":\"logins\",\"df\":{\"customer\":[\"k1\"]}}");

  @TempDir private Path folder;

  /// Headers of each caller, by the name of its column.
  private static Map<String, String> callers(TokenFile file) {
    SecureRandom random = new SecureRandom();
    Instant before = NOW.minus(Duration.ofDays(2));
    Map<String, String> out = new LinkedHashMap<>();
    out.put("none", "");
    out.put("bad", "Bearer gn_0123456789ab_" + "A".repeat(43));
    out.put(
        "expired", token(file, "expired", Role.ADMIN, Set.of(), Optional.of(NOW), before, random));
    out.put("revoked", token(file, "revoked", Role.ADMIN, Set.of(), Optional.empty(), NOW, random));
    file.revoke("revoked", NOW);
    for (Role role : Role.ofTokens()) {
      out.put(role.word(), token(file, role.word(), role, Set.of(), Optional.empty(), NOW, random));
    }
    out.put(
        "elsewhere",
        token(file, "elsewhere", Role.ADMIN, Set.of("other"), Optional.empty(), NOW, random));
    out.put(
        "here", token(file, "here", Role.ADMIN, Set.of("small"), Optional.empty(), NOW, random));
    return out;
  }

  private static String token(
      TokenFile file,
      String name,
      Role role,
      Set<String> useCases,
      Optional<Instant> expires,
      Instant at,
      SecureRandom random) {
    return "Bearer "
        + file.create(new Token.Wanted(name, role, useCases, expires), at, random).text();
  }

  @Test
  void everybodyGetsWhatTheTableSaysAndNothingElse() throws Exception {
    Path useCase = SmallWorld.write(folder);
    TokenFile file = new TokenFile(LiveServer.home(useCase).tokens());
    Map<String, String> callers = callers(file);
    AccessMatrix table = AccessMatrix.read();
    Map<String, String> tracked = tracked(LiveServer.home(useCase));
    assertThat(table.callers()).containsExactlyElementsOf(callers.keySet());
    Map<String, List<String>> found = new LinkedHashMap<>();
    // Behind a proxy, so that each request can come from a client of its own: the failures of one
    // address would be refused for their number.
    Security security =
        Security.of(LiveServer.home(useCase)).at(InstantSource.fixed(NOW)).proxied();
    try (LiveServer server =
            new LiveServer(useCase, ArrivalClock.wall(InstantSource.fixed(NOW)), security);
        HttpClient http =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build()) {
      int calls = 0;
      for (Route route : server.surfaces().routes()) {
        List<String> cells = new ArrayList<>();
        for (String authorization : callers.values()) {
          cells.add(call(http, server, route, tracked, authorization, calls++));
        }
        found.put(route.method() + " " + route.pattern(), cells);
      }
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.grpc()).usePlaintext().build();
      try {
        for (String method : server.surfaces().grpcMethods()) {
          List<String> cells = new ArrayList<>();
          for (String authorization : callers.values()) {
            cells.add(call(channel, method, authorization, calls++));
          }
          found.put("gRPC " + method, cells);
        }
      } finally {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      }
      assertThat(server.failures).isEmpty();
    }
    assertThat(text(table.callers(), found)).isEqualTo(text(table.callers(), table.rows()));
  }

  private static String text(List<String> callers, Map<String, List<String>> rows) {
    StringBuilder out = new StringBuilder("what -> " + String.join(" ", callers) + "\n");
    rows.keySet().stream()
        .sorted()
        .forEach(what ->
            out.append(what)
                .append(" -> ")
                .append(String.join(" ", rows.getOrDefault(what, List.of())))
                .append('\n'));
    return out.toString();
  }

  /// A study and a run of the use case that is served, and a value for every field that a request
  /// to MLflow's surface may have: fields that a request has not are ignored there.
  private static Map<String, String> tracked(Home home) {
    try (Tracking tracking =
        Tracking.open(
            "sqlite", Map.of("path", home.tracking().toString()), InstantSource.fixed(NOW))) {
      String study = tracking.createStudy("small", null, List.of()).id();
      String run = tracking.createRun(study, "", null, null, List.of()).info().id();
      Map<String, String> fields = new LinkedHashMap<>();
      fields.put(
          "model_id", tracking.createLoggedModel(study, "m", null, run, List.of(), List.of()).id());
      fields.put("experiment_id", study);
      fields.put("experiment_ids", study);
      fields.put("run_id", run);
      fields.put("run_ids", run);
      for (String name : List.of("name", "new_name", "experiment_name")) {
        fields.put(name, "small");
      }
      for (String key : List.of("key", "metric_key", "alias")) {
        fields.put(key, "k");
      }
      fields.put("value", "1");
      fields.put("timestamp", "1");
      fields.put("version", "1");
      fields.put("stage", "Staging");
      fields.put("archive_existing_versions", "false");
      fields.put("source", "runs:/" + run + "/model");
      fields.put("path", study + "/b");
      fields.put("model_json", "{}");
      return fields;
    }
  }

  private static String json(Map<String, String> fields) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    fields.forEach((name, value) -> {
      if (name.endsWith("_ids")) {
        json.putArray(name).add(value);
      } else {
        json.put(name, value);
      }
    });
    return json.toString();
  }

  private static String query(Map<String, String> fields) {
    StringBuilder out = new StringBuilder();
    fields.forEach((name, value) ->
        out.append(out.isEmpty() ? "?" : "&")
            .append(name)
            .append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return out.toString();
  }

  private static String call(
      HttpClient http,
      LiveServer server,
      Route route,
      Map<String, String> tracked,
      String authorization,
      int client)
      throws Exception {
    boolean mlflow = Surface.ofMlflow(route.pattern());
    boolean pages = route.pattern().startsWith("/studies/") || route.pattern().startsWith("/runs/");
    String path =
        route
            .pattern()
            .replace("/v1/sources/{name}", "/v1/sources/logins")
            .replace("/v1/predictions/{id}", "/v1/predictions/small.0")
            .replace(
                "{path...}",
                "%s/%s/artifacts/x".formatted(tracked.get("experiment_id"), tracked.get("run_id")))
            .replaceAll(
                pages ? "\\{(id|study|run)}" : "never",
                route.pattern().startsWith("/runs/")
                    ? tracked.getOrDefault("run_id", "")
                    : tracked.getOrDefault("experiment_id", ""))
            .replace("{name}", "small")
            .replace("{key}", "k1")
            .replace("{version}", "1")
            .replace("{model_id}", tracked.getOrDefault("model_id", ""))
            .replaceAll("\\{[a-z_]+(\\.\\.\\.)?}", "small");
    if (route.method().equals("GET") && (mlflow || route.pattern().equals("/runs/compare"))) {
      path += query(tracked);
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("X-Forwarded-For", "6.6.6.6, 10.0.%d.%d".formatted(client / 256, client % 256));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    if (!route.method().equals("GET")) {
      request
          .header(
              "Content-Type",
              route.accepts() == Route.Accepts.FORM ? Form.TYPE : "application/json")
          .method(
              route.method(),
              HttpRequest.BodyPublishers.ofString(
                  mlflow ? json(tracked) : BODIES.getOrDefault(route.pattern(), "{}")));
    }
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    String shown = route.method() + " " + path + " => " + answer.statusCode() + answer.body();
    assertThat(answer.statusCode()).as(shown).isLessThan(500);
    assertThat(answer.statusCode()).as(shown).isNotEqualTo(429);
    if (answer.statusCode() == 401) {
      assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
          .as(shown)
          .matches(
              Surface.ofMlflow(route.pattern())
                  ? "Basic realm=\"gnomon\", charset=\"UTF-8\", Bearer realm=\"gnomon\".*"
                  : "Bearer realm=\"gnomon\".*");
    }
    if (answer.statusCode() == 303
        && answer.headers().firstValue("Location").orElse("").startsWith("/login?next=")) {
      return "login";
    }
    return switch (answer.statusCode()) {
      case 401 -> "401";
      // The forms say 403 to everybody who brings no key for them: not a matter of roles.
      case 403 -> route.accepts() == Route.Accepts.FORM ? "in" : "403";
      default -> "in";
    };
  }

  private static String call(
      ManagedChannel channel, String method, String authorization, int client) {
    Metadata metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("x-forwarded-for", Metadata.ASCII_STRING_MARSHALLER),
        "10.0.%d.%d".formatted(client / 256, client % 256));
    if (!authorization.isEmpty()) {
      metadata.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    }
    try {
      // The first message of as many as come: some methods go on for ever.
      var _ =
          ClientCalls.blockingServerStreamingCall(
                  ClientInterceptors.intercept(
                      channel, MetadataUtils.newAttachHeadersInterceptor(metadata)),
                  WireBytes.unary(method),
                  CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                  message(method))
              .hasNext();
      return "in";
    } catch (StatusRuntimeException e) {
      return switch (e.getStatus().getCode()) {
        case UNAUTHENTICATED -> "401";
        case PERMISSION_DENIED -> "403";
        default -> "in";
      };
    }
  }

  /// The use case's name where the method expects one: field 1, after the name of a repository 2.
  private static byte[] message(String method) {
    if (method.startsWith("grpc.") || method.endsWith("RepositoryIndex")) {
      return new byte[0];
    }
    byte[] out = "??small".getBytes(StandardCharsets.US_ASCII);
    out[0] = (byte) (method.contains("RepositoryModel") ? 0x12 : 0x0a);
    out[1] = 5;
    return out;
  }
}
