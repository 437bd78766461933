package dev.gnomon.server;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.features.StoreUnavailable;
import dev.gnomon.log.LogFullException;
import dev.gnomon.server.pages.Pages;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Arrivals;
import dev.gnomon.server.security.Asked;
import dev.gnomon.server.security.Form;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.SecurityHeaders;
import dev.gnomon.server.security.Tls;
import dev.gnomon.server.security.Verdict;
import dev.gnomon.server.security.Verdict.Denied;
import dev.gnomon.server.security.Verdict.Principal;
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
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.impl.VertxConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Listens, reads requests within their limits, finds the route, and turns every failure into a
/// problem document.
///
/// One event loop per core. Routes that may wait run on virtual threads, bounded in number so that
/// overload is refused early (503) instead of queued.
public final class HttpFront implements AutoCloseable {
  private static final int MAX_WAITING = 2_000;
  private static final int MAX_STREAMS = 64;
  private static final int LOOPS = Math.max(1, Runtime.getRuntime().availableProcessors());
  private static final String PROBLEM = "Bad request";
  private static final int MOST_DELAYED = 1_000;
  private static final int DRAIN_SECONDS = 10;
  private static final Duration LEAVING = Duration.ofMillis(500);
  private static final long LOOK_NANOS = 5_000_000;
  private static final byte[] EMPTY = new byte[0];

  private final RouteTable routes;
  private final RequestTimes times;
  private final Access access;
  private final SecurityHeaders headers;
  private final Consumer<Throwable> unexpected;
  private final Vertx vertx;
  private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final LongAdder refused = new LongAdder();
  private final AtomicInteger delayed = new AtomicInteger();
  private final Semaphore streams = new Semaphore(MAX_STREAMS, true);
  private final Queue<HttpServer> listening = new ConcurrentLinkedQueue<>();
  private volatile boolean draining;
  private volatile int port;

  /// @param access says who may go on; closed with the server, not here
  /// @param unexpected told about failures that are bugs; the client sees a 500 without internals
  public HttpFront(
      List<Route> routes,
      PrometheusMeterRegistry metrics,
      Access access,
      Consumer<Throwable> unexpected) {
    this.routes = new RouteTable(routes);
    this.times = new RequestTimes(routes, metrics);
    this.access = access;
    this.headers = new SecurityHeaders(access.secure());
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
            // Looking out for HTTP/2 without TLS hides a connection until its first head is there.
            .setHttp2ClearTextEnabled(false)
            .setTcpNoDelay(true);
    access
        .tls()
        .ifPresent(tls ->
            options
                .setSsl(true)
                .setKeyCertOptions(KeyCertOptions.wrap(tls.keys()))
                .setEnabledSecureTransportProtocols(new LinkedHashSet<>(Tls.PROTOCOLS)));
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

  /// How many requests were refused because too many came.
  public long refused() {
    return refused.sum();
  }

  /// The port that is listened on.
  public int port() {
    return port;
  }

  /// Whether the server is about to stop: it still answers, and asks clients to go elsewhere.
  public boolean draining() {
    return draining;
  }

  /// Stops accepting, answers what was asked, and frees the port. Every answer meanwhile closes its
  /// connection, so that clients with a next request turn to another server.
  @Override
  public void close() {
    draining = true;
    // A connection that is asked over and over is told to close with its next answer; closed from
    // here it might be just as the next request is on its way.
    long until = System.nanoTime() + LEAVING.toNanos();
    while (connections.get() > 0 && System.nanoTime() < until) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    try {
      Future.join(
              listening.stream()
                  .map(server -> server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS))
                  .toList())
          .toCompletionStage()
          .toCompletableFuture()
          .get(DRAIN_SECONDS + 1, TimeUnit.SECONDS);
      waiting.shutdown();
      waiting.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS);
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
      listening.add(server);
      Backlog backlog =
          new Backlog(
              what -> context.runOnContext(ignored -> what.run()), System::nanoTime, refused);
      Arrivals arrivals = new Arrivals(access.arrival(), connections, System::nanoTime);
      vertx.setPeriodic(1_000, tick -> arrivals.sweep());
      return server
          .connectionHandler(arrivals::opened)
          .requestHandler(request -> receive(request, arrivals, backlog))
          .invalidRequestHandler(request ->
              send(
                  request.response(),
                  ProblemDetails.of(400, PROBLEM, "The request is not valid HTTP.")))
          .listen()
          .onSuccess(listening -> port = listening.actualPort());
    }
  }

  private void receive(HttpServerRequest request, Arrivals arrivals, Backlog backlog) {
    var _ = receive(request, arrivals, backlog, 0);
  }

  /// @param waited how long the request was kept waiting already, milliseconds
  /// @return false when it waits on
  private boolean receive(
      HttpServerRequest request, Arrivals arrivals, Backlog backlog, long waited) {
    long begin = System.nanoTime();
    String path = request.path() == null ? "/" : request.path();
    RouteTable.Match match = routes.find(request.method().name(), path);
    // Also the body of a refused request must end in its time.
    Arrivals.Arrival arrival = arrivals.began(request);
    Asked asked = asked(request, match);
    Principal caller;
    switch (access.check(asked)) {
      case Denied denied -> {
        refuse(request, arrival, match, asked, path, denied);
        return true;
      }
      case Verdict.Later later -> {
        if (waited + later.millis() > Verdict.Later.MOST_MILLIS
            || delayed.get() >= MOST_DELAYED
            || draining) {
          refuse(request, arrival, match, asked, path, later.otherwise());
        } else {
          arrival.ended();
          delay(request, arrivals, backlog, waited + later.millis(), later.millis());
          return false;
        }
        return true;
      }
      case Principal who -> caller = who;
    }
    if (!(match instanceof RouteTable.Match.Found(Route route, List<String> segments))) {
      drop(request, arrival);
      send(request.response(), refusal(match));
      return true;
    }
    if (!request.method().equals(HttpMethod.GET)
        && !Gate.acceptable(route.accepts(), request.getHeader("Content-Type"))) {
      drop(request, arrival);
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
                      switch (route.accepts()) {
                        case JSON_OR_NDJSON ->
                            "Content-Type: application/json or application/x-ndjson";
                        case FORM -> "Content-Type: " + Form.TYPE;
                        default -> "Content-Type: application/json";
                      })));
      return true;
    }
    if (backlog.late(begin) && route.role() != Role.NONE) {
      overloaded(request, route, arrival);
      return true;
    }
    if (route.mode() == Route.Mode.STREAM) {
      arrival.ended(); // it has its own limits
      stream(request, route, segments, path, caller, asked, begin, arrivals);
      return true;
    }
    BodyReader.read(
        request,
        (int) Math.min(Integer.MAX_VALUE - 8, route.maxBody()),
        body -> {
          arrival.ended();
          Denied forged =
              route.accepts() == Route.Accepts.FORM ? forged(caller, asked, body) : null;
          if (forged != null) {
            access.audit(caller, asked, path, forged.status());
            send(request.response(), denied(forged, route.errors(), request));
          } else {
            dispatch(request, route, segments, path, body, caller, asked, begin);
          }
        },
        arrival::ended,
        () -> tooLarge(request.response(), route));
    return true;
  }

  /// Comes back to a request after a while; what is left of it stays with its sender.
  private void delay(
      HttpServerRequest request, Arrivals arrivals, Backlog backlog, long waited, long millis) {
    delayed.incrementAndGet();
    request.pause();
    vertx.setTimer(
        millis,
        tick -> {
          delayed.decrementAndGet();
          if (!request.response().closed() && receive(request, arrivals, backlog, waited)) {
            request.resume();
          }
        });
  }

  private void refuse(
      HttpServerRequest request,
      Arrivals.Arrival arrival,
      RouteTable.Match match,
      Asked asked,
      String path,
      Denied denied) {
    drop(request, arrival);
    access.audit(null, asked, path, denied.status());
    send(request.response(), denied(denied, errors(match), request));
  }

  /// Lets the rest of a refused request pass by.
  private static void drop(HttpServerRequest request, Arrivals.Arrival arrival) {
    request.exceptionHandler(failure -> arrival.ended());
    request.endHandler(ended -> arrival.ended());
  }

  /// Refuses at once; the connection is read again a little later.
  private void overloaded(HttpServerRequest request, Route route, Arrivals.Arrival arrival) {
    drop(request, arrival);
    send(
        request.response(),
        of(route, 503, "Overloaded", "More is asked than can be decided in time; try again."));
    if (request.connection() instanceof VertxConnection connection) {
      connection.doPause();
      vertx.setTimer(Backlog.PAUSE.toMillis(), tick -> connection.doResume());
    }
  }

  private static Asked asked(HttpServerRequest request, RouteTable.Match match) {
    Route route = match instanceof RouteTable.Match.Found found ? found.route() : null;
    return new Asked(
        request.method().name(),
        // What leads nowhere is told to those who may see what there is.
        route == null ? Role.VIEWER : route.role(),
        route == null ? "" : route.pattern(),
        match instanceof RouteTable.Match.Found found ? found.segments() : List.of(),
        request.authority() == null ? null : request.authority().toString(),
        request::getHeader,
        () -> peer(request),
        route != null && route.accepts() == Route.Accepts.FORM);
  }

  private static String peer(HttpServerRequest request) {
    return request.remoteAddress() == null
        ? "unknown"
        : String.valueOf(request.remoteAddress().hostAddress());
  }

  private @Nullable Denied forged(Principal caller, Asked asked, byte[] body) {
    return access.form(caller, asked, Form.fields(body).get(Form.CSRF)).orElse(null);
  }

  /// In the form of the surface; people who are not signed in are led there.
  private static Answer denied(Denied denied, ErrorForm errors, HttpServerRequest request) {
    if (denied.status() == 401
        && errors.equals(Pages.ERRORS)
        && request.method().equals(HttpMethod.GET)
        && request.getHeader("Authorization") == null) {
      return new Answer(303, "text/plain", EMPTY, Map.of("Location", Pages.signIn(request.uri())));
    }
    Answer answer = errors.answer(denied.status(), denied.title(), denied.detail(), List.of());
    Map<String, String> all = new HashMap<>(answer.headers());
    all.putAll(denied.headers());
    return new Answer(answer.status(), answer.contentType(), answer.body(), all);
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
      Principal caller,
      Asked asked,
      long begin) {
    HttpServerResponse response = request.response();
    Request plain = plain(request, segments, path, body, caller, asked);
    if (route.mode() == Route.Mode.DIRECT) {
      Answer answer = answer(route, plain, null);
      access.audit(caller, asked, path, answer.status());
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
        Answer answer = answer(route, plain, null);
        int status = answer.status();
        access.audit(caller, asked, path, status);
        if (answer.content() == null) {
          context.runOnContext(ignored -> send(response, answer));
        } else {
          status = sendContent(request, context, route, answer, answer.content());
        }
        times.record(route, status, System.nanoTime() - begin);
      } finally {
        inFlight.decrementAndGet();
      }
    });
  }

  private static Request plain(
      HttpServerRequest request,
      List<String> segments,
      String path,
      byte[] body,
      Principal caller,
      Asked asked) {
    return new Request(
        request.method().name(),
        path,
        segments,
        Query.last(request.query()),
        request.query(),
        asked.headers(),
        body,
        caller,
        asked.peer());
  }

  /// Answers while the body arrives.
  private void stream(
      HttpServerRequest request,
      Route route,
      List<String> segments,
      String path,
      Principal caller,
      Asked asked,
      long begin,
      Arrivals arrivals) {
    HttpServerResponse response = request.response();
    String length = request.getHeader("Content-Length");
    if (length != null
        && length.matches("[0-9]{1,18}")
        && Long.parseLong(length) > route.maxBody()) {
      drop(request, arrivals.began(request));
      tooLarge(response, route);
      return;
    }
    if (inFlight.incrementAndGet() > MAX_WAITING || waiting.isShutdown()) {
      inFlight.decrementAndGet();
      drop(request, arrivals.began(request));
      send(response, of(route, 503, "Overloaded", "Too many requests are waiting."));
      return;
    }
    io.vertx.core.Context context = vertx.getOrCreateContext();
    BodyStream body = new BodyStream(request, context, route.maxBody(), grace());
    Request plain = plain(request, segments, path, EMPTY, caller, asked);
    waiting.execute(() -> {
      try {
        Answer answer = inTurn(route, () -> answer(route, plain, body));
        context.runOnContext(ignored -> {
          Arrivals.Arrival rest = arrivals.began(request);
          if (answer.status() == 408 || answer.status() == 413) {
            response.putHeader("Connection", "close");
          }
          send(response, answer);
          body.discard(rest::ended);
        });
        times.record(route, answer.status(), System.nanoTime() - begin);
      } finally {
        inFlight.decrementAndGet();
      }
    });
  }

  private long grace() {
    return access.arrival().toNanos();
  }

  /// Long bodies need memory while they pass: only so many pass at once, and the others wait.
  private Answer inTurn(Route route, Supplier<Answer> work) {
    try {
      if (!streams.tryAcquire(grace(), TimeUnit.NANOSECONDS)) {
        return of(route, 503, "Overloaded", "Too many long bodies are on their way; try again.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return of(route, 503, "Unavailable", "The server is about to stop.");
    }
    try {
      return work.get();
    } finally {
      streams.release();
    }
  }

  /// On the handler's thread, which it holds until the client has everything.
  ///
  /// @return the status that was sent
  private int sendContent(
      HttpServerRequest request,
      io.vertx.core.Context context,
      Route route,
      Answer answer,
      Answer.Content content) {
    ContentSender sender = new ContentSender(request, context, grace());
    int[] status = {answer.status()};
    Answer instead =
        inTurn(
            route,
            () -> {
              try {
                status[0] = sender.send(content, () -> head(request.response(), answer));
                return answer;
              } catch (IOException e) {
                if (sender.begun()) {
                  sender.breakOff();
                  return answer;
                }
                return content.instead(e).orElseGet(() -> unreadable(route, e));
              }
            });
    if (instead.content() == null) {
      context.runOnContext(ignored -> send(request.response(), instead));
      return instead.status();
    }
    return status[0];
  }

  private Answer unreadable(Route route, IOException failure) {
    unexpected.accept(failure);
    return of(route, 503, "Storage failed", "The content can't be read; ask again.");
  }

  /// @param body as it arrives, for routes that take it so
  private Answer answer(Route route, Request request, @Nullable InputStream body) {
    try {
      return body != null && route.handler() instanceof Route.StreamHandler taking
          ? taking.answer(request, body)
          : route.handler().answer(request);
    } catch (IOException e) {
      unexpected.accept(e);
      return of(route, 503, "Storage failed", "The content may not have been kept; ask again.");
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

  private static Answer refusal(RouteTable.Match match) {
    return switch (match) {
      case RouteTable.Match.BadEncoding(Route route) ->
          of(route, 400, PROBLEM, "The path is not validly encoded.");
      case RouteTable.Match.OtherMethods(Route any, String allowed) -> {
        Answer refused = of(any, 405, "Method not allowed", "This path takes " + allowed + ".");
        yield new Answer(405, refused.contentType(), refused.body(), Map.of("Allow", allowed));
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

  private void send(HttpServerResponse response, Answer answer) {
    if (response.ended() || response.closed()) {
      return;
    }
    head(response, answer);
    response.end(Buffer.buffer(answer.body()));
  }

  private void head(HttpServerResponse response, Answer answer) {
    response.setStatusCode(answer.status());
    if (draining) {
      response.putHeader("Connection", "close");
    }
    response.putHeader("Content-Type", answer.contentType());
    headers.put(response.headers(), answer.contentType());
    answer.headers().forEach(response::putHeader);
  }
}
