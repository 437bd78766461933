package dev.gnomon.engines.tracking.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Stage;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tracking.DatasetKey;
import dev.gnomon.tracking.Tracking.ModelOrder;
import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Scan;
import dev.gnomon.tracking.search.Searched;
import dev.gnomon.tracking.search.Values;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Random searches of random stores: what a database finds is what looking at every record finds,
/// page by page, in order.
class SqlSearchTest {
  private static final int STORES = 12;
  private static final int SEARCHES = 40;

  private static @Nullable EmbeddedPostgres server;
  private static final Map<SearchDialect, SearchedStore> STORE = new HashMap<>();

  @BeforeAll
  static void open() throws IOException, SQLException {
    server = EmbeddedPostgres.start();
    STORE.put(SearchDialect.SQLITE, SearchedStore.sqlite(":memory:"));
    STORE.put(
        SearchDialect.POSTGRES,
        new SearchedStore(server.getPostgresDatabase().getConnection(), SearchDialect.POSTGRES));
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

  /// Few values, so that equal ones, near misses and what databases see differently are common.
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "A",
          "b",
          "ab",
          "aB",
          "é",
          "É",
          "e\u0301",
          "😀",
          "\uffff",
          "a%",
          "a_",
          "%",
          "_",
          "\\",
          "a\\b",
          "*",
          "[a]",
          "?",
          "'",
          "\"",
          "x'; DROP TABLE run; --",
          "a".repeat(250),
          "a".repeat(250) + "b",
          "10",
          "9",
          " a",
          "a ");

  private static final List<String> PATTERNS =
      List.of(
          "%",
          "", "a%", "%b", "_", "__", "a_", "A%", "%é%", "É", "\\%", "a\\b", "[a]", "*", "?",
          "%a%b%", "_%_", "%😀", "a%%");

  private static final List<Double> NUMBERS =
      List.of(0.0, -0.0, 1.0, -1.0, 0.5, 1e300, Double.MAX_VALUE, -Double.MAX_VALUE, Double.NaN);
  private static final List<String> KEYS = List.of("m", "m2", "a b", "k");

  private final Random random = new Random(20261121);

  private <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private boolean chance(double share) {
    return random.nextDouble() < share;
  }

  private String quoted(String text) {
    return random.nextBoolean()
        ? "'" + text.replace("'", "''") + "'"
        : '"' + text.replace("\"", "\"\"") + '"';
  }

  private Map<String, String> texts() {
    var texts = new TreeMap<String, String>();
    for (String key : KEYS) {
      if (chance(0.6)) {
        texts.put(key, one(TEXTS));
      }
    }
    return texts;
  }

  private Run run(int i) {
    var metrics = new ArrayList<Metric>();
    for (String key : KEYS) {
      if (chance(0.6)) {
        metrics.add(new Metric(key, one(NUMBERS), 1, 0));
      }
    }
    String study = Integer.toString(1 + random.nextInt(3));
    var datasets = new TreeMap<String, Dataset.Input>();
    while (chance(0.4)) {
      var dataset = new Dataset(one(TEXTS), one(List.of("1", "2")), "", "", null, null);
      datasets.put(
          dataset.name() + "/" + dataset.digest(),
          new Dataset.Input(
              dataset,
              chance(0.5) ? Map.of(Values.CONTEXT_TAG, one(TEXTS)) : Map.of("other", "a")));
    }
    var info =
        new RunInfo(
            (chance(0.5) ? "a" : "B") + i,
            study,
            one(TEXTS),
            one(TEXTS),
            one(List.of(RunStatus.values())),
            random.nextInt(4),
            chance(0.5) ? null : (long) random.nextInt(4),
            one(TEXTS),
            chance(0.3));
    return new Run(
        info, metrics, texts(), texts(), List.copyOf(datasets.values()), List.of(), List.of());
  }

  private String textCondition(String field, boolean lists) {
    return switch (random.nextInt(lists ? 6 : 4)) {
      case 0 -> field + " = " + quoted(one(TEXTS));
      case 1 -> field + " != " + quoted(one(TEXTS));
      case 2 -> field + " LIKE " + quoted(one(PATTERNS));
      case 3 -> field + " ILIKE " + quoted(one(PATTERNS));
      case 4 -> field + " IN (" + quoted(one(TEXTS)) + ", " + quoted("a1") + ")";
      default -> field + " NOT IN (" + quoted(one(TEXTS)) + ", " + quoted("a1") + ")";
    };
  }

  private String numberCondition(String field) {
    return field
        + " "
        + one(List.of("=", "!=", ">", ">=", "<", "<="))
        + " "
        + one(List.of("0", "-0.0", "1", "0.5", "2", "1e300", "1e400", "-1e400", "-1", "1.5"));
  }

  private String key() {
    return "`" + one(List.of("m", "m2", "a b", "k", "unknown")) + "`";
  }

  private String runCondition() {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> numberCondition("metrics." + key());
      case 3, 4 -> textCondition("params." + key(), false);
      case 5 -> textCondition("tags." + key(), false);
      case 6 -> numberCondition(one(List.of("start_time", "end_time")));
      case 7 -> textCondition(one(List.of("run_name", "status", "artifact_uri", "user_id")), false);
      case 8 -> textCondition("run_id", true);
      default ->
          textCondition(one(List.of("dataset.name", "dataset.digest", "dataset.context")), true);
    };
  }

  private String filter(java.util.function.Supplier<String> condition) {
    var filter = new StringBuilder(chance(0.3) ? "" : condition.get());
    while (!filter.isEmpty() && chance(0.4)) {
      filter.append(" AND ").append(condition.get());
    }
    return filter.toString();
  }

  private List<String> orders(java.util.function.Supplier<String> field) {
    var orders = new ArrayList<String>();
    while (chance(0.55)) {
      orders.add(field.get() + one(List.of("", " ASC", " DESC")));
    }
    return orders;
  }

  private String runField() {
    return switch (random.nextInt(5)) {
      case 0, 1 -> "metrics." + key();
      case 2 -> "params." + key();
      case 3 -> "tags." + key();
      default ->
          one(
              List.of(
                  "run_id",
                  "run_name",
                  "status",
                  "artifact_uri",
                  "user_id",
                  "start_time",
                  "end_time"));
    };
  }

  /// A page of a database.
  private interface Finder {
    Found find(int most, @Nullable String token) throws SQLException;
  }

  private <T> void compare(
      Object what,
      Query query,
      Values<T> values,
      Collection<T> all,
      Map<Long, T> rows,
      Finder finder)
      throws SQLException {
    Page<T> expected = new Scan<>(query, values).page(all, "", 1000, null);
    int size = 1 + random.nextInt(5);
    var found = new ArrayList<T>();
    @Nullable String token = null;
    do {
      Found page = finder.find(size, token);
      assertThat(page.rows().size()).isLessThanOrEqualTo(size);
      page.rows().forEach(row -> found.add(rows.get(row)));
      token = page.next();
    } while (token != null && found.size() < 1000);
    assertThat(found).describedAs("%s %s", what, query).isEqualTo(expected.items());
  }

  @ParameterizedTest
  @EnumSource
  void findsRuns(SearchDialect dialect) throws SQLException {
    SearchedStore store = Objects.requireNonNull(STORE.get(dialect));
    for (int s = 0; s < STORES; s++) {
      store.clear();
      for (String id : List.of("1", "2", "3")) {
        store.add(new Study(id, id, "", false, 0, 0, Map.of()));
      }
      var rows = new HashMap<Long, Run>();
      for (int i = 0; i < random.nextInt(20); i++) {
        Run run = run(i);
        rows.put(i + 1L, run);
        store.add(i + 1L, run);
      }
      for (int q = 0; q < SEARCHES; q++) {
        String filter = filter(this::runCondition);
        List<String> orderBy = orders(this::runField);
        Query query = Query.of(Searched.RUNS, filter, orderBy);
        List<Long> studies =
            one(List.of(List.of(1L), List.of(2L), List.of(1L, 3L), List.of(1L, 2L, 3L)));
        View view = one(List.of(View.values()));
        List<Run> among =
            rows.values().stream()
                .filter(r -> studies.contains(Long.parseLong(r.info().studyId())))
                .filter(r -> view == View.ALL || r.info().deleted() == (view == View.DELETED_ONLY))
                .toList();
        var search = new RunSearch(
                store.connection, dialect, one(List.of(0, 3, 1_000)), one(List.of(0, 100, 1_000_000)));
        compare(
            filter + orderBy,
            query,
            Values.RUNS,
            among,
            rows,
            (most, token) -> search.page(query, studies, view, most, token));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void findsStudiesModelsAndVersions(SearchDialect dialect) throws SQLException {
    SearchedStore store = Objects.requireNonNull(STORE.get(dialect));
    for (int s = 0; s < STORES; s++) {
      store.clear();
      var studies = new HashMap<Long, Study>();
      var models = new HashMap<Long, RegisteredModel>();
      var versions = new HashMap<Long, RegisteredVersion>();
      for (int i = 0; i < random.nextInt(15); i++) {
        long row = i + 1L;
        var study =
            new Study(
                Long.toString(row),
                one(TEXTS) + i,
                "",
                chance(0.3),
                random.nextInt(3),
                random.nextInt(3),
                texts());
        studies.put(row, study);
        store.add(study);
        Map<String, String> tags = texts();
        if (chance(0.3)) {
          tags.put("mlflow.prompt.is_prompt", one(List.of("true", "false")));
        }
        var model =
            new RegisteredModel(
                one(TEXTS) + i,
                random.nextInt(3),
                random.nextInt(3),
                "",
                "",
                List.of(),
                tags,
                Map.of());
        models.put(row, model);
        store.add(row, model);
        for (int v = 0; v < random.nextInt(3); v++) {
          var version =
              new RegisteredVersion(
                  model.name(),
                  v + 1,
                  random.nextInt(3),
                  random.nextInt(3),
                  "",
                  Stage.NONE,
                  "",
                  one(TEXTS),
                  chance(0.4) ? null : one(List.of("a", "A", "a1")),
                  null,
                  "READY",
                  "",
                  v == 0 ? tags : texts(),
                  List.of(),
                  null);
          versions.put(row * 10 + v, version);
          store.add(row * 10 + v, version);
        }
      }
      var search = new PlainSearch(store.connection, dialect);
      for (int q = 0; q < SEARCHES; q++) {
        View view = one(List.of(View.values()));
        Query query =
            Query.of(
                Searched.STUDIES,
                filter(() ->
                    one(
                        List.of(
                            textCondition("name", false),
                            textCondition("tags." + key(), false),
                            numberCondition("creation_time"),
                            numberCondition("last_update_time")))),
                orders(() ->
                    one(
                        List.of(
                            "name",
                            "creation_time",
                            "last_update_time",
                            "experiment_id",
                            "tags." + key()))));
        List<Study> among =
            studies.values().stream()
                .filter(x -> view == View.ALL || x.deleted() == (view == View.DELETED_ONLY))
                .toList();
        compare(
            "",
            query,
            Values.STUDIES,
            among,
            studies,
            (most, token) -> search.studies(query, view, most, token));

        String prompt = "tags.`mlflow.prompt.is_prompt` " + one(List.of("=", "!=")) + " 'true'";
        Query ofModels =
            Query.of(
                Searched.MODELS,
                filter(() ->
                    one(
                        List.of(
                            textCondition("name", false),
                            textCondition("tags." + key(), false),
                            prompt))),
                orders(() ->
                    one(List.of("name", "creation_timestamp", "timestamp", "tags." + key()))));
        compare(
            "",
            ofModels,
            Values.MODELS,
            models.values(),
            models,
            (most, token) -> search.models(ofModels, most, token));

        Query ofVersions =
            Query.of(
                Searched.VERSIONS,
                filter(() ->
                    one(
                        List.of(
                            textCondition("name", false),
                            textCondition("run_id", true),
                            textCondition("source_path", false),
                            numberCondition("version_number"),
                            textCondition("tag." + key(), false),
                            prompt))),
                orders(() ->
                    one(
                        List.of(
                            "name",
                            "version_number",
                            "run_id",
                            "creation_timestamp",
                            "last_updated_timestamp",
                            "tags." + key()))));
        compare(
            "",
            ofVersions,
            Values.VERSIONS,
            versions.values(),
            versions,
            (most, token) -> search.versions(ofVersions, most, token));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void findsLoggedModels(SearchDialect dialect) throws SQLException {
    SearchedStore store = Objects.requireNonNull(STORE.get(dialect));
    Function<Integer, String> id = i -> "m-" + i;
    List<DatasetKey> datasets =
        List.of(
            new DatasetKey("train", null),
            new DatasetKey("train", "1"),
            new DatasetKey("test", "2"),
            new DatasetKey("", null),
            new DatasetKey("test", ""));
    for (int s = 0; s < STORES; s++) {
      store.clear();
      store.add(new Study("1", "1", "", false, 0, 0, Map.of()));
      store.add(new Study("2", "2", "", false, 0, 0, Map.of()));
      var models = new HashMap<Long, LoggedModel>();
      for (int i = 0; i < random.nextInt(15); i++) {
        var metrics = new TreeMap<String, Metric>();
        while (chance(0.7)) {
          @Nullable String dataset = one(List.of("train", "test", "-"));
          var metric =
              new Metric(
                  one(KEYS),
                  one(NUMBERS) + 0.0,
                  random.nextInt(3),
                  random.nextInt(2),
                  id.apply(i),
                  dataset.equals("-") ? null : dataset,
                  dataset.equals("-") || chance(0.3) ? null : one(List.of("1", "2")));
          metrics.put(metric.toString(), metric);
        }
        var model =
            new LoggedModel(
                id.apply(i),
                one(List.of("1", "2")),
                one(TEXTS),
                random.nextInt(3),
                random.nextInt(3),
                "",
                one(List.of("LOGGED_MODEL_READY", "LOGGED_MODEL_PENDING")),
                chance(0.5) ? null : one(List.of("a", "agent")),
                null,
                texts(),
                texts(),
                List.copyOf(metrics.values()),
                List.of());
        models.put(i + 1L, model);
        store.add(i + 1L, model);
      }
      var search = new PlainSearch(store.connection, dialect);
      for (int q = 0; q < SEARCHES; q++) {
        var on = new ArrayList<DatasetKey>();
        while (chance(0.3)) {
          on.add(one(datasets));
        }
        var orders = new ArrayList<ModelOrder>();
        while (chance(0.5)) {
          boolean metric = chance(0.6);
          orders.add(
              new ModelOrder(
                  metric
                      ? "metrics." + key()
                      : one(
                          List.of(
                              "name",
                              "model_id",
                              "model_type",
                              "creation_time",
                              "status",
                              "params." + key())),
                  chance(0.5),
                  metric && chance(0.5) ? one(datasets) : null));
        }
        Query query =
            Query.ofLoggedModels(
                filter(() ->
                    one(
                        List.of(
                            numberCondition("metrics." + key()),
                            textCondition("params." + key(), false),
                            textCondition("tags." + key(), false),
                            textCondition("name", true),
                            textCondition("model_type", true),
                            textCondition("source_run_id", true),
                            "status = 'READY'",
                            numberCondition("creation_timestamp")))),
                on,
                orders);
        List<Long> studies = one(List.of(List.of(1L), List.of(1L, 2L), List.of()));
        List<LoggedModel> among =
            models.values().stream()
                .filter(m -> studies.contains(Long.parseLong(m.studyId())))
                .filter(m ->
                    on.isEmpty() || m.metrics().stream().anyMatch(x -> Values.measuredOn(x, query)))
                .toList();
        compare(
            "",
            query,
            Values.LOGGED_MODELS,
            among,
            models,
            (most, token) -> search.loggedModels(query, studies, most, token));
      }
    }
  }
}
