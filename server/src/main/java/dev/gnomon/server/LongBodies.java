package dev.gnomon.server;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Bodies that are read as they arrive, or sent as they are read. They need memory while they pass:
/// only so many pass at once, and the others wait.
///
/// What has a [Context] runs on that event loop, the rest on the handler's thread.
final class LongBodies {
  private static final int MOST = 64;

  private final Semaphore turns = new Semaphore(MOST, true);
  private final long grace;
  private final Sending sending;
  private final Consumer<Throwable> unexpected;

  /// How an answer goes out; on the event loop.
  interface Sending {
    /// Status and headers.
    void head(HttpServerResponse response, Answer answer);

    /// All of it.
    void send(HttpServerResponse response, Answer answer);
  }

  /// @param graceNanos how long a client may keep a body waiting, and a body its turn
  /// @param unexpected told about failures that are bugs
  LongBodies(long graceNanos, Sending sending, Consumer<Throwable> unexpected) {
    this.grace = graceNanos;
    this.sending = sending;
    this.unexpected = unexpected;
  }

  /// Whether the head alone says that the body is too long.
  static boolean tooLong(HttpServerRequest request, Route route) {
    String length = request.getHeader("Content-Length");
    return length != null
        && length.matches("[0-9]{1,18}")
        && Long.parseLong(length) > route.maxBody();
  }

  /// The body of a request as it arrives; on the event loop, before anything of it came.
  BodyStream body(HttpServerRequest request, Context context, Route route) {
    return new BodyStream(request, context, route.maxBody(), grace);
  }

  /// What the handler answers to a body.
  Answer answer(Route route, Request request, InputStream body) {
    return inTurn(
        route,
        () -> {
          try {
            return route.handler() instanceof Route.StreamHandler taking
                ? taking.answer(request, body)
                : route.handler().answer(request);
          } catch (IOException | RuntimeException | StackOverflowError e) {
            return Refusals.failed(route, e, unexpected);
          }
        });
  }

  /// Sends the content of an answer; holds the handler's thread until the client has everything.
  ///
  /// @return the status that was sent
  int send(
      HttpServerRequest request,
      Context context,
      Route route,
      Answer answer,
      Answer.Content content) {
    ContentSender sender = new ContentSender(request, context, grace);
    int[] status = {answer.status()};
    Answer instead =
        inTurn(
            route,
            () -> {
              try {
                status[0] = sender.send(content, () -> sending.head(request.response(), answer));
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
      context.runOnContext(ignored -> sending.send(request.response(), instead));
      return instead.status();
    }
    return status[0];
  }

  private Answer unreadable(Route route, IOException failure) {
    unexpected.accept(failure);
    return Refusals.of(route, 503, "Storage failed", "The content can't be read; ask again.");
  }

  private Answer inTurn(Route route, Supplier<Answer> work) {
    try {
      if (!turns.tryAcquire(grace, TimeUnit.NANOSECONDS)) {
        return Refusals.tooManyLong(route);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Refusals.stopping(route);
    }
    try {
      return work.get();
    } finally {
      turns.release();
    }
  }
}
