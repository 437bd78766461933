package dev.gnomon.engines.duckdb;

import java.io.Serial;

/// What DuckDB said no to, in its words; translated into a problem with a place before it leaves
/// this module.
final class DuckDbException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  DuckDbException(String message) {
    super(message);
  }
}
