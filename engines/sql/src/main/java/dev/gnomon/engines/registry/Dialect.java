package dev.gnomon.engines.registry;

/// What SQLite and Postgres say differently.
enum Dialect {
  /// A writer is the only one.
  SQLITE("BINARY", ""),

  /// Readers go on while the table is locked. A server that waits too long for another says so
  /// instead of hanging.
  POSTGRES(
      "\"C\"",
      "SET LOCAL lock_timeout = '30s'; LOCK TABLE ledger IN SHARE ROW EXCLUSIVE MODE");

  private final String bytes;
  private final String alone;

  Dialect(String bytes, String alone) {
    this.bytes = bytes;
    this.alone = alone;
  }

  /// The collation that orders texts by their bytes.
  String bytes() {
    return bytes;
  }

  /// At the start of a write: until its end, no other process appends to the ledger.
  String alone() {
    return alone;
  }
}
