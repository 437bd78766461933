package dev.gnomon.engines.tracking.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Searched;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How long the first page takes with 100,000 runs of 20 metrics and 20 parameters each; the rows
/// of the page alone, without reading what was logged of them.
@Tag("long")
class SearchFiguresTest {
  private static final int RUNS = 100_000;
  private static final int PAGE = 100;

  @Test
  void onSqlite(@TempDir Path directory) throws SQLException {
    try (SearchedStore store = SearchedStore.sqlite(directory.resolve("t.db").toString())) {
      store.connection.setAutoCommit(true);
      store.execute("PRAGMA journal_mode = OFF");
      store.execute("PRAGMA synchronous = OFF");
      store.connection.setAutoCommit(false);
      fill(
          store,
          "(WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < %d) SELECT i FROM g)");
      measure(store);
    }
  }

  @Test
  void onPostgres() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.start();
        SearchedStore store =
            new SearchedStore(
                server.getPostgresDatabase().getConnection(), SearchDialect.POSTGRES)) {
      fill(store, "(SELECT g AS i FROM generate_series(1, %d) g)");
      store.execute("ANALYZE");
      store.connection.commit();
      measure(store);
    }
  }

  /// 90 % of the runs in one study. Values are mixed by multiplying with large primes.
  private static void fill(SearchedStore store, String series) throws SQLException {
    String runs = series.formatted(RUNS) + " r";
    String keys = series.formatted(20) + " k";
    for (int i = 1; i <= 20; i++) {
      store.name("m" + i);
    }
    store.execute(
        "INSERT INTO study (id, name, location, deleted, created, updated) VALUES (1, 'a', '', 0, 0, 0), (2, 'b', '', 0, 0, 0)");
    store.execute(
        "INSERT INTO run (id, uuid, study, name, user_name, status, started, uri, deleted) SELECT i, 'u' || i, CASE WHEN i % 10 = 0 THEN 2 ELSE 1 END, 'run ' || i, '', 'FINISHED', (CAST(i AS BIGINT) * 7919) % 100003, 'x:/' || i, 0 FROM "
            + runs);
    store.execute(
        "INSERT INTO latest (run, name, study, value, at, step) SELECT r.i, k.i, CASE WHEN r.i % 10 = 0 THEN 2 ELSE 1 END, ((CAST(r.i AS BIGINT) * 104729 + k.i * 611953) % 1000003) / 1000003.0, 1, 0 FROM "
            + runs
            + ", "
            + keys);
    store.execute(
        "INSERT INTO param (run, name, study, value) SELECT r.i, k.i, CASE WHEN r.i % 10 = 0 THEN 2 ELSE 1 END, 'v' || ((CAST(r.i AS BIGINT) * 15485863 + k.i * 32452843) % (k.i * k.i)) FROM "
            + runs
            + ", "
            + keys);
    store.connection.commit();
  }

  private static void measure(SearchedStore store) throws SQLException {
    List<Long> one = List.of(1L);
    List<Long> both = List.of(1L, 2L);
    figure(store, "newest", one, "");
    figure(store, "by a metric", one, "", "metrics.m3 DESC");
    figure(store, "by a parameter", one, "", "params.m20 ASC");
    figure(store, "one filter of half, by a metric", one, "metrics.m1 > 0.5", "metrics.m3 DESC");
    figure(
        store,
        "two filters of half and a tenth, by a metric",
        one,
        "metrics.m1 > 0.5 AND params.m3 = 'v1'",
        "metrics.m3 ASC");
    figure(
        store,
        "three filters of 1 in 1000, by a metric",
        one,
        "metrics.m1 > 0.9 AND metrics.m2 > 0.9 AND params.m3 = 'v1'",
        "metrics.m3 ASC");
    figure(store, "a rare metric, by start", one, "metrics.m1 > 0.999");
    figure(store, "a rare parameter, by a metric", one, "params.m20 = 'v7'", "metrics.m9");
    figure(store, "nothing found", one, "params.m5 = 'v1' AND params.m6 = 'v99'", "metrics.m9");
    figure(store, "nothing found among halves", one, "metrics.m1 > 0.5 AND metrics.m1 < 0.49");
    figure(store, "like", one, "params.m20 LIKE '%77%'", "metrics.m9");
    figure(store, "like nothing", one, "params.m20 LIKE '%xyz%'", "metrics.m9");
    figure(store, "two studies, newest", both, "");
    figure(store, "two studies, by a metric", both, "metrics.m1 > 0.5", "metrics.m3 DESC");
    figure(store, "by name", one, "", "run_name DESC");
  }

  private static void figure(
      SearchedStore store, String what, List<Long> studies, String filter, String... orderBy)
      throws SQLException {
    Query query = Query.of(Searched.RUNS, filter, List.of(orderBy));
    var search = new RunSearch(store.connection, store.dialect);
    long[] micros = new long[7];
    int rows = 0;
    for (int i = 0; i < micros.length; i++) {
      long start = System.nanoTime();
      Found found = search.page(query, studies, View.ACTIVE_ONLY, PAGE, null);
      micros[i] = (System.nanoTime() - start) / 1000;
      rows = found.rows().size();
    }
    long first = micros[0];
    Arrays.sort(micros);
    assertThat(rows).isLessThanOrEqualTo(PAGE);
    System.err.printf(
        "%-9s %-46s %3d rows, median %7.1f ms, first %7.1f ms%n",
        store.dialect, what, rows, micros[3] / 1e3, first / 1e3);
  }
}
