package dev.gnomon.server;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.features.StoreUnavailable;
import dev.gnomon.log.LogFullException;
import dev.gnomon.serving.ChecksFailed;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Listens, reads requests within their limits, finds the route, and turns every failure into a
/// problem document.
///
/// One event loop per core. Routes that may wait run on virtual threads, bounded in number so that
/// overload is refused early (503) instead of queued.
public final class HttpFront implements AutoCloseable {
  private static final int MAX_WAITING = 2_000;
  private static final int LOOPS = Math.max(1, Runtime.getRuntime().availableProcessors());
  private static final String PROBLEM = "Bad request";

  private final List<Route> routes;
  private final PrometheusMeterRegistry metrics;
  private final Consumer<Throwable> unexpected;
  private final Vertx vertx;
  private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Map<String, Timer> timers = new ConcurrentHashMap<>();
  private volatile int port;

  /// @param unexpected told about failures that are bugs; the client sees a 500 without internals
  public HttpFront(
      List<Route> routes, PrometheusMeterRegistry metrics, Consumer<Throwable> unexpected) {
    this.routes = List.copyOf(routes);
    this.metrics = metrics;
    this.unexpected = unexpected;
    this.vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(LOOPS));
  }

  /// Starts to listen.
  ///
  /// @param wantedPort 0 for any free one
  /// @throws BadInput when the address can't be bound
  public void start(String host, int wantedPort) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            // One server on each event loop; they share the port. Negative means: any free one, the
            // same for all.
            .setPort(wantedPort == 0 ? -1 : wantedPort)
            .setReuseAddress(true)
            .setIdleTimeout(75)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setMaxInitialLineLength(8_192)
            .setMaxHeaderSize(16_384)
            .setHandle100ContinueAutomatically(true)
            .setTcpNoDelay(true);
    try {
      vertx
          .deployVerticle(() -> new Listener(options), new DeploymentOptions().setInstances(LOOPS))
          .toCompletionStage()
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting", e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      String why = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
      throw new BadInput(
          "--host %s --port %d".formatted(host, wantedPort),
          "can't listen there: " + why,
          "a free port (0 lets the system choose one) and an address of this machine");
    }
  }

  /// The port that is listened on.
  public int port() {
    return port;
  }

  /// Stops accepting, lets requests in flight end, and frees the port.
  @Override
  public void close() {
    try {
      waiting.shutdown();
      waiting.awaitTermination(10, TimeUnit.SECONDS);
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      unexpected.accept(e);
    }
  }

  private final class Listener extends VerticleBase {
    private final HttpServerOptions options;

    Listener(HttpServerOptions options) {
      this.options = options;
    }

    @Override
    public Future<?> start() {
      HttpServer server = vertx.createHttpServer(options);
      return server
          .requestHandler(HttpFront.this::receive)
          .invalidRequestHandler(request ->
              send(
                  request.response(),
                  ProblemDetails.of(400, PROBLEM, "The request is not valid HTTP.")))
          .listen()
          .onSuccess(listening -> port = listening.actualPort());
    }
  }

  private void receive(HttpServerRequest request) {
    long begin = System.nanoTime();
    String path = request.path() == null ? "/" : request.path();
    Found found = find(request.method(), path);
    Answer refused =
        guard(request, found.route() == null ? ProblemDetails.FORM : found.route().errors());
    if (refused != null) {
      send(request.response(), refused);
      return;
    }
    if (found.route() == null) {
      send(request.response(), found.refusal());
      return;
    }
    Route route = found.route();
    if (!request.method().equals(HttpMethod.GET)
        && !Gate.acceptable(route.accepts(), request.getHeader("Content-Type"))) {
      send(
          request.response(),
          of(
              route,
              415,
              "Unsupported media type",
              "%s %s takes %s."
                  .formatted(
                      route.method(),
                      route.pattern(),
                      route.accepts() == Route.Accepts.JSON_OR_NDJSON
                          ? "Content-Type: application/json or application/x-ndjson"
                          : "Content-Type: application/json")));
      return;
    }
    readBody(request, route, body -> dispatch(request, route, found.segments(), path, body, begin));
  }

  private void readBody(HttpServerRequest request, Route route, Consumer<byte[]> then) {
    Buffer[] sum = {null};
    boolean[] copied = {false};
    boolean[] tooLarge = {false};
    request.handler(chunk -> {
      if (tooLarge[0]) {
        return;
      }
      int length = chunk.length() + (sum[0] == null ? 0 : sum[0].length());
      if (length > route.maxBody()) {
        tooLarge[0] = true;
        HttpServerResponse response = request.response();
        response.putHeader("Connection", "close");
        send(
            response,
            of(
                route,
                413,
                "Content too large",
                "%s takes at most %d bytes.".formatted(route.pattern(), route.maxBody())));
        return;
      }
      if (sum[0] == null) {
        sum[0] = chunk;
      } else if (copied[0]) {
        // Grows by doubling: a large body costs time in proportion to its length.
        sum[0].appendBuffer(chunk);
      } else {
        sum[0] = Buffer.buffer(length).appendBuffer(sum[0]).appendBuffer(chunk);
        copied[0] = true;
      }
    });
    request.exceptionHandler(failure -> tooLarge[0] = true);
    request.endHandler(ended -> {
      if (!tooLarge[0]) {
        then.accept(sum[0] == null ? new byte[0] : sum[0].getBytes());
      }
    });
  }

  private void dispatch(
      HttpServerRequest request,
      Route route,
      List<String> segments,
      String path,
      byte[] body,
      long begin) {
    HttpServerResponse response = request.response();
    Map<String, String> query = request.query() == null ? Map.of() : query(request.query());
    Request plain =
        new Request(
            request.method().name(), path, segments, query, request::getHeader, body);
    if (route.mode() == Route.Mode.DIRECT) {
      Answer answer = answer(route, plain);
      send(response, answer);
      time(route, answer.status(), begin);
      return;
    }
    if (inFlight.incrementAndGet() > MAX_WAITING || waiting.isShutdown()) {
      inFlight.decrementAndGet();
      send(response, of(route, 503, "Overloaded", "Too many requests are waiting."));
      return;
    }
    io.vertx.core.Context context = vertx.getOrCreateContext();
    waiting.execute(() -> {
      try {
        Answer answer = answer(route, plain);
        context.runOnContext(ignored -> send(response, answer));
        time(route, answer.status(), begin);
      } finally {
        inFlight.decrementAndGet();
      }
    });
  }

  private Answer answer(Route route, Request request) {
    try {
      return route.handler().answer(request);
    } catch (BadInput e) {
      return route
          .errors()
          .answer(400, PROBLEM, "The request can't be used; see errors.", e.problems());
    } catch (ChecksFailed e) {
      return route
          .errors()
          .answer(
              422, "Check failed", "A check of the data says no; nothing was taken.", e.problems());
    } catch (Refusal e) {
      return route.errors().answer(409, "Refused", "A rule says no; see errors.", e.reasons());
    } catch (StoreUnavailable e) {
      return of(route, 503, "Features away", String.valueOf(e.getMessage()));
    } catch (HttpProblem e) {
      return of(route, e.status(), e.title(), e.detail());
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof LogFullException) {
        return of(
            route,
            507,
            "Insufficient storage",
            "The record can't be kept, because the disk or its limit is full; nothing was done.");
      }
      unexpected.accept(e);
      return of(route, 503, "Storage failed", "The record may not have been kept; ask again.");
    } catch (RuntimeException | StackOverflowError e) {
      unexpected.accept(e);
      return of(route, 500, "Internal error", "The server failed; the cause is in its log.");
    }
  }

  private static Answer of(Route route, int status, String title, String detail) {
    return route.errors().answer(status, title, detail, List.of());
  }

  private static @Nullable Answer guard(HttpServerRequest request, ErrorForm errors) {
    String host = request.authority() == null ? null : request.authority().toString();
    if (!Gate.loopbackHost(host)) {
      return errors.answer(
          403,
          "Forbidden",
          "Without tokens only requests to a loopback name (localhost, 127.0.0.1, [::1]) are"
              + " answered.",
          List.of());
    }
    if (!Gate.ownOrigin(request.getHeader("Origin"))) {
      return errors.answer(
          403, "Forbidden", "Requests from other web pages are refused.", List.of());
    }
    return null;
  }

  private record Found(@Nullable Route route, List<String> segments, Answer refusal) {}

  private static final Answer NO_ANSWER = Answer.json(404, "{}");

  private Found find(HttpMethod method, String path) {
    String[] parts = Route.parts(path);
    Route elsewhere = null;
    StringBuilder allowed = new StringBuilder();
    for (Route route : routes) {
      List<String> raw = route.match(parts);
      if (raw == null) {
        continue;
      }
      String wanted = method.equals(HttpMethod.HEAD) ? "GET" : method.name();
      if (!route.method().equals(wanted)) {
        elsewhere = route;
        allowed.append(allowed.isEmpty() ? "" : ", ").append(route.method());
        continue;
      }
      try {
        return new Found(route, raw.stream().map(HttpFront::decode).toList(), NO_ANSWER);
      } catch (IllegalArgumentException e) {
        return new Found(
            null, List.of(), of(route, 400, PROBLEM, "The path is not validly encoded."));
      }
    }
    if (elsewhere != null) {
      Answer refused =
          of(
              elsewhere,
              405,
              "Method not allowed",
              "This path takes %s.".formatted(allowed.toString()));
      return new Found(
          null,
          List.of(),
          new Answer(
              405, refused.contentType(), refused.body(), Map.of("Allow", allowed.toString())));
    }
    return new Found(
        null,
        List.of(),
        ProblemDetails.of(
            404, "Not found", "There is nothing here; /openapi.json lists all routes."));
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> out = new HashMap<>();
    for (String pair : raw.split("&", 64)) {
      int equals = pair.indexOf('=');
      try {
        if (equals > 0) {
          out.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        } else if (!pair.isEmpty()) {
          out.put(decode(pair), "");
        }
      } catch (IllegalArgumentException _) {
        // Not validly encoded: as if it were not there, like any parameter that no route reads.
      }
    }
    return out;
  }

  private static String decode(String part) {
    return part.indexOf('%') < 0 && part.indexOf('+') < 0
        ? part
        : URLDecoder.decode(part, StandardCharsets.UTF_8);
  }

  private void send(HttpServerResponse response, Answer answer) {
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(answer.status());
    response.putHeader("Content-Type", answer.contentType());
    response.putHeader("X-Content-Type-Options", "nosniff");
    if (answer.contentType().startsWith("text/html")) {
      response.putHeader(
          "Content-Security-Policy",
          "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self';"
              + " frame-ancestors 'none'; base-uri 'none'");
      response.putHeader("Referrer-Policy", "no-referrer");
    }
    answer.headers().forEach(response::putHeader);
    response.end(Buffer.buffer(answer.body()));
  }

  private void time(Route route, int status, long begin) {
    timers
        .computeIfAbsent(
            status + " " + route.method() + " " + route.pattern(),
            key ->
                Timer.builder("gnomon.http.requests")
                    .description("Requests by route and status")
                    .tag("method", route.method())
                    .tag("route", route.pattern())
                    .tag("status", Integer.toString(status))
                    .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(200),
                        Duration.ofSeconds(1))
                    .register(metrics))
        .record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
  }
}
