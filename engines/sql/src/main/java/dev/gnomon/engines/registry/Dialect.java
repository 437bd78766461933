package dev.gnomon.engines.registry;

/// What SQLite and Postgres say differently.
enum Dialect {
  /// A writer is the only one.
  SQLITE(""),

  /// Readers go on while the table is locked. A server that waits too long for another says so
  /// instead of hanging.
  POSTGRES("SET LOCAL lock_timeout = '30s'; LOCK TABLE ledger IN SHARE ROW EXCLUSIVE MODE");

  private final String alone;

  Dialect(String alone) {
    this.alone = alone;
  }

  /// At the start of a write: until its end, no other process appends to the ledger.
  String alone() {
    return alone;
  }
}
