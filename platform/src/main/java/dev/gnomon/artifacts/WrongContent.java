package dev.gnomon.artifacts;

import java.io.Serial;

/// What arrived is not what was announced; nothing of it was kept.
public final class WrongContent extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public WrongContent(String message) {
    super(message, null, false, false);
  }
}
