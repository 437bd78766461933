package dev.gnomon.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/// The training set of [TrainingSetLoad] as DuckDB computes it in SQL, on the same files: what one
/// would write without Gnomon. Every observation is joined with the events of its key inside of the
/// widest window that were known by then, and aggregated with filters: the same ten features, both
/// time axes. Windows are not rounded to the hop.
public final class PointInTimeRivals {
  private PointInTimeRivals() {}

  private static String range(Path directory) {
    return """
    SELECT count(*), sum(c1), sum(c7), sum(c30), sum(c90), sum(s7), sum(s30), sum(s90), sum(m), sum(x), sum(l)
    FROM (
      SELECT o.id,
        count(e.at) FILTER (e.at >= o.at - INTERVAL 1 DAY) AS c1,
        count(e.at) FILTER (e.at >= o.at - INTERVAL 7 DAY) AS c7,
        count(e.at) FILTER (e.at >= o.at - INTERVAL 30 DAY) AS c30,
        count(e.at) AS c90,
        sum(e.amount) FILTER (e.at >= o.at - INTERVAL 7 DAY) AS s7,
        sum(e.amount) FILTER (e.at >= o.at - INTERVAL 30 DAY) AS s30,
        sum(e.amount) AS s90,
        avg(e.amount) FILTER (e.at >= o.at - INTERVAL 30 DAY AND e.kind = 'a') AS m,
        max(e.amount) FILTER (e.at >= o.at - INTERVAL 30 DAY AND e.kind = 'b') AS x,
        epoch(o.at - max(e.at)) AS l
      FROM (SELECT row_number() OVER () AS id, customer, observed_at AS at FROM '%1$s/observations.parquet') o
      LEFT JOIN '%1$s/events.parquet' e
        ON e.customer = o.customer AND e.at < o.at AND e.at >= o.at - INTERVAL 90 DAY AND e.loaded <= o.at
      GROUP BY o.id, o.at)
    """
        .formatted(directory);
  }

  /// Arguments: the directory that [TrainingSetLoad] filled, DuckDB's memory (default 8GB), threads
  /// (default 2).
  public static void main(String[] arguments) throws SQLException, IOException {
    Path directory = Path.of(arguments[0]).toAbsolutePath();
    String memory = arguments.length > 1 ? arguments[1] : "8GB";
    String threads = arguments.length > 2 ? arguments[2] : "2";
    long start = System.nanoTime();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = " + threads);
      statement.execute("SET memory_limit = '" + memory + "'");
      statement.execute("SET temp_directory = '" + directory.resolve("duckdb") + "'");
      try (ResultSet result = statement.executeQuery(range(directory))) {
        result.next();
        System.out.print("range:");
        for (int c = 1; c <= result.getMetaData().getColumnCount(); c++) {
          System.out.printf(Locale.ROOT, " %s", result.getString(c));
        }
        System.out.println();
      }
    }
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    System.out.printf(
        Locale.ROOT,
        "%.1f s wall, %.1f s CPU, peak resident %s%n",
        (System.nanoTime() - start) / 1e9,
        system.getProcessCpuTime() / 1e9,
        TrainingSetLoad.peak());
  }
}
