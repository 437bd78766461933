package dev.gnomon.server;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.features.StoreUnavailable;
import dev.gnomon.log.LogFullException;
import dev.gnomon.server.pages.Pages;
import dev.gnomon.server.security.Form;
import dev.gnomon.server.security.Verdict.Denied;
import dev.gnomon.serving.ChecksFailed;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// What is answered when a request does not reach its handler, or the handler fails: in the form of
/// the surface that was asked.
final class Refusals {
  private static final String PROBLEM = "Bad request";
  private static final byte[] EMPTY = new byte[0];

  private Refusals() {}

  static Answer of(Route route, int status, String title, String detail) {
    return route.errors().answer(status, title, detail, List.of());
  }

  static Answer notHttp() {
    return ProblemDetails.of(400, PROBLEM, "The request is not valid HTTP.");
  }

  /// No route takes the request.
  static Answer lost(RouteTable.Match match) {
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

  static ErrorForm errors(RouteTable.Match match) {
    return switch (match) {
      case RouteTable.Match.Found(Route route, _) -> route.errors();
      case RouteTable.Match.BadEncoding(Route route) -> route.errors();
      case RouteTable.Match.OtherMethods(Route any, _) -> any.errors();
      case RouteTable.Match.Nothing() -> ProblemDetails.FORM;
    };
  }

  /// In the form of the surface; people who are not signed in are led there.
  static Answer denied(Denied denied, ErrorForm errors, HttpServerRequest request) {
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

  static Answer mediaType(Route route) {
    return of(
        route,
        415,
        "Unsupported media type",
        "%s %s takes %s."
            .formatted(
                route.method(),
                route.pattern(),
                switch (route.accepts()) {
                  case JSON_OR_NDJSON -> "Content-Type: application/json or application/x-ndjson";
                  case FORM -> "Content-Type: " + Form.TYPE;
                  default -> "Content-Type: application/json";
                }));
  }

  static Answer tooLarge(Route route) {
    return of(
        route,
        413,
        "Content too large",
        "%s takes at most %d bytes.".formatted(route.pattern(), route.maxBody()));
  }

  static Answer tooLate(Route route) {
    return of(route, 503, "Overloaded", "More is asked than can be decided in time; try again.");
  }

  static Answer tooManyWait(Route route) {
    return of(route, 503, "Overloaded", "Too many requests are waiting.");
  }

  static Answer tooManyLong(Route route) {
    return of(route, 503, "Overloaded", "Too many long bodies are on their way; try again.");
  }

  static Answer stopping(Route route) {
    return of(route, 503, "Unavailable", "The server is about to stop.");
  }

  /// @param unexpected told about failures that are bugs
  static Answer failed(Route route, Throwable failure, Consumer<Throwable> unexpected) {
    return switch (failure) {
      case BadInput e ->
          route
              .errors()
              .answer(400, PROBLEM, "The request can't be used; see errors.", e.problems());
      case ChecksFailed e ->
          route
              .errors()
              .answer(
                  422,
                  "Check failed",
                  "A check of the data says no; nothing was taken.",
                  e.problems());
      case Refusal e ->
          route.errors().answer(409, "Refused", "A rule says no; see errors.", e.reasons());
      case StoreUnavailable e -> of(route, 503, "Features away", String.valueOf(e.getMessage()));
      case HttpProblem e -> of(route, e.status(), e.title(), e.detail());
      case UncheckedIOException e when e.getCause() instanceof LogFullException ->
          of(
              route,
              507,
              "Insufficient storage",
              "The record can't be kept, because the disk or its limit is full; nothing was done.");
      case UncheckedIOException e -> {
        unexpected.accept(e);
        yield storage(route);
      }
      case IOException e -> {
        unexpected.accept(e);
        yield storage(route);
      }
      default -> {
        unexpected.accept(failure);
        yield of(route, 500, "Internal error", "The server failed; the cause is in its log.");
      }
    };
  }

  private static Answer storage(Route route) {
    return of(
        route,
        503,
        "Storage failed",
        route.method().equals("GET")
            ? "What is stored can't be read now; ask again."
            : "What was sent may not have been kept; ask again.");
  }
}
