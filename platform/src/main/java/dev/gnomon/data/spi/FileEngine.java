package dev.gnomon.data.spi;

import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.schema.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Decodes files into columns and writes them; decides nothing but how bytes become values. Found
/// with `ServiceLoader`.
///
/// A file that can't be decoded is a [dev.gnomon.core.BadInput] naming file, place and remedy.
public interface FileEngine {
  /// The name used in messages and in `doctor`, for example `duckdb`.
  String name();

  /// Resolves the names and types of the columns once, by looking at all values of text formats: a
  /// column is a number or a time only if every non-missing value parses.
  ///
  /// @param asText columns that must stay text because their source text is compared
  Schema resolve(FileFormat format, List<String> asText);

  /// The names of the columns alone, without a look at the values where that can be had.
  default List<String> names(FileFormat format) {
    return resolve(format, List.of()).names();
  }

  /// Reads the named columns in the order asked for, with the types of the resolved schema.
  ///
  /// @param orderBy columns to sort by, ascending, missing last; unsorted (but deterministic: file
  ///   name, then position) when empty
  TableScan scan(FileFormat format, Schema resolved, List<String> columns, List<String> orderBy);

  /// Writes batches to Parquet, or CSV when the name ends with .csv or .csv.gz; the file appears
  /// under its name only when it is whole.
  void write(Path target, Schema schema, Iterable<Table> batches);

  /// Rows in a Parquet footer or counted; empty if that would take a whole pass.
  Optional<Long> rowCount(FileFormat format);
}
