package dev.gnomon.engines.duckdb;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads CSV, NDJSON and Parquet and writes CSV and Parquet with DuckDB, which decodes and sorts
/// and evaluates nothing of ours.
///
/// Text files are read as text first; see [TypeFinder] for how types are found. In Parquet only
/// null (and NaN) is missing unless `missing:` is stated. Times without a zone are in the source's
/// zone; in Parquet, times are written as microseconds adjusted to UTC, numbers as DOUBLE and texts
/// as UTF-8. CSV cannot tell an empty text from a missing one, so empty texts come back missing.
///
/// Every call works in a database of its own, in memory and closed afterwards; one engine may be
/// used by several threads, a scan by one at a time.
public final class DuckDbFileEngine implements FileEngine {
  private final Session.Settings settings;

  /// The settings of the process: system properties `gnomon.duckdb.memory` (default 1GB),
  /// `gnomon.duckdb.threads` (default: the processors there are) and `gnomon.spill` (default: a
  /// folder in the system's place for temporary files).
  public DuckDbFileEngine() {
    this(
        Integer.getInteger("gnomon.duckdb.threads", Runtime.getRuntime().availableProcessors()),
        System.getProperty("gnomon.duckdb.memory", "1GB"),
        Path.of(
            System.getProperty(
                "gnomon.spill",
                Path.of(System.getProperty("java.io.tmpdir"), "gnomon-spill").toString())));
  }

  /// @param threads that one reading or writing may use, at least 1
  /// @param memory that one reading or writing may use, for example `1GB`; what needs more is
  ///   spilled
  /// @param spill the folder for it; made when needed
  public DuckDbFileEngine(int threads, String memory, Path spill) {
    this.settings = new Session.Settings(threads, memory, spill);
  }

  @Override
  public String name() {
    return "duckdb";
  }

  @Override
  public Schema resolve(FileFormat format, List<String> asText) {
    try (Reading reading = Reading.open(format, settings)) {
      return new TypeFinder(reading, asText).find();
    }
  }

  @Override
  public List<String> names(FileFormat format) {
    try (Reading reading = Reading.open(format, settings)) {
      return List.copyOf(reading.columns.keySet());
    }
  }

  @Override
  public TableScan scan(
      FileFormat format, Schema resolved, List<String> columns, List<String> orderBy) {
    Reading reading = Reading.open(format, settings);
    try {
      List<Field> fields = new ArrayList<>();
      List<Problem> problems = new ArrayList<>();
      for (String column : columns) {
        int index = resolved.indexOf(column);
        if (index < 0 || !reading.columns.containsKey(column)) {
          problems.add(TypeFinder.absent(reading, column));
        } else {
          fields.add(resolved.field(index));
        }
      }
      for (String column : orderBy) {
        if (!resolved.has(column) || !reading.columns.containsKey(column)) {
          problems.add(TypeFinder.absent(reading, column));
        }
      }
      if (!problems.isEmpty()) {
        throw new BadInput(problems);
      }
      return new DuckDbScan(reading, sql(reading, resolved, columns, orderBy), new Schema(fields));
    } catch (RuntimeException e) {
      reading.close();
      throw e;
    }
  }

  /// Ties are broken by position, so that an order is never left to chance.
  private static String sql(
      Reading reading, Schema resolved, List<String> columns, List<String> orderBy) {
    List<String> values = new ArrayList<>();
    List<String> bases = new ArrayList<>();
    for (String column : columns) {
      String name = "b" + bases.size();
      Type type = resolved.field(resolved.require(column)).type();
      bases.add(reading.basis(column, type) + " AS " + name);
      values.add(reading.value(column, name, type));
    }
    if (columns.isEmpty()) {
      bases.add("CAST(0 AS DOUBLE) AS b0");
      values.add("b0");
    }
    if (orderBy.isEmpty()) {
      return "SELECT %s FROM (SELECT %s FROM %s)"
          .formatted(String.join(", ", values), String.join(", ", bases), reading.table());
    }
    List<String> inner = new ArrayList<>();
    List<String> outer = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      String column = columns.isEmpty() ? "" : columns.get(i);
      inner.add(
          "(%s) AS v%d"
              .formatted(
                  columns.isEmpty()
                      ? "CAST(0 AS DOUBLE)"
                      : reading.value(column, resolved.field(resolved.require(column)).type()),
                  i));
      outer.add("v" + i);
    }
    List<String> order = new ArrayList<>();
    for (int i = 0; i < orderBy.size(); i++) {
      String column = orderBy.get(i);
      inner.add(
          "(%s) AS o%d"
              .formatted(
                  reading.value(column, resolved.field(resolved.require(column)).type()), i));
      order.add("o" + i + " ASC NULLS LAST");
    }
    return "SELECT %s FROM (SELECT %s, row_number() OVER () AS position FROM %s) ORDER BY %s, position"
        .formatted(
            String.join(", ", outer),
            String.join(", ", inner),
            reading.table(),
            String.join(", ", order));
  }

  @Override
  public void write(Path target, Schema schema, Iterable<Table> batches) {
    DuckDbWriter.write(settings, target, schema, batches);
  }

  @Override
  public Optional<Long> rowCount(FileFormat format) {
    SourceFiles source = SourceFiles.find(format);
    if (source.kind() != SourceFiles.Kind.PARQUET) {
      return Optional.empty();
    }
    try (Reading reading = Reading.open(format, settings)) {
      String count =
          String.valueOf(
              reading
                  .session
                  .rows("SELECT count(*) FROM " + reading.table())
                  .getFirst()
                  .getFirst());
      return Optional.of(Long.parseLong(count));
    } catch (DuckDbException e) {
      throw Trouble.of(e, source);
    }
  }
}
