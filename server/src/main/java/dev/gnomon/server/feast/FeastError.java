package dev.gnomon.server.feast;

import dev.gnomon.core.Problem;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Verdict.Principal;
import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/// A request that can't be answered, as Feast would say so.
final class FeastError extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /// Errors that Feast's client can raise again under their own class: it builds them from one
  /// text.
  static final String BASE = "FeastError";

  private final int status;
  private final String type;
  private final transient List<Problem> malformed;

  private FeastError(int status, String type, String message, List<Problem> malformed) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.malformed = malformed;
  }

  /// Something named in the request does not exist.
  ///
  /// @param type the class of `feast.errors` that the client raises
  static FeastError notFound(String type, String message) {
    return new FeastError(404, type, message, List.of());
  }

  static FeastError unprocessable(String type, String message) {
    return new FeastError(422, type, message, List.of());
  }

  /// What was asked contradicts itself or the definitions.
  static FeastError unprocessable(List<Problem> problems) {
    return unprocessable(BASE, lines(problems));
  }

  /// The body does not have the shape of a request.
  static FeastError malformed(List<Problem> problems) {
    return new FeastError(422, BASE, lines(problems), List.copyOf(problems));
  }

  /// The caller's token is for other use cases.
  static FeastError forbidden(Principal caller) {
    return of(403, Access.outOfScope(caller).detail());
  }

  static FeastError of(int status, String message) {
    return new FeastError(status, BASE, message, List.of());
  }

  private static String lines(List<Problem> problems) {
    return problems.stream().map(Problem::line).collect(Collectors.joining("\n"));
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  String message() {
    return String.valueOf(getMessage());
  }

  /// The problems of the body's shape; empty for all other errors.
  List<Problem> malformed() {
    return malformed;
  }
}
