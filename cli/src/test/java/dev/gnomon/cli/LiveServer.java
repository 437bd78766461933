package dev.gnomon.cli;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.Control;
import dev.gnomon.server.GnomonServer;
import dev.gnomon.server.inference.InferenceLimits;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.RevokedTokens;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.telemetry.Telemetry;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.tracking.Tracking;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server in this process on a free port, spoken to over HTTP only.
final class LiveServer implements AutoCloseable {
  /// Failures that the server calls bugs.
  final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  /// What the operator is told about access.
  final Queue<String> notes = new ConcurrentLinkedQueue<>();

  private final Registry registry;
  private final Tracking tracking;
  private final Artifacts artifacts;
  private final GnomonServer server;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  LiveServer(Path useCase, ArrivalClock clock) throws IOException {
    this(useCase, clock, Security.of(home(useCase)));
  }

  /// As above, saying who may call.
  LiveServer(Path useCase, ArrivalClock clock, Security security) throws IOException {
    this(useCase, clock, security, Telemetry.NONE);
  }

  /// As above, telling about single requests.
  LiveServer(Path useCase, ArrivalClock clock, Security security, Telemetry telemetry)
      throws IOException {
    this(
        useCase,
        clock,
        security,
        telemetry,
        Registry.open(
            "sqlite", Map.of("path", home(useCase).registry().toString()), InstantSource.system()));
  }

  /// As above, with versions and ledger elsewhere.
  ///
  /// @param registry is closed with the server
  LiveServer(
      Path useCase, ArrivalClock clock, Security security, Telemetry telemetry, Registry registry)
      throws IOException {
    Home home = home(useCase);
    this.registry = registry;
    ServingNode node =
        ServingNode.open(
            home,
            List.of(UseCaseReader.read(useCase)),
            FileEngines.find(),
            registry,
            clock,
            _ -> {},
            Progress.NONE);
    tracking =
        Tracking.open("sqlite", Map.of("path", home.tracking().toString()), InstantSource.system());
    artifacts =
        Artifacts.open(home.artifacts().toString(), System.getenv(), InstantSource.system());
    Access access = Access.open(security, notes::add);
    access.revoked(() -> RevokedTokens.of(registry));
    server =
        new GnomonServer(
            node,
            clock,
            "test",
            failures::add,
            new Control(
                    home,
                    registry,
                    tracking,
                    artifacts,
                    access,
                    InstantSource.system(),
                    ignored -> {})
                .routes(),
            access,
            InferenceLimits.DEFAULT,
            telemetry);
    server.start("127.0.0.1", 0);
  }

  /// Where a use case's state is kept.
  static Home home(Path useCase) {
    return new Home(useCase.resolveSibling(".gnomon"));
  }

  /// What is answered over HTTP and gRPC.
  GnomonServer surfaces() {
    return server;
  }

  int port() {
    return server.port();
  }

  /// Listens for gRPC too; returns the port.
  int grpc() {
    return server.startGrpc("127.0.0.1", 0);
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  HttpResponse<String> post(String path, String body) throws Exception {
    return post(path, "application/json", body);
  }

  HttpResponse<String> post(String path, String type, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  @Override
  public void close() throws IOException {
    http.close();
    try {
      server.close();
    } finally {
      tracking.close();
      artifacts.close();
      registry.close();
    }
  }
}
