package dev.gnomon.server;

/// How long a client that sends or takes a long body is waited for: a time of grace, and more for
/// what it sent or took so far, at [#LEAST_PER_SECOND]. Only waiting counts, not what the server
/// itself needs. For one thread.
final class Patience {
  /// A slower client ends after its grace.
  static final long LEAST_PER_SECOND = 16 << 10;

  private static final long NANOS = 1_000_000_000L;

  private final long grace;
  private long waited;

  Patience(long graceNanos) {
    this.grace = graceNanos;
  }

  /// Nanoseconds until it ends.
  ///
  /// @param bytes sent or taken so far
  long left(long bytes) {
    long earned = bytes / LEAST_PER_SECOND * NANOS;
    return grace + earned - waited;
  }

  void waited(long nanos) {
    waited += nanos;
  }
}
