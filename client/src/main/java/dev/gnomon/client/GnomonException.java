package dev.gnomon.client;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A request got no answer that can be used: refused by the server (RFC 9457 problem details),
/// unreachable within the deadline, or answered with what is none.
public final class GnomonException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int status;
  private final String title;
  private final String detail;
  private final transient List<Problem> errors;

  /// @param status of HTTP; 0 when there was no whole answer
  /// @param cause what the transport said; null when the server answered
  GnomonException(
      int status, String title, String detail, List<Problem> errors, @Nullable Throwable cause) {
    super(message(status, title, detail, errors), cause);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.errors = List.copyOf(errors);
  }

  /// One thing that is wrong with a request.
  ///
  /// @param place where, for example `body.key`
  /// @param valid what would have been valid
  public record Problem(String place, String found, String valid) {}

  private static String message(int status, String title, String detail, List<Problem> errors) {
    String list =
        errors.stream()
            .map(one -> "\n%s: %s; valid: %s".formatted(one.place(), one.found(), one.valid()))
            .collect(Collectors.joining());
    return (status == 0 ? title : status + " " + title) + ": " + detail + list;
  }

  /// Of HTTP; 0 when there was no whole answer: then nobody knows whether the server did it.
  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  public String detail() {
    return detail;
  }

  /// Everything that is wrong with the request, where the server named it.
  public List<Problem> errors() {
    return errors;
  }
}
