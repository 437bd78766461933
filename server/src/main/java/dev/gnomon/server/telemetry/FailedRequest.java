package dev.gnomon.server.telemetry;

import java.util.Optional;

/// Tells, as something suppressed by a failure, which request the failure happened in.
public final class FailedRequest extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String useCase;
  private final String traceId;

  FailedRequest(String what, String useCase, String traceId) {
    super(traceId.isEmpty() ? what : what + ", trace " + traceId, null, false, false);
    this.useCase = useCase;
    this.traceId = traceId;
  }

  /// The request a failure happened in, if that is known.
  public static Optional<FailedRequest> of(Throwable failure) {
    for (Throwable one : failure.getSuppressed()) {
      if (one instanceof FailedRequest request) {
        return Optional.of(request);
      }
    }
    return Optional.empty();
  }

  public String useCase() {
    return useCase;
  }

  /// Empty when it belongs to no trace.
  public String traceId() {
    return traceId;
  }
}
