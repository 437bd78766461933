package dev.gnomon.artifacts;

import java.io.Serial;

/// A path can't be taken: what is there is of the other kind, file or directory.
public final class Occupied extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public Occupied(String message) {
    super(message, null, false, false);
  }
}
