package dev.gnomon.server;

import dev.gnomon.server.security.Role;

/// One route: where, what it takes, who answers.
///
/// @param role the least that may call it
/// @param pattern a path whose parts are literal or `{name}`
/// @param summary one line for `/openapi.json`
/// @param maxBody bytes; 413 beyond
/// @param mode where the handler runs
/// @param errors how what goes wrong is worded
public record Route(
    Role role,
    String method,
    String pattern,
    String summary,
    int maxBody,
    Accepts accepts,
    Mode mode,
    Handler handler,
    ErrorForm errors) {

  /// A route whose errors are problem details.
  public Route(
      Role role,
      String method,
      String pattern,
      String summary,
      int maxBody,
      Accepts accepts,
      Mode mode,
      Handler handler) {
    this(role, method, pattern, summary, maxBody, accepts, mode, handler, ProblemDetails.FORM);
  }

  /// Answers a request. May throw [dev.gnomon.core.BadInput] (400) or [HttpProblem].
  @FunctionalInterface
  public interface Handler {
    Answer answer(Request request);
  }

  public enum Mode {
    /// On the event loop: must not block and must end within microseconds.
    DIRECT,
    /// On a virtual thread: may wait for a disk or a lock.
    BLOCKING
  }

  /// The media types a body may have.
  public enum Accepts {
    NOTHING,
    JSON,
    /// For clients that send JSON without naming its type. Nothing is lost by it: a form always
    /// names another one, and other pages give themselves away by their Origin.
    JSON_OR_UNSTATED,
    JSON_OR_NDJSON,
    /// A form of our own pages. The front checks that it is the caller's before the handler sees
    /// it.
    FORM,
    /// For protocols whose bodies are more than JSON. Only safe where the handler refuses what a
    /// form could send.
    ANY
  }

  public static Route get(Role role, String pattern, String summary, Handler handler) {
    return new Route(role, "GET", pattern, summary, 0, Accepts.NOTHING, Mode.BLOCKING, handler);
  }
}
