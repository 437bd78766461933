package dev.gnomon.engines.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.unix_micros;

import dev.gnomon.core.usecase.Check;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.SourceReader;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.spi.ClusterSource;
import dev.gnomon.observations.SourcePart;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/// The rows of a source as Spark reads them.
///
/// Parquet whose physical types leave nothing to decide is read by the executors. Everything else
/// (text files, values that must be parsed, positions in files) is decoded by the platform's own
/// reader on the driver and copied to Parquet first, so that no second reader decides what a value
/// is.
///
/// @param rows the columns that `part` calls stored, in its order: doubles, texts and microseconds
/// @param copied whether it went through the driver
record SourceTable(Dataset<Row> rows, SourcePart part, boolean copied) {

  /// @param part of the source, limited to useful rows
  static SourceTable of(
      SparkSession spark,
      ClusterSource source,
      SourcePart part,
      SourceOpener opener,
      FileEngine engine,
      Path staging) {
    Dataset<Row> direct = direct(spark, source.spec(), part);
    if (direct != null) {
      return new SourceTable(direct, part, false);
    }
    Path copy = staging.resolve(source.spec().name() + ".parquet");
    Schema schema = schema(part.schema(), source.scanned());
    try (TableScan scan = opener.open(source.spec(), source.columns())) {
      engine.write(copy, schema, () -> batches(scan));
    }
    SourcePart decoded = part.decoded(source.scanned());
    return new SourceTable(copied(spark, copy, schema), decoded, true);
  }

  /// A Parquet file that the platform wrote.
  static Dataset<Row> copied(SparkSession spark, Path file, Schema schema) {
    Dataset<Row> read = spark.read().parquet(file.toUri().toString());
    Dataset<Row> selected = select(read, schema, true);
    if (selected == null) {
      throw new IllegalStateException("%s does not hold %s".formatted(file, schema.names()));
    }
    return selected;
  }

  private static Schema schema(Schema source, List<Integer> columns) {
    return new Schema(columns.stream().map(source::field).toList());
  }

  private static Iterator<Table> batches(TableScan scan) {
    return new Iterator<>() {
      private Optional<Table> next = scan.next();

      @Override
      public boolean hasNext() {
        return next.isPresent();
      }

      @Override
      public Table next() {
        Table table = next.orElseThrow(NoSuchElementException::new);
        next = scan.next();
        return table;
      }
    };
  }

  private static @Nullable Dataset<Row> direct(
      SparkSession spark, SourceSpec spec, SourcePart part) {
    FileFormat format = spec.format();
    Schema stored = schema(part.schema(), part.stored());
    boolean parquet =
        !format.paths().isEmpty() && format.paths().stream().allMatch(SourceTable::isParquet);
    boolean setsAside =
        spec.checks().stream().anyMatch(c -> c.onFailure() == Check.OnFailure.QUARANTINE);
    boolean plain = format.missing().isEmpty() && !stored.has(SourceReader.ROW) && !setsAside;
    if (!parquet || !plain) {
      return null;
    }
    String[] paths = format.paths().stream().map(SourceTable::uri).toArray(String[]::new);
    boolean utc = format.zone().normalized().equals(ZoneOffset.UTC);
    return select(spark.read().parquet(paths), stored, utc);
  }

  private static boolean isParquet(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".parquet") || name.endsWith(".pq");
  }

  /// Patterns stay as they are: in a URI their characters would be quoted.
  private static String uri(Path path) {
    return "file:" + path.toAbsolutePath();
  }

  /// The columns as doubles, texts and microseconds; null if one of them has to be parsed.
  private static @Nullable Dataset<Row> select(Dataset<Row> read, Schema schema, boolean utc) {
    StructType physical = read.schema();
    List<Column> columns = new ArrayList<>();
    List<String> names = List.of(physical.fieldNames());
    for (Field field : schema.fields()) {
      if (!names.contains(field.name())) {
        return null;
      }
      DataType type = physical.apply(field.name()).dataType();
      Column value = col("`" + field.name().replace("`", "``") + "`");
      Column typed = typed(value, type, field.type(), utc);
      if (typed == null) {
        return null;
      }
      columns.add(typed.as(field.name()));
    }
    return read.select(columns.toArray(Column[]::new));
  }

  /// Decimals of more digits than a double holds are rounded by our reader alone.
  private static boolean isNumber(DataType type) {
    return type instanceof DecimalType decimal
        ? decimal.precision() <= 15
        : type instanceof NumericType;
  }

  private static @Nullable Column typed(Column value, DataType from, Type to, boolean utc) {
    return switch (to) {
      case NUMBER -> isNumber(from) ? value.cast(DataTypes.DoubleType) : null;
      case TEXT -> {
        boolean whole =
            from.equals(DataTypes.LongType)
                || from.equals(DataTypes.IntegerType)
                || from.equals(DataTypes.ShortType);
        yield from instanceof StringType ? value : whole ? value.cast(DataTypes.StringType) : null;
      }
      case TIME -> {
        if (from.equals(DataTypes.TimestampType)) {
          yield unix_micros(value);
        }
        boolean local = from.equals(DataTypes.TimestampNTZType) || from.equals(DataTypes.DateType);
        // The session's zone is UTC.
        yield local && utc ? unix_micros(value.cast(DataTypes.TimestampType)) : null;
      }
    };
  }
}
