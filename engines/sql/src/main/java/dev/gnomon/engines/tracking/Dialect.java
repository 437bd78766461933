package dev.gnomon.engines.tracking;

import dev.gnomon.engines.tracking.search.SearchDialect;

/// What SQLite and Postgres say differently.
enum Dialect {
  /// A writer is the only one: nothing needs locking.
  SQLITE("", "", "9e999", SearchDialect.SQLITE),
  POSTGRES(" FOR UPDATE", " FOR SHARE", "'Infinity'::float8", SearchDialect.POSTGRES);

  private final String lock;
  private final String hold;
  private final String infinity;
  private final SearchDialect search;

  Dialect(String lock, String hold, String infinity, SearchDialect search) {
    this.lock = lock;
    this.hold = hold;
    this.infinity = infinity;
    this.search = search;
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

  /// How it searches.
  SearchDialect search() {
    return search;
  }
}
