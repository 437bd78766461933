/// Tracking in SQL: one set of statements for SQLite and Postgres.
@NullMarked
package dev.gnomon.engines.tracking;

import org.jspecify.annotations.NullMarked;
