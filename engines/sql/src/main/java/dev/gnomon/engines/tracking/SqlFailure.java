package dev.gnomon.engines.tracking;

import java.io.Serial;
import java.sql.SQLException;

/// Carries an error of the database out of the work of a transaction, to where it is known whether
/// to try again.
final class SqlFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final SQLException error;

  SqlFailure(SQLException error) {
    super(error);
    this.error = error;
  }

  SQLException error() {
    return error;
  }
}
