package dev.gnomon.server;

/// How long a client that sends or takes a long body is waited for: at once no longer than a time
/// of grace, and in all no longer than that and what it sent or took so far is worth, at
/// [#LEAST_PER_SECOND]. Only waiting counts, not what the server itself needs. For one thread.
final class Patience {
  /// A slower client ends after its grace.
  static final long LEAST_PER_SECOND = 16 << 10;

  private static final long NANOS = 1_000_000_000L;

  private final long grace;
  private long waited;

  Patience(long graceNanos) {
    this.grace = graceNanos;
  }

  /// Nanoseconds for which to wait now.
  ///
  /// @param bytes sent or taken so far
  long left(long bytes) {
    long earned = bytes / LEAST_PER_SECOND * NANOS;
    return Math.min(grace, grace + earned - waited);
  }

  void waited(long nanos) {
    waited += nanos;
  }
}
