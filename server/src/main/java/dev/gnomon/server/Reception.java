package dev.gnomon.server;

import dev.gnomon.server.pages.Pages;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Arrivals;
import dev.gnomon.server.security.Asked;
import dev.gnomon.server.security.Form;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.SecurityHeaders;
import dev.gnomon.server.security.Verdict;
import dev.gnomon.server.security.Verdict.Denied;
import dev.gnomon.server.security.Verdict.Principal;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.VertxConnection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes each request from its head to its answer: who asks, which route, the body within its
/// limits, the handler.
///
/// Routes that may wait run on virtual threads, bounded in number so that overload is refused early
/// (503) instead of queued.
final class Reception {
  private static final int MAX_WAITING = 2_000;
  private static final int MOST_DELAYED = 1_000;
  private static final byte[] EMPTY = new byte[0];

  private final RouteTable routes;
  private final RequestTimes times;
  private final Access access;
  private final SecurityHeaders headers;
  private final Consumer<Throwable> unexpected;
  private final Vertx vertx;
  private final LongBodies longBodies;
  private final ExecutorService waiting = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger delayed = new AtomicInteger();
  private volatile boolean draining;

  Reception(
      List<Route> routes,
      PrometheusMeterRegistry metrics,
      Access access,
      Vertx vertx,
      Consumer<Throwable> unexpected) {
    this.routes = new RouteTable(routes);
    this.times = new RequestTimes(routes, metrics);
    this.access = access;
    this.headers = new SecurityHeaders(access.secure());
    this.vertx = vertx;
    this.unexpected = unexpected;
    this.longBodies =
        new LongBodies(
            access.arrival().toNanos(),
            new LongBodies.Sending() {
              @Override
              public void head(HttpServerResponse response, Answer answer) {
                Reception.this.head(response, answer);
              }

              @Override
              public void send(HttpServerResponse response, Answer answer) {
                Reception.this.send(response, answer);
              }
            },
            unexpected);
  }

  boolean draining() {
    return draining;
  }

  /// From now on every answer closes its connection.
  void drain() {
    draining = true;
  }

  /// Waits for what is being answered, and takes nothing more that may wait.
  void finish(long seconds) throws InterruptedException {
    waiting.shutdown();
    waiting.awaitTermination(seconds, TimeUnit.SECONDS);
  }

  /// Takes up a request; on its event loop.
  void receive(HttpServerRequest request, Arrivals arrivals, Backlog backlog) {
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
      boolean person =
          match instanceof RouteTable.Match.Nothing
              && request.method().equals(HttpMethod.GET)
              && String.valueOf(request.getHeader("Accept")).contains("text/html");
      send(
          request.response(),
          person ? Pages.notFound("page '" + path + "'") : Refusals.lost(match));
      return true;
    }
    if (!request.method().equals(HttpMethod.GET)
        && !Gate.acceptable(route.accepts(), request.getHeader("Content-Type"))) {
      drop(request, arrival);
      send(request.response(), Refusals.mediaType(route));
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
            send(request.response(), Refusals.denied(forged, route.errors(), request));
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
    access.audit(denied, asked, path);
    send(request.response(), Refusals.denied(denied, Refusals.errors(match), request));
  }

  /// Lets the rest of a refused request pass by.
  private static void drop(HttpServerRequest request, Arrivals.Arrival arrival) {
    request.exceptionHandler(failure -> arrival.ended());
    request.endHandler(ended -> arrival.ended());
  }

  /// Refuses at once; the connection is read again a little later.
  private void overloaded(HttpServerRequest request, Route route, Arrivals.Arrival arrival) {
    drop(request, arrival);
    send(request.response(), Refusals.tooLate(route));
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

  private void tooLarge(HttpServerResponse response, Route route) {
    response.putHeader("Connection", "close");
    send(response, Refusals.tooLarge(route));
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
      Answer answer = answer(route, plain);
      access.audit(caller, asked, path, answer.status());
      send(response, answer);
      times.record(route, answer.status(), System.nanoTime() - begin);
      return;
    }
    if (inFlight.incrementAndGet() > MAX_WAITING || waiting.isShutdown()) {
      inFlight.decrementAndGet();
      send(response, Refusals.tooManyWait(route));
      return;
    }
    Context context = vertx.getOrCreateContext();
    waiting.execute(() -> {
      try {
        Answer answer = answer(route, plain);
        int status = answer.status();
        access.audit(caller, asked, path, status);
        if (answer.content() == null) {
          context.runOnContext(ignored -> send(response, answer));
        } else {
          status = longBodies.send(request, context, route, answer, answer.content());
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
    if (LongBodies.tooLong(request, route)) {
      drop(request, arrivals.began(request));
      tooLarge(response, route);
      return;
    }
    if (inFlight.incrementAndGet() > MAX_WAITING || waiting.isShutdown()) {
      inFlight.decrementAndGet();
      drop(request, arrivals.began(request));
      send(response, Refusals.tooManyWait(route));
      return;
    }
    Context context = vertx.getOrCreateContext();
    BodyStream body = longBodies.body(request, context, route);
    Request plain = plain(request, segments, path, EMPTY, caller, asked);
    waiting.execute(() -> {
      try {
        Answer answer = longBodies.answer(route, plain, body);
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

  private Answer answer(Route route, Request request) {
    try {
      return route.handler().answer(request);
    } catch (RuntimeException | StackOverflowError e) {
      return Refusals.failed(route, e, unexpected);
    }
  }

  void send(HttpServerResponse response, Answer answer) {
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
