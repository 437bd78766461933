package dev.gnomon.data.spi;

import dev.gnomon.data.TableScan;
import dev.gnomon.schema.Schema;
import java.util.Map;

/// Reads rows of databases and writes rows into them; found with `ServiceLoader`.
///
/// What a database refuses is a [dev.gnomon.core.BadInput] naming its address, without any
/// password, and what it said.
public interface SqlEngine {
  /// The name used in messages and in `doctor`, for example `jdbc`.
  String name();

  /// Whether addresses of this kind are its own.
  boolean takes(String address);

  /// Rows of one statement, all as they were at one moment.
  ///
  /// Values come as texts, so that a key keeps its digits: whole numbers and decimals as written
  /// out, true and false as words, times in ISO 8601, with a zone if they have one; only
  /// floating-point columns come as numbers. Null is missing.
  ///
  /// @param select a statement, or the name of a table
  /// @param environment user and password, where the address states none
  Rows read(String address, String select, Map<String, String> environment);

  /// A table that is written by one job at a time, part by part.
  SqlTable table(String address, String table, Map<String, String> environment);

  /// What a statement gives.
  interface Rows extends TableScan {
    Schema schema();
  }
}
