package dev.gnomon.server;

import dev.gnomon.server.security.Role;
import java.io.IOException;
import java.io.InputStream;

/// One route: where, what it takes, who answers.
///
/// @param role the least that may call it
/// @param pattern a path whose parts are literal or `{name}`
/// @param summary one line for `/openapi.json`
/// @param maxBody bytes; 413 beyond. Memory is needed for all of them, except in mode STREAM
/// @param mode where the handler runs
/// @param errors how what goes wrong is worded
public record Route(
    Role role,
    String method,
    String pattern,
    String summary,
    long maxBody,
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
      long maxBody,
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
    BLOCKING,
    /// On a virtual thread, with the body as it arrives: the handler is a [StreamHandler].
    STREAM
  }

  /// Answers a request whose body it reads as it arrives. What it does not read is passed over.
  public interface StreamHandler extends Handler {
    /// @param body fails with [HttpProblem] when it is too long or too slow, or breaks off; let
    ///   that pass
    Answer answer(Request request, InputStream body) throws IOException;

    @Override
    default Answer answer(Request request) {
      throw new IllegalStateException("needs the body as a stream");
    }
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

  /// A route whose body is read as it arrives.
  public static Route stream(
      Role role,
      String method,
      String pattern,
      String summary,
      long maxBody,
      StreamHandler handler,
      ErrorForm errors) {
    return new Route(
        role, method, pattern, summary, maxBody, Accepts.ANY, Mode.STREAM, handler, errors);
  }

  public static Route get(Role role, String pattern, String summary, Handler handler) {
    return new Route(role, "GET", pattern, summary, 0, Accepts.NOTHING, Mode.BLOCKING, handler);
  }
}
