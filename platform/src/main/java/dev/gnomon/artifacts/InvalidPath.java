package dev.gnomon.artifacts;

import java.io.Serial;

/// A path that could lead elsewhere, or that not every store could keep. Its message is what
/// clients match on, and tells an attacker nothing.
public final class InvalidPath extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public InvalidPath() {
    super("Invalid path", null, false, false);
  }
}
