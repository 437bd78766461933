package dev.gnomon.engines.tracking.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Searched;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How databases go about the statements that find runs: by the indexes that were made for them,
/// and without the tables. Times would tell more of the machine.
class RunPlansTest {
  private static final int RUNS = 3_000;
  private static final Map<String, Long> NAMES = Map.of("a", 1L, "b", 2L, "c", 3L);

  private static @Nullable EmbeddedPostgres server;
  private static final Map<SearchDialect, SearchedStore> STORE = new EnumMap<>(SearchDialect.class);

  @BeforeAll
  static void open() throws IOException, SQLException {
    server = EmbeddedPostgres.start();
    SearchedStore sqlite = SearchedStore.sqlite(":memory:");
    fill(
        sqlite,
        "(WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < %d) SELECT i FROM g)");
    sqlite.execute("ANALYZE");
    STORE.put(SearchDialect.SQLITE, sqlite);
    SearchedStore postgres =
        new SearchedStore(server.getPostgresDatabase().getConnection(), SearchDialect.POSTGRES);
    fill(postgres, "(SELECT g AS i FROM generate_series(1, %d) g)");
    postgres.connection.setAutoCommit(true);
    postgres.execute("SET random_page_cost = 1.1"); // as the store has it
    postgres.execute("VACUUM ANALYZE");
    STORE.put(SearchDialect.POSTGRES, postgres);
  }

  @AfterAll
  static void close() throws IOException, SQLException {
    for (SearchedStore store : STORE.values()) {
      store.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private static void fill(SearchedStore store, String series) throws SQLException {
    String runs = series.formatted(RUNS) + " r";
    String keys = series.formatted(20) + " k";
    for (int i = 1; i <= 20; i++) {
      store.name("" + (char) ('a' + i - 1));
    }
    store.execute(
        "INSERT INTO study (id, name, location, deleted, created, updated) VALUES (1, 'a', '', 0, 0, 0)");
    store.execute(
        "INSERT INTO run (id, uuid, study, name, user_name, status, started, uri, deleted) SELECT i, 'u' || i, 1, 'run ' || i, '', 'FINISHED', i, '', 0 FROM "
            + runs);
    store.execute(
        "INSERT INTO latest (run, name, study, value, at, step) SELECT r.i, k.i, 1, ((r.i * 7919 + k.i) % 3001) / 3001.0, 1, 0 FROM "
            + runs
            + ", "
            + keys);
    store.execute(
        "INSERT INTO param (run, name, study, value) SELECT r.i, k.i, 1, 'value ' || ((r.i * 7919 + k.i) % 3001) FROM "
            + runs
            + ", "
            + keys);
    store.connection.commit();
  }

  private static RunSelects selects(SearchDialect dialect, String filter, String order) {
    return new RunSelects(
        new RunTerms(
            Query.of(Searched.RUNS, filter, List.of(order)),
            List.of(1L),
            View.ACTIVE_ONLY,
            NAMES,
            dialect,
            new Comparisons(dialect)));
  }

  private static String plan(SearchDialect dialect, Sql sql) throws SQLException {
    SearchedStore store = Objects.requireNonNull(STORE.get(dialect));
    String explain = dialect == SearchDialect.SQLITE ? "EXPLAIN QUERY PLAN " : "EXPLAIN ";
    var plan = new StringBuilder();
    try (PreparedStatement statement =
            new Sql().add(explain).add(sql).prepare(store.connection, dialect);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        plan.append(rows.getString(dialect == SearchDialect.SQLITE ? 4 : 1)).append('\n');
      }
    }
    return plan.toString();
  }

  /// The index alone: the table is not visited. Of a computed column SQLite does not know that the
  /// index has it, and looks the row up where a range is read.
  private static String alone(SearchDialect dialect, String index) {
    return switch (dialect) {
      case SQLITE ->
          index.startsWith("latest")
              ? "USING COVERING INDEX " + index
              : "USING (COVERING )?INDEX " + index;
      case POSTGRES -> "Index Only Scan (Backward )?using " + index;
    };
  }

  @ParameterizedTest
  @EnumSource
  void aPatternIsAnsweredByTheIndexAlone(SearchDialect dialect) throws SQLException {
    RunSelects selects = selects(dialect, "params.a LIKE '%none%'", "metrics.b ASC");
    Sql set = selects.set(selects.terms().keyed().getFirst(), Integer.MAX_VALUE);
    assertThat(plan(dialect, selects.sorted(set).sql(List.of(), 101)))
        .containsPattern(alone(dialect, "param_by_value"));
  }

  @ParameterizedTest
  @EnumSource
  void aBeginningIsARangeOfTheIndex(SearchDialect dialect) throws SQLException {
    RunSelects selects = selects(dialect, "params.a LIKE 'value 17%'", "metrics.b ASC");
    assertThat(plan(dialect, selects.count(selects.terms().keyed().getFirst(), 1_000)))
        .containsPattern(alone(dialect, "param_by_value"))
        .containsPattern("head *>=?.*head *<");
  }

  @ParameterizedTest
  @EnumSource
  void countsNeedTheIndexAlone(SearchDialect dialect) throws SQLException {
    RunSelects selects =
        selects(dialect, "metrics.a > 0.5 AND params.b = 'value 17'", "metrics.b ASC");
    assertThat(plan(dialect, selects.count(selects.terms().keyed().getFirst(), 1_000)))
        .containsPattern(alone(dialect, "latest_by_value"));
    assertThat(plan(dialect, selects.count(selects.terms().keyed().getLast(), 1_000)))
        .containsPattern(alone(dialect, "param_by_value"));
  }

  @ParameterizedTest
  @EnumSource
  void anOrderByAMetricIsThatOfTheIndexAndSortsNothingButTies(SearchDialect dialect)
      throws SQLException {
    RunSelects selects = selects(dialect, "params.b != 'x'", "metrics.a DESC");
    String plan = plan(dialect, selects.inOrder(RunSelects.Phase.PRESENT).sql(List.of(), 101));
    assertThat(plan).containsPattern(alone(dialect, "latest_by_value"));
    switch (dialect) {
      case SQLITE -> assertThat(plan).doesNotContain("TEMP B-TREE FOR ORDER BY");
      case POSTGRES -> assertThat(plan).contains("Incremental Sort");
    }
  }

  @ParameterizedTest
  @EnumSource
  void halvesAreReadFromTheirIndexesAndNotInTheOrderOfAnother(SearchDialect dialect)
      throws SQLException {
    RunSelects selects = selects(dialect, "metrics.a < 0.4 AND metrics.b > 0.5", "metrics.c ASC");
    Sql set = selects.set(selects.terms().keyed().getFirst(), Integer.MAX_VALUE);
    String plan = plan(dialect, selects.sorted(set).sql(List.of(), 101));
    assertThat(plan).containsPattern(alone(dialect, "latest_by_value"));
    if (dialect == SearchDialect.POSTGRES) {
      // All of both at once, not one after the other of 1,200.
      assertThat(plan).contains("Hash");
    }
  }
}
