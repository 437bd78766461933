/// The registry in SQL: one set of statements for SQLite and Postgres.
@NullMarked
package dev.gnomon.engines.registry;

import org.jspecify.annotations.NullMarked;
