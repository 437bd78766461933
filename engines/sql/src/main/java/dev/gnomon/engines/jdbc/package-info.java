/// Rows of databases, over JDBC.
@NullMarked
package dev.gnomon.engines.jdbc;

import org.jspecify.annotations.NullMarked;
