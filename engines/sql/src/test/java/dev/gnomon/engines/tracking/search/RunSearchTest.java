package dev.gnomon.engines.tracking.search;

import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Study;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Random searches of random runs.
class RunSearchTest extends RandomSearches {
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

  @ParameterizedTest
  @EnumSource
  void findsRuns(SearchDialect dialect) throws SQLException {
    SearchedStore store = store(dialect);
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
        var search =
            new RunSearch(
                store.connection,
                dialect,
                one(List.of(0, 3, 1_000)),
                one(List.of(0, 100, 1_000_000)));
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
}
