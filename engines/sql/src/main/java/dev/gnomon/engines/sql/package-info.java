/// Transactions and migrations of SQLite and Postgres, for whatever is kept in them.
@NullMarked
package dev.gnomon.engines.sql;

import org.jspecify.annotations.NullMarked;
