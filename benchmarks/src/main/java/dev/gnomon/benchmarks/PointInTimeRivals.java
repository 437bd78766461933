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
/// would write without Gnomon. Each variant in a process of its own.
///
/// `range` joins every observation with the events of its key inside of the widest window that were
/// known by then, and aggregates with filters: the same ten features, both time axes. `window` puts
/// observations among the events and uses RANGE frames; frames know one time axis, so late events
/// are seen before they were known and its answers leak. `asof` takes differences of running totals
/// by two ASOF joins per window; it leaks as well and has no maximum.
public final class PointInTimeRivals {
  private static final String RANGE =
      """
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
      """;

  private static final String WINDOW =
      """
      SELECT count(*), sum(c1), sum(c7), sum(c30), sum(c90), sum(s7), sum(s30), sum(s90), sum(m), sum(x), sum(l)
      FROM (
        SELECT o,
          count(amount) OVER w1 AS c1, count(amount) OVER w7 AS c7, count(amount) OVER w30 AS c30, count(amount) OVER w90 AS c90,
          sum(amount) OVER w7 AS s7, sum(amount) OVER w30 AS s30, sum(amount) OVER w90 AS s90,
          avg(amount) FILTER (kind = 'a') OVER w30 AS m, max(amount) FILTER (kind = 'b') OVER w30 AS x,
          epoch(at - max(event_at) OVER w90) AS l
        FROM (
          SELECT customer, at, at AS event_at, amount, kind, false AS o FROM '%1$s/events.parquet'
          UNION ALL
          SELECT customer, observed_at, NULL, NULL, NULL, true FROM '%1$s/observations.parquet')
        WINDOW
          w1 AS (PARTITION BY customer ORDER BY at RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND CURRENT ROW),
          w7 AS (PARTITION BY customer ORDER BY at RANGE BETWEEN INTERVAL 7 DAY PRECEDING AND CURRENT ROW),
          w30 AS (PARTITION BY customer ORDER BY at RANGE BETWEEN INTERVAL 30 DAY PRECEDING AND CURRENT ROW),
          w90 AS (PARTITION BY customer ORDER BY at RANGE BETWEEN INTERVAL 90 DAY PRECEDING AND CURRENT ROW))
      WHERE o
      """;

  private static final String ASOF =
      """
      WITH running AS (
        SELECT customer, at, count(*) OVER w AS n, sum(amount) OVER w AS s
        FROM '%1$s/events.parquet' WINDOW w AS (PARTITION BY customer ORDER BY at)),
      o AS (SELECT customer, observed_at AS at FROM '%1$s/observations.parquet')
      SELECT count(*), sum(coalesce(e.n, 0) - coalesce(b1.n, 0)), sum(coalesce(e.n, 0) - coalesce(b7.n, 0)),
        sum(coalesce(e.n, 0) - coalesce(b30.n, 0)), sum(coalesce(e.n, 0) - coalesce(b90.n, 0)),
        sum(coalesce(e.s, 0) - coalesce(b7.s, 0)), sum(coalesce(e.s, 0) - coalesce(b30.s, 0)),
        sum(coalesce(e.s, 0) - coalesce(b90.s, 0)), sum(epoch(o.at - e.at))
      FROM o
      ASOF LEFT JOIN running e ON e.customer = o.customer AND e.at < o.at
      ASOF LEFT JOIN running b1 ON b1.customer = o.customer AND b1.at < o.at - INTERVAL 1 DAY
      ASOF LEFT JOIN running b7 ON b7.customer = o.customer AND b7.at < o.at - INTERVAL 7 DAY
      ASOF LEFT JOIN running b30 ON b30.customer = o.customer AND b30.at < o.at - INTERVAL 30 DAY
      ASOF LEFT JOIN running b90 ON b90.customer = o.customer AND b90.at < o.at - INTERVAL 90 DAY
      """;

  private PointInTimeRivals() {}

  /// Arguments: the directory that [TrainingSetLoad] filled, the variant, DuckDB's memory (default
  /// 8GB), threads (default 2).
  public static void main(String[] arguments) throws SQLException, IOException {
    Path directory = Path.of(arguments[0]).toAbsolutePath();
    String sql =
        switch (arguments[1]) {
          case "range" -> RANGE;
          case "window" -> WINDOW;
          case "asof" -> ASOF;
          default -> throw new IllegalArgumentException("range, window or asof");
        };
    String memory = arguments.length > 2 ? arguments[2] : "8GB";
    String threads = arguments.length > 3 ? arguments[3] : "2";
    long start = System.nanoTime();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = " + threads);
      statement.execute("SET memory_limit = '" + memory + "'");
      statement.execute("SET temp_directory = '" + directory.resolve("duckdb") + "'");
      try (ResultSet result = statement.executeQuery(sql.formatted(directory))) {
        result.next();
        System.out.printf(Locale.ROOT, "%s:", arguments[1]);
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
