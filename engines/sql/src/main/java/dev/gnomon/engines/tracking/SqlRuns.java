package dev.gnomon.engines.tracking;

import static dev.gnomon.engines.tracking.ManyRows.Type.TEXT;
import static dev.gnomon.engines.tracking.ManyRows.Type.WHOLE;

import dev.gnomon.engines.tracking.search.Found;
import dev.gnomon.engines.tracking.search.RunSearch;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking.RunMetric;
import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.spi.RunRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Runs in SQL.
final class SqlRuns implements RunRows {
  static final String COLUMNS =
      "run.id, run.uuid, run.study, run.name, run.user_name, run.status, run.started, run.ended,"
          + " run.uri, run.deleted";
  private static final int AT_ONCE = 1_000;

  /// So many runs are read between two looks at whether more fit.
  private static final int PAGE_PART = 500;

  private static final String BY_UUID = "SELECT " + COLUMNS + " FROM run WHERE run.uuid = ?";

  private static final List<ManyRows.Type> TEXT_ROW = List.of(WHOLE, WHOLE, WHOLE, TEXT);
  private static final ManyRows PARAMS =
      new ManyRows("param (run, name, study, value)", TEXT_ROW, "");
  private static final ManyRows TAGS =
      new ManyRows(
          "run_tag (run, name, study, value)",
          TEXT_ROW,
          "ON CONFLICT (run, name) DO UPDATE SET value = excluded.value");

  private final Session session;

  SqlRuns(Session session) {
    this.session = session;
  }

  /// Reads [#COLUMNS].
  static Stored stored(ResultSet row) throws SQLException {
    long ended = row.getLong(8);
    boolean running = row.wasNull();
    return new Stored(
        row.getLong(1),
        new RunInfo(
            row.getString(2),
            Long.toString(row.getLong(3)),
            row.getString(4),
            row.getString(5),
            RunStatus.valueOf(row.getString(6)),
            row.getLong(7),
            running ? null : ended,
            row.getString(9),
            row.getInt(10) == 1));
  }

  @Override
  public Stored insert(RunInfo info) {
    long row =
        session.insert(
            "INSERT INTO run (uuid, study, name, user_name, status, started, ended, uri, deleted)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            info.id(),
            Long.parseLong(info.studyId()),
            info.name(),
            info.user(),
            info.status().name(),
            info.start(),
            info.end(),
            info.artifactUri(),
            info.deleted() ? 1 : 0);
    return new Stored(row, info);
  }

  @Override
  public Optional<Stored> find(String id) {
    return session.first(BY_UUID, SqlRuns::stored, id);
  }

  @Override
  public Optional<Stored> lock(String id) {
    return session.first(BY_UUID + session.dialect().lock(), SqlRuns::stored, id);
  }

  @Override
  public void update(Stored run) {
    RunInfo info = run.info();
    session.update(
        "UPDATE run SET name = ?, status = ?, ended = ?, deleted = ? WHERE id = ?",
        info.name(),
        info.status().name(),
        info.end(),
        info.deleted() ? 1 : 0,
        run.row());
  }

  @Override
  public void mark(long study, boolean deleted) {
    session.update(
        "UPDATE run SET deleted = ? WHERE study = ? AND deleted = ?",
        deleted ? 1 : 0,
        study,
        deleted ? 0 : 1);
  }

  @Override
  public Map<String, String> params(long row, Collection<String> keys) {
    Map<String, String> params = new HashMap<>();
    Map<String, Long> names = session.names().known(keys);
    if (!names.isEmpty()) {
      Map<Long, String> texts = new HashMap<>();
      names.forEach((text, id) -> texts.put(id, text));
      session.visit(
          "SELECT name, value FROM param WHERE run = ? AND name IN "
              + Session.in(List.copyOf(texts.keySet())),
          found ->
              params.put(Objects.requireNonNull(texts.get(found.getLong(1))), found.getString(2)),
          row);
    }
    return params;
  }

  private Optional<String> text(String table, long row, String key) {
    OptionalLong name = session.names().find(key);
    return name.isEmpty()
        ? Optional.empty()
        : session.first(
            "SELECT value FROM %s WHERE run = ? AND name = ?".formatted(table),
            found -> found.getString(1),
            row,
            name.getAsLong());
  }

  @Override
  public void addParams(Stored run, Collection<Tag> params) {
    session.insert(PARAMS, texts(run, params));
  }

  private List<@Nullable Object[]> texts(Stored run, Collection<Tag> tags) {
    Map<String, Long> names = session.names().of(tags.stream().map(Tag::key).toList());
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (Tag tag : tags) {
      rows.add(new Object[] {run.row(), names.get(tag.key()), run.study(), tag.value()});
    }
    return rows;
  }

  @Override
  public Optional<String> tag(long row, String key) {
    return text("run_tag", row, key);
  }

  @Override
  public void setTags(Stored run, Collection<Tag> tags) {
    session.insert(TAGS, texts(run, tags));
  }

  @Override
  public boolean deleteTag(long row, String key) {
    OptionalLong name = session.names().find(key);
    return name.isPresent()
        && session.update("DELETE FROM run_tag WHERE run = ? AND name = ?", row, name.getAsLong())
            > 0;
  }

  @Override
  public void addMetrics(Stored run, List<Metric> metrics) {
    new SqlMetrics(session).add(run, metrics);
  }

  @Override
  public List<Run> whole(List<Stored> runs) {
    return new WholeRuns(session).of(runs);
  }

  @Override
  public Page<Run> search(
      List<Long> studies, View view, Query query, int most, @Nullable String token) {
    Found found =
        session.search((connection, dialect) ->
            new RunSearch(connection, dialect).page(query, studies, view, most, token));
    List<Long> rows = found.rows();
    List<Run> page = new ArrayList<>();
    Fitting fitting = Fitting.ofMemory();
    for (int i = 0; i < rows.size(); i += PAGE_PART) {
      for (Run run : whole(found(rows.subList(i, Math.min(i + PAGE_PART, rows.size()))))) {
        if (!fitting.add(run)) {
          return new Page<>(page, found.next(page.size()));
        }
        page.add(run);
      }
    }
    return new Page<>(page, found.next());
  }

  /// In the order given.
  private List<Stored> found(List<Long> rows) {
    Map<Long, Stored> stored = new HashMap<>();
    for (int i = 0; i < rows.size(); i += AT_ONCE) {
      session.visit(
          "SELECT "
              + COLUMNS
              + " FROM run WHERE run.id IN "
              + Session.in(rows.subList(i, Math.min(i + AT_ONCE, rows.size()))),
          row -> stored.put(row.getLong(1), stored(row)));
    }
    return rows.stream().map(row -> Objects.requireNonNull(stored.get(row))).toList();
  }

  @Override
  public List<Metric> history(long row, String key, @Nullable Metric after, int most) {
    return new SqlMetrics(session).history(row, key, after, most);
  }

  @Override
  public List<RunMetric> at(List<Stored> runs, String key, long[] steps) {
    return new SqlMetrics(session).at(runs, key, steps);
  }

  @Override
  public Extent extent(Stored run, String key) {
    return new SqlMetrics(session).extent(run, key);
  }

  @Override
  public void visit(Stored run, String key, PointVisitor visitor) {
    new SqlMetrics(session).visit(run, key, visitor);
  }

  @Override
  public long[] steps(List<Stored> runs, String key, long from, long to) {
    return new SqlMetrics(session).steps(runs, key, from, to);
  }
}
