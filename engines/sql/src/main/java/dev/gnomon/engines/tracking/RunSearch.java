package dev.gnomon.engines.tracking;

import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Scan;
import dev.gnomon.tracking.search.Values;
import dev.gnomon.tracking.spi.RunRows.Stored;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Searches runs.
// Here conditions and order are to be compiled to SQL. Tables: `latest` holds one row per run and
// metric (a NaN is null) with index (study, name, value, run), `param` and `run_tag` one per run and
// key with index (study, name, substr(value, 1, 200), run); `name` is a number of Session.names().
// `run` has index (study, deleted, started DESC, uuid).
final class RunSearch {
  private final Session session;

  RunSearch(Session session) {
    this.session = session;
  }

  Page<Run> page(List<Long> studies, View view, Query query, int most, @Nullable String token) {
    String deleted =
        switch (view) {
          case ACTIVE_ONLY -> " AND run.deleted = 0";
          case DELETED_ONLY -> " AND run.deleted = 1";
          case ALL -> "";
        };
    List<Stored> all =
        studies.isEmpty()
            ? List.of()
            : session.query(
                "SELECT " + SqlRuns.COLUMNS + " FROM run WHERE run.study IN "
                    + Session.in(studies)
                    + deleted,
                SqlRuns::stored);
    return new Scan<>(query, Values.RUNS)
        .page(new WholeRuns(session).of(all), studies + " " + view, most, token);
  }
}
