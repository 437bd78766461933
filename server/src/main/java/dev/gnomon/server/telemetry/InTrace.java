package dev.gnomon.server.telemetry;

import java.util.Optional;

/// Tells, as something suppressed by a failure, in which trace the failure happened.
public final class InTrace extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String traceId;

  InTrace(String traceId) {
    super("in the trace " + traceId, null, false, false);
    this.traceId = traceId;
  }

  /// The trace a failure happened in, if that is known.
  public static Optional<String> of(Throwable failure) {
    for (Throwable one : failure.getSuppressed()) {
      if (one instanceof InTrace in) {
        return Optional.of(in.traceId);
      }
    }
    return Optional.empty();
  }
}
