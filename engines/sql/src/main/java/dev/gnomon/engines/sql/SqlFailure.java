package dev.gnomon.engines.sql;

import java.io.Serial;
import java.sql.SQLException;

/// Carries an error of the database out of the work of a transaction, to where it is known whether
/// to try again.
public final class SqlFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final SQLException error;

  public SqlFailure(SQLException error) {
    super(error);
    this.error = error;
  }

  SQLException error() {
    return error;
  }
}
