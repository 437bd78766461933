package dev.gnomon.engines.sql;

import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;

/// A database that can't be read or written; the message names it, and no password.
public final class DatabaseFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final boolean temporary;

  DatabaseFailure(boolean temporary, String message, Throwable cause) {
    super(message, cause);
    this.temporary = temporary;
  }

  /// Whether the same may go well later: it is away, full, or held by another.
  public boolean temporary() {
    return temporary;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  public UncheckedIOException unchecked() {
    return new UncheckedIOException(new IOException(getMessage(), getCause()));
  }
}
