package dev.gnomon.server.inference;

/// What one request may be.
public final class InferenceLimits {
  /// The largest request over REST (before and after decompression) and over gRPC, in bytes.
  public static final int MAX_BYTES = 32 << 20;

  private InferenceLimits() {}
}
