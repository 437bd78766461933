/// Metadata in one SQLite file.
@NullMarked
package dev.gnomon.engines.sqlite;

import org.jspecify.annotations.NullMarked;
