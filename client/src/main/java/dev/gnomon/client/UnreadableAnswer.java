package dev.gnomon.client;

import java.io.Serial;

/// An answer is not what it should be. Callers see it as a [GnomonException] that names the
/// request.
final class UnreadableAnswer extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  UnreadableAnswer(String message) {
    super(message, null, false, false);
  }
}
