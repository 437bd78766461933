package dev.gnomon.server.inference;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import dev.gnomon.features.StoreUnavailable;
import dev.gnomon.log.LogFullException;
import dev.gnomon.server.HttpProblem;
import dev.gnomon.serving.ChecksFailed;
import dev.gnomon.serving.FeatureSource;
import io.grpc.Status;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A request that gets no answer, with its status in both forms of the protocol.
public final class InferenceError extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /// Why there is no answer.
  public enum Kind {
    /// The request contradicts itself or the model.
    INVALID(400, Status.Code.INVALID_ARGUMENT),
    /// There is no such model or version.
    NOT_FOUND(404, Status.Code.NOT_FOUND),
    /// A rule of the platform says no.
    REFUSED(409, Status.Code.FAILED_PRECONDITION),
    /// Larger than what is taken.
    TOO_LARGE(413, Status.Code.RESOURCE_EXHAUSTED),
    /// A body in a form that is not read.
    MEDIA_TYPE(415, Status.Code.INVALID_ARGUMENT),
    /// Well-formed, but what it says can't be decided on.
    UNPROCESSABLE(422, Status.Code.FAILED_PRECONDITION),
    /// The model is known, and can't answer now.
    NOT_READY(503, Status.Code.UNAVAILABLE),
    /// What the request needs is away; asking again may help.
    UNAVAILABLE(503, Status.Code.UNAVAILABLE),
    DEADLINE(504, Status.Code.DEADLINE_EXCEEDED),
    /// The disk is full.
    FULL(507, Status.Code.RESOURCE_EXHAUSTED);

    private final int http;
    private final Status.Code grpc;

    Kind(int http, Status.Code grpc) {
      this.http = http;
      this.grpc = grpc;
    }
  }

  private final Kind kind;

  public InferenceError(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  static InferenceError invalid(String message) {
    return new InferenceError(Kind.INVALID, message);
  }

  static InferenceError invalid(List<Problem> problems) {
    return invalid(lines(problems));
  }

  private static String lines(List<Problem> problems) {
    return problems.stream().map(Problem::line).collect(Collectors.joining("\n"));
  }

  /// What a failure of the platform is in this protocol; empty when it is a bug.
  static Optional<InferenceError> of(RuntimeException failure) {
    return Optional.ofNullable(
        switch (failure) {
          case InferenceError own -> own;
          case BadInput bad -> invalid(bad.problems());
          case ChecksFailed failed ->
              new InferenceError(Kind.UNPROCESSABLE, lines(failed.problems()));
          case Refusal refusal -> new InferenceError(Kind.REFUSED, lines(refusal.reasons()));
          case FeatureSource.TooOld old ->
              new InferenceError(Kind.UNPROCESSABLE, String.valueOf(old.getMessage()));
          case HttpProblem problem -> new InferenceError(kind(problem.status()), problem.detail());
          case StoreUnavailable away ->
              new InferenceError(Kind.UNAVAILABLE, String.valueOf(away.getMessage()));
          case UncheckedIOException io when io.getCause() instanceof LogFullException ->
              new InferenceError(
                  Kind.FULL,
                  "The record can't be kept, because the disk or its limit is full; nothing was"
                      + " done.");
          default -> null;
        });
  }

  private static Kind kind(int status) {
    for (Kind kind : Kind.values()) {
      if (kind.http == status) {
        return kind;
      }
    }
    return status >= 500 ? Kind.UNAVAILABLE : Kind.INVALID;
  }

  public Kind kind() {
    return kind;
  }

  int http() {
    return kind.http;
  }

  Status grpc() {
    return kind.grpc.toStatus().withDescription(message());
  }

  String message() {
    return String.valueOf(getMessage());
  }
}
