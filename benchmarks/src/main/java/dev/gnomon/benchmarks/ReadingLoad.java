package dev.gnomon.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.schema.Schema;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Rows per second of reading events from Parquet, as the back-fill does: 20 million events of six
/// columns, the key one of 100,000 texts of up to 12 bytes, another text longer than that.
public final class ReadingLoad {
  private static final long ROWS = 20_000_000;

  private ReadingLoad() {}

  public static void main(String... arguments) throws IOException, SQLException {
    Path file = Files.createTempDirectory("reading").resolve("events.parquet");
    try {
      generate(file);
      FileEngine engine = FileEngines.find();
      FileFormat format = FileFormat.of(file);
      Schema schema = engine.resolve(format, List.of());
      for (List<String> columns :
          List.of(
              schema.names(),
              List.of("customer", "at", "amount"),
              List.of("at", "loaded", "amount", "minutes"))) {
        for (int round = 0; round < 3; round++) {
          round(engine, format, schema, columns);
        }
      }
    } finally {
      Files.deleteIfExists(file);
      Files.delete(file.getParent());
    }
  }

  private static void round(
      FileEngine engine, FileFormat format, Schema schema, List<String> columns) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long cpu = system.getProcessCpuTime();
    long wall = System.nanoTime();
    long rows = 0;
    try (TableScan scan = engine.scan(format, schema, columns, List.of())) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        rows += next.get().rows();
      }
    }
    double wallSeconds = (System.nanoTime() - wall) / 1e9;
    double cpuSeconds = (system.getProcessCpuTime() - cpu) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%s: %,d rows, wall %.2f s, CPU %.2f s, %.2f M rows per second, %.2f per CPU second%n",
        columns,
        rows,
        wallSeconds,
        cpuSeconds,
        rows / wallSeconds / 1e6,
        rows / cpuSeconds / 1e6);
  }

  private static void generate(Path file) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET memory_limit = '1GB'");
      statement.execute("SET preserve_insertion_order = false");
      statement.execute(
          """
          COPY (SELECT 'c' || hash(i) %% 100000 AS customer,
                  TIMESTAMP '2024-01-01' + to_microseconds(i * 1500000) AS at,
                  TIMESTAMP '2024-01-01' + to_microseconds((i * 1500000 + hash(i + 1) %% 86400000000)::BIGINT) AS loaded,
                  (hash(i + 2) %% 100000) / 100.0::DOUBLE AS amount,
                  (hash(i + 3) %% 1000)::INTEGER AS minutes,
                  'merchant of category ' || hash(i + 4) %% 500 AS merchant
                FROM range(%d) t(i))
          TO '%s' (FORMAT parquet)
          """
              .formatted(ROWS, file.toString().replace("'", "''")));
    }
  }
}
