package dev.gnomon.server.mlflow;

import dev.gnomon.server.HttpFront;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.security.Token;
import dev.gnomon.server.security.TokenFile;
import dev.gnomon.tracking.Tracking;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/// A server in this process with the routes of MLflow only, spoken to over HTTP.
final class MlflowServer implements AutoCloseable {
  /// Failures that the server calls bugs.
  final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  private final Access access;
  private final HttpFront front;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /// What came back.
  record Answered(int status, String contentType, String body) {}

  MlflowServer(Tracking tracking, Path home) {
    this(new MlflowRoutes(tracking).routes(), Security.of(new dev.gnomon.core.Home(home)));
  }

  MlflowServer(List<Route> routes, Security security) {
    access = Access.open(security, ignored -> {});
    front =
        new HttpFront(
            routes, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), access, failures::add);
    front.start("127.0.0.1", 0);
  }

  /// Makes a token, which the next server of this home asks for.
  static String token(Path home, String name, Role role, Set<String> useCases) {
    return new TokenFile(new dev.gnomon.core.Home(home).tokens())
        .create(
            new Token.Wanted(name, role, useCases, Optional.empty()),
            Instant.EPOCH,
            new SecureRandom())
        .text();
  }

  int port() {
    return front.port();
  }

  String address() {
    return "http://127.0.0.1:" + port();
  }

  Answered send(String method, String path, String body) throws IOException, InterruptedException {
    return send(method, path, body, request -> request.header("Content-Type", "application/json"));
  }

  Answered send(String method, String path, String body, UnaryOperator<HttpRequest.Builder> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address() + path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(
                        body.getBytes(StandardCharsets.UTF_8)));
    HttpResponse<byte[]> answer =
        http.send(headers.apply(request).build(), HttpResponse.BodyHandlers.ofByteArray());
    return new Answered(
        answer.statusCode(),
        answer.headers().firstValue("Content-Type").orElse(""),
        new String(answer.body(), StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    http.close();
    front.close();
    access.close();
  }
}
