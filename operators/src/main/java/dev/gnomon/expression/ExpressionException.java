package dev.gnomon.expression;

import java.io.Serial;

/// The text is not an expression, or does not fit the columns there are. The message names the
/// place in the text and what is valid.
public final class ExpressionException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String found;
  private final String valid;

  /// The message is `found; valid`.
  public ExpressionException(String found, String valid) {
    super(found + "; " + valid);
    this.found = found;
    this.valid = valid;
  }

  /// What is there, and at which position.
  public String found() {
    return found;
  }

  /// What would have been valid, commonly followed by the line of the expression and a caret under
  /// the place.
  public String valid() {
    return valid;
  }
}
