package dev.gnomon.server.inference;

import dev.gnomon.core.BadInput;

/// What one request may be.
///
/// @param maxBytes of a request: over HTTP before and after decompression, over gRPC as a message;
///   1 KiB to 1 GiB
public record InferenceLimits(int maxBytes) {
  public static final InferenceLimits DEFAULT = new InferenceLimits(32 << 20);

  /// @throws BadInput when it is out of range
  public InferenceLimits {
    if (maxBytes < 1 << 10 || maxBytes > 1 << 30) {
      throw new BadInput(
          "--inference-max-bytes " + maxBytes, "it is out of range", "1024 to 1073741824");
    }
  }
}
