package dev.gnomon.engines.tracking;

/// What SQLite and Postgres say differently.
enum Dialect {
  /// A writer is the only one: nothing needs locking.
  SQLITE("", "", "9e999"),
  POSTGRES(" FOR UPDATE", " FOR SHARE", "'Infinity'::float8");

  private final String lock;
  private final String hold;
  private final String infinity;

  Dialect(String lock, String hold, String infinity) {
    this.lock = lock;
    this.hold = hold;
    this.infinity = infinity;
  }

  /// At the end of a query: its rows are this transaction's.
  String lock() {
    return lock;
  }

  /// At the end of a query: nobody changes its rows.
  String hold() {
    return hold;
  }

  String infinity() {
    return infinity;
  }
}
