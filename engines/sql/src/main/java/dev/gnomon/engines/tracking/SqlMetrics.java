package dev.gnomon.engines.tracking;

import static dev.gnomon.engines.tracking.ManyRows.Type.REAL;
import static dev.gnomon.engines.tracking.ManyRows.Type.TEXT;
import static dev.gnomon.engines.tracking.ManyRows.Type.WHOLE;

import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Tracking.RunMetric;
import dev.gnomon.tracking.spi.RunRows;
import dev.gnomon.tracking.spi.RunRows.Stored;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The points of metrics in SQL.
final class SqlMetrics {
  private static final String LATEST =
      "run, name, study, value, at, step, logged_model, dataset, digest";
  private static final String POINT = "value, nan, at, step, logged_model, dataset, digest";

  private static final String ALL_POINTS =
      "metric (run, name, at, step, nan, value, logged_model, dataset, digest)";
  private static final List<ManyRows.Type> POINT_TYPES =
      List.of(WHOLE, WHOLE, WHOLE, WHOLE, WHOLE, REAL, TEXT, TEXT, TEXT);
  private static final ManyRows NEW_POINTS = new ManyRows(ALL_POINTS, POINT_TYPES, "");
  private static final ManyRows POINTS =
      new ManyRows(ALL_POINTS, POINT_TYPES, "ON CONFLICT DO NOTHING");

  private static final Comparator<Metric> GREATER =
      Comparator.comparingLong(Metric::step)
          .thenComparingLong(Metric::timestamp)
          .thenComparingDouble(Metric::value);

  private final Session session;

  SqlMetrics(Session session) {
    this.session = session;
  }

  void add(Stored run, List<Metric> metrics) {
    if (metrics.isEmpty()) {
      return;
    }
    Map<String, Long> names =
        session.names().of(metrics.stream().map(Metric::key).distinct().toList());
    Map<List<Object>, @Nullable Object[]> points = new LinkedHashMap<>();
    Map<String, Metric> greatest = new TreeMap<>();
    for (Metric m : metrics) {
      boolean nan = Double.isNaN(m.value());
      points.putIfAbsent(
          List.of(m.key(), m.timestamp(), m.step(), m.value()),
          new @Nullable Object[] {
            run.row(),
            names.get(m.key()),
            m.timestamp(),
            m.step(),
            nan ? 1 : 0,
            nan ? 0.0 : m.value(),
            m.modelId(),
            m.datasetName(),
            m.datasetDigest()
          });
      greatest.merge(m.key(), m, (a, b) -> GREATER.compare(a, b) >= 0 ? a : b);
    }
    addPoints(List.copyOf(points.values()));
    List<@Nullable Object[]> latest = new ArrayList<>(greatest.size());
    for (Metric m : greatest.values()) {
      latest.add(
          new @Nullable Object[] {
            run.row(),
            names.get(m.key()),
            run.study(),
            Double.isNaN(m.value()) ? null : m.value(),
            m.timestamp(),
            m.step(),
            m.modelId(),
            m.datasetName(),
            m.datasetDigest()
          });
    }
    keepLatest(latest);
  }

  /// The run is locked: what is not there now will not come meanwhile.
  private void addPoints(List<@Nullable Object[]> points) {
    boolean done =
        switch (session.dialect()) {
          case SQLITE -> false;
          case POSTGRES -> session.insertNew(NEW_POINTS, points);
        };
    if (!done) {
      session.insert(POINTS, points);
    }
  }

  /// Where all keys are there and all points greater, as in most batches but the first, Postgres
  /// has less to do for an update.
  private void keepLatest(List<@Nullable Object[]> latest) {
    String infinity = session.dialect().infinity();
    String greater =
        "(%%1$s.step, %%1$s.at, coalesce(%%1$s.value, %1$s)) > (latest.step, latest.at, coalesce(latest.value, %1$s))"
            .formatted(infinity);
    String set =
        "SET value = %1$s.value, at = %1$s.at, step = %1$s.step, logged_model = %1$s.logged_model, dataset = %1$s.dataset, digest = %1$s.digest";
    ManyRows rows =
        new ManyRows(
            "latest (" + LATEST + ")",
            List.of(WHOLE, WHOLE, WHOLE, REAL, WHOLE, WHOLE, TEXT, TEXT, TEXT),
            "ON CONFLICT (run, name) DO UPDATE "
                + set.formatted("excluded")
                + " WHERE "
                + greater.formatted("excluded"));
    boolean done =
        switch (session.dialect()) {
          case SQLITE -> false;
          case POSTGRES ->
              session.byArrays(
                      "UPDATE latest %s FROM %s g (%s) WHERE latest.run = g.run AND latest.name = g.name AND %s"
                          .formatted(
                              set.formatted("g"), rows.arrays(), LATEST, greater.formatted("g")),
                      rows,
                      latest)
                  == latest.size();
        };
    if (!done) {
      session.insert(rows, latest);
    }
  }

  /// Reads [#POINT] from a column on.
  private static Metric point(ResultSet row, String key, int from) throws SQLException {
    return new Metric(
        key,
        row.getInt(from + 1) == 1 ? Double.NaN : row.getDouble(from),
        row.getLong(from + 2),
        row.getLong(from + 3),
        row.getString(from + 4),
        row.getString(from + 5),
        row.getString(from + 6));
  }

  List<Metric> history(long run, String key, @Nullable Metric after, int most) {
    OptionalLong name = session.names().find(key);
    if (name.isEmpty()) {
      return List.of();
    }
    String start = "SELECT " + POINT + " FROM metric WHERE run = ? AND name = ?";
    String end = " ORDER BY at, step, nan, value LIMIT ?";
    if (after == null) {
      return session.query(start + end, row -> point(row, key, 1), run, name.getAsLong(), most);
    }
    boolean nan = Double.isNaN(after.value());
    return session.query(
        start + " AND (at, step, nan, value) > (?, ?, ?, ?)" + end,
        row -> point(row, key, 1),
        run,
        name.getAsLong(),
        after.timestamp(),
        after.step(),
        nan ? 1 : 0,
        nan ? 0.0 : after.value(),
        most);
  }

  RunRows.Extent extent(Stored run, String key) {
    OptionalLong name = session.names().find(key);
    return name.isEmpty()
        ? new RunRows.Extent(0, 0, 0, 0, 0)
        : session
            .query(
                "SELECT count(*), min(step), max(step), min(at), max(at) FROM metric"
                    + " WHERE run = ? AND name = ?",
                row ->
                    new RunRows.Extent(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5)),
                run.row(),
                name.getAsLong())
            .getFirst();
  }

  void visit(Stored run, String key, RunRows.PointVisitor visitor) {
    OptionalLong name = session.names().find(key);
    if (name.isPresent()) {
      session.visit(
          "SELECT at, step, nan, value FROM metric WHERE run = ? AND name = ?",
          row ->
              visitor.point(
                  row.getLong(1),
                  row.getLong(2),
                  row.getInt(3) == 1 ? Double.NaN : row.getDouble(4)),
          run.row(),
          name.getAsLong());
    }
  }

  long[] steps(List<Stored> runs, String key, long from, long to) {
    OptionalLong name = session.names().find(key);
    if (name.isEmpty()) {
      return new long[0];
    }
    return session
        .query(
            "SELECT DISTINCT step FROM metric WHERE run IN "
                + Session.in(runs.stream().map(Stored::row).toList())
                + " AND name = ? AND step >= ? AND step <= ?",
            row -> row.getLong(1),
            name.getAsLong(),
            from,
            to)
        .stream()
        .mapToLong(Long::longValue)
        .sorted()
        .toArray();
  }

  List<RunMetric> at(List<Stored> runs, String key, long[] steps) {
    OptionalLong name = session.names().find(key);
    List<RunMetric> points = new ArrayList<>();
    if (name.isEmpty() || steps.length == 0) {
      return points;
    }
    for (Stored run : runs) {
      List<RunMetric> found = new ArrayList<>();
      session.visit(
          "SELECT " + POINT + " FROM metric WHERE run = ? AND name = ? AND step >= ? AND step <= ?",
          row -> {
            if (Arrays.binarySearch(steps, row.getLong(4)) >= 0) {
              found.add(new RunMetric(run.info().id(), point(row, key, 1)));
            }
          },
          run.row(),
          name.getAsLong(),
          steps[0],
          steps[steps.length - 1]);
      found.sort(Comparator.comparing(RunMetric::metric, GREATER));
      points.addAll(found);
    }
    return points;
  }
}
