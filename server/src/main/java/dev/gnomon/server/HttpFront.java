package dev.gnomon.server;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.features.StoreUnavailable;
import dev.gnomon.log.LogFullException;
import dev.gnomon.serving.ChecksFailed;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private final RouteTable routes;
  private final RequestTimes times;
  private final Consumer<Throwable> unexpected;
  private final Vertx vertx;
  private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile int port;

  /// @param unexpected told about failures that are bugs; the client sees a 500 without internals
  public HttpFront(
      List<Route> routes, PrometheusMeterRegistry metrics, Consumer<Throwable> unexpected) {
    this.routes = new RouteTable(routes);
    this.times = new RequestTimes(routes, metrics);
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
    RouteTable.Match match = routes.find(request.method().name(), path);
    Answer refused = guard(request, errors(match));
    if (refused != null) {
      send(request.response(), refused);
      return;
    }
    if (!(match instanceof RouteTable.Match.Found(Route route, List<String> segments))) {
      send(request.response(), refusal(match));
      return;
    }
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
    BodyReader.read(
        request,
        route.maxBody(),
        body -> dispatch(request, route, segments, path, body, begin),
        () -> tooLarge(request.response(), route));
  }

  private void tooLarge(HttpServerResponse response, Route route) {
    response.putHeader("Connection", "close");
    send(
        response,
        of(
            route,
            413,
            "Content too large",
            "%s takes at most %d bytes.".formatted(route.pattern(), route.maxBody())));
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
      times.record(route, answer.status(), System.nanoTime() - begin);
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
        times.record(route, answer.status(), System.nanoTime() - begin);
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

  private static Answer refusal(RouteTable.Match match) {
    return switch (match) {
      case RouteTable.Match.BadEncoding(Route route) ->
          of(route, 400, PROBLEM, "The path is not validly encoded.");
      case RouteTable.Match.OtherMethods(Route any, String allowed) -> {
        Answer refused = of(any, 405, "Method not allowed", "This path takes " + allowed + ".");
        yield new Answer(
            405, refused.contentType(), refused.body(), Map.of("Allow", allowed));
      }
      default ->
          ProblemDetails.of(
              404, "Not found", "There is nothing here; /openapi.json lists all routes.");
    };
  }

  private static ErrorForm errors(RouteTable.Match match) {
    return switch (match) {
      case RouteTable.Match.Found(Route route, _) -> route.errors();
      case RouteTable.Match.BadEncoding(Route route) -> route.errors();
      case RouteTable.Match.OtherMethods(Route any, _) -> any.errors();
      case RouteTable.Match.Nothing() -> ProblemDetails.FORM;
    };
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
}
