/// Reads CSV, Parquet and NDJSON and writes CSV and Parquet through DuckDB, by its C interface.
@NullMarked
package dev.gnomon.engines.duckdb;

import org.jspecify.annotations.NullMarked;
