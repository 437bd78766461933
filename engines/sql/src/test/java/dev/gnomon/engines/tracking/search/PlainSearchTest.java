package dev.gnomon.engines.tracking.search;

import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Stage;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tracking.DatasetKey;
import dev.gnomon.tracking.Tracking.ModelOrder;
import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Searched;
import dev.gnomon.tracking.search.Values;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Random searches of random studies, models, versions and logged models.
class PlainSearchTest extends RandomSearches {
  @ParameterizedTest
  @EnumSource
  void findsStudiesModelsAndVersions(SearchDialect dialect) throws SQLException {
    SearchedStore store = store(dialect);
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
    SearchedStore store = store(dialect);
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
