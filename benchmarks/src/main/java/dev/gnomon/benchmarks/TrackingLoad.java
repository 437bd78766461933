package dev.gnomon.benchmarks;

import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.View;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// How tracking searches and logs with many runs in it: 100,000 runs of one study with 20 metrics
/// and 20 parameters each, as MLflow's users have them.
///
/// The runs are put into the tables by SQL, for that is a question of minutes otherwise; everything
/// measured goes through [Tracking]. Medians in milliseconds.
///
/// A study that an earlier call put there is used again.
///
/// Arguments: `sqlite PATH [RUNS]` or `postgres URL USER PASSWORD [RUNS]`.
public final class TrackingLoad {
  private static final int ROUNDS = 15;
  private static final int WARM = 3;
  private static final int KEYS = 20;
  private static final int BATCH = 1_000;

  private TrackingLoad() {}

  private record Case(String name, String filter, List<String> order) {}

  private static final List<Case> CASES =
      List.of(
          new Case("newest first", "", List.of()),
          new Case(
              "filter and order by one metric", "metrics.m0 > 0.9", List.of("metrics.m0 DESC")),
          new Case("order by a metric, no filter", "", List.of("metrics.m7 ASC")),
          new Case(
              "metric and parameter, order by another metric",
              "metrics.m3 > 0.5 AND params.p7 = 'v3'",
              List.of("metrics.m5 DESC")),
          new Case(
              "three metrics and two parameters",
              "metrics.m1 > 0.2 AND metrics.m2 < 0.8 AND metrics.m4 >= 0.1 AND params.p1 = 'v1' AND"
                  + " params.p2 != 'v2'",
              List.of("metrics.m1 DESC")),
          new Case("a parameter of one run", "params.p0 = 'run 4711'", List.of("metrics.m0 DESC")),
          new Case("a parameter like a pattern", "params.p9 LIKE '%9'", List.of("metrics.m2 ASC")),
          new Case("order by a parameter", "metrics.m6 > 0.5", List.of("params.p5 ASC")),
          new Case(
              "no run at all",
              "metrics.m1 > 0.5 AND params.p3 = 'none'",
              List.of("metrics.m1 ASC")),
          new Case(
              "a range that holds nothing",
              "metrics.m1 > 0.5 AND metrics.m1 < 0.4",
              List.of("metrics.m2 ASC")),
          new Case(
              "a range in which nothing is",
              "metrics.m1 > 0.50000001 AND metrics.m1 < 0.50000002",
              List.of("metrics.m2 ASC")),
          new Case(
              "a pattern of no value, by a metric",
              "params.p9 LIKE '%none%'",
              List.of("metrics.m2 ASC")),
          new Case(
              "a pattern of no value of a different one each, newest first",
              "params.p0 LIKE '%none%'",
              List.of()),
          new Case(
              "a pattern of few, by a metric",
              "params.p0 LIKE '%9471%'",
              List.of("metrics.m2 ASC")),
          new Case(
              "a beginning of few, by a metric",
              "params.p0 LIKE 'run 471%'",
              List.of("metrics.m2 ASC")),
          new Case("a name of no run", "attributes.run_name ILIKE '%none%'", List.of()),
          new Case(
              "two halves that exclude each other",
              "metrics.m0 < 0.4 AND metrics.m10 > 0.5",
              List.of("metrics.m2 ASC")));

  public static void main(String[] arguments) throws SQLException {
    boolean sqlite = arguments[0].equals("sqlite");
    int at = sqlite ? 2 : 4;
    int runs = arguments.length > at ? Integer.parseInt(arguments[at]) : 100_000;
    Map<String, String> settings =
        sqlite
            ? Map.of("path", arguments[1])
            : Map.of("url", arguments[1], "user", arguments[2], "password", arguments[3]);
    try (Tracking tracking = Tracking.open(arguments[0], settings, InstantSource.system())) {
      String name = "load of " + runs;
      String study =
          tracking
              .searchStudies(
                  new Search("name = '" + name + "'", List.of(), View.ACTIVE_ONLY, 1, null))
              .items()
              .stream()
              .map(Study::id)
              .findFirst()
              .orElse("");
      if (study.isEmpty()) {
        study = tracking.createStudy(name, null, List.of()).id();
        long start = System.nanoTime();
        try (Connection connection =
            sqlite
                ? DriverManager.getConnection("jdbc:sqlite:" + arguments[1])
                : DriverManager.getConnection(arguments[1], arguments[2], arguments[3])) {
          fill(connection, sqlite, Long.parseLong(study), runs);
        }
        print(
            "%s: %d runs x %d metrics x %d parameters, put there in %.0f s%n",
            arguments[0], runs, KEYS, KEYS, (System.nanoTime() - start) / 1e9);
      }
      String in = study;
      for (int most : new int[] {100, 1_000}) {
        for (Case one : CASES) {
          int[] found = {0};
          double millis =
              median(_ -> found[0] = page(tracking, in, one, most, null).items().size());
          print("| %s | %d | %d | %.0f |%n", one.name(), most, found[0], millis);
        }
      }
      print("| log-batch of 1,000 points of 10 metrics | %.1f |%n", logging(tracking, study, 10));
      print("| log-batch of 1,000 metrics | %.1f |%n", logging(tracking, study, BATCH));
      walk(tracking, study);
    }
  }

  @SuppressWarnings({"SystemOut", "AnnotateFormatMethod"}) // the result
  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
  }

  private static Page<Run> page(
      Tracking tracking, String study, Case one, int most, @Nullable String token) {
    return tracking.searchRuns(
        List.of(study), new Search(one.filter(), one.order(), View.ACTIVE_ONLY, most, token));
  }

  private static double median(IntConsumer work) {
    double[] millis = new double[ROUNDS];
    for (int i = -WARM; i < ROUNDS; i++) {
      long start = System.nanoTime();
      work.accept(i + WARM);
      if (i >= 0) {
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(millis);
    return millis[ROUNDS / 2];
  }

  private static double logging(Tracking tracking, String study, int keys) {
    String run = tracking.createRun(study, "", null, null, List.of()).info().id();
    return median(round -> {
      List<Metric> points = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        int step = round * BATCH + i;
        points.add(new Metric("metric " + i % keys, Math.sin(step), step, step));
      }
      tracking.log(run, new Batch(points, List.of(), List.of()));
    });
  }

  /// From the first page to the last: with a small heap, that memory is bounded is seen by the end.
  private static void walk(Tracking tracking, String study) {
    long start = System.nanoTime();
    int pages = 0;
    int seen = 0;
    @Nullable String token = null;
    do {
      Page<Run> page = page(tracking, study, CASES.get(2), 1_000, token);
      seen += page.items().size();
      pages++;
      token = page.next();
    } while (token != null);
    print(
        "all %d runs in %d pages, %.0f ms per page, heap of at most %d MB%n",
        seen,
        pages,
        (System.nanoTime() - start) / 1e6 / pages,
        Runtime.getRuntime().maxMemory() >> 20);
  }

  /// Metrics are spread over 0 to 1, parameter p0 is different for each run, the others have ten
  /// values.
  private static void fill(Connection connection, boolean sqlite, long study, int runs)
      throws SQLException {
    String numbers =
        sqlite
            ? "(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d)"
                + " SELECT i FROM c)"
            : "(SELECT generate_series(1, %d) AS i)";
    String many = numbers.formatted(runs);
    String keys = numbers.formatted(KEYS);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sqlite ? "PRAGMA busy_timeout = 10000" : "SET search_path = tracking");
      connection.setAutoCommit(false);
      for (String kind : List.of("m", "p")) {
        statement.execute(
            "INSERT INTO name (text) SELECT '%s' || (k.i - 1) FROM %s k WHERE 1 = 1 ON CONFLICT DO NOTHING"
                .formatted(kind, keys));
      }
      statement.execute(
          "INSERT INTO run (uuid, study, name, user_name, status, started, ended, uri, deleted)"
              + " SELECT '%d-' || r.i, %d, 'run ' || r.i, 'ada', 'FINISHED', 1700000000000 + r.i, 1700000009000 + r.i, 'mlflow-artifacts:/x', 0 FROM %s r"
                  .formatted(study, study, many));
      String each =
          " FROM run r CROSS JOIN %s k JOIN name n ON n.text = '%s' || (k.i - 1) WHERE r.study = "
              + study;
      String value = "((r.started * 7919 + k.i * 104729) % 1000003) / 1000003.0";
      statement.execute(
          "INSERT INTO metric (run, name, at, step, nan, value) SELECT r.id, n.id, r.started, 1, 0, "
              + value
              + each.formatted(keys, "m"));
      statement.execute(
          "INSERT INTO latest (run, name, study, value, at, step) SELECT r.id, n.id, r.study, "
              + value
              + ", r.started, 1"
              + each.formatted(keys, "m"));
      statement.execute(
          "INSERT INTO param (run, name, study, value) SELECT r.id, n.id, r.study,"
              + " CASE WHEN k.i = 1 THEN r.name ELSE 'v' || ((r.started / k.i + k.i) % 10) END"
              + each.formatted(keys, "p"));
      connection.commit();
      connection.setAutoCommit(true);
      // On Postgres what its autovacuum does within a minute or so.
      statement.execute(sqlite ? "ANALYZE" : "VACUUM ANALYZE");
    }
  }
}
