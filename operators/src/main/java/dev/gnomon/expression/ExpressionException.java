package dev.gnomon.expression;

import java.io.Serial;

/// The text is not an expression, or does not fit the columns there are. The message names the
/// place in the text and what is valid.
public final class ExpressionException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public ExpressionException(String message) {
    super(message);
  }
}
