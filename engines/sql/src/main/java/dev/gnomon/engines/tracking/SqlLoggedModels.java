package dev.gnomon.engines.tracking;

import dev.gnomon.engines.tracking.search.Found;
import dev.gnomon.engines.tracking.search.PlainSearch;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.spi.LoggedModelRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Logged models in SQL.
final class SqlLoggedModels implements LoggedModelRows {
  private static final String SELECT =
      "SELECT id, uuid, study, name, created, updated, uri, status, kind, run, deleted"
          + " FROM logged_model WHERE ";

  private final Session session;
  private final SqlTags tags;
  private final SqlTags params;

  SqlLoggedModels(Session session) {
    this.session = session;
    tags = new SqlTags(session, "logged_model_tag", "model");
    params = new SqlTags(session, "logged_model_param", "model");
  }

  @Override
  public long insert(LoggedModel m) {
    return session.insert(
        "INSERT INTO logged_model (uuid, study, name, created, updated, uri, status, kind, run,"
            + " deleted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0) RETURNING id",
        m.id(),
        Long.parseLong(m.studyId()),
        m.name(),
        m.created(),
        m.updated(),
        m.artifactUri(),
        m.status(),
        m.modelType(),
        m.sourceRunId());
  }

  @Override
  public Optional<Stored> find(String id) {
    return session.first(SELECT + "uuid = ?", SqlLoggedModels::bare, id).map(this::whole);
  }

  @Override
  public Optional<Stored> lock(String id) {
    return session
        .first(SELECT + "uuid = ?" + session.dialect().lock(), SqlLoggedModels::bare, id)
        .map(this::whole);
  }

  private static Stored bare(ResultSet row) throws SQLException {
    return new Stored(
        row.getLong(1),
        new LoggedModel(
            row.getString(2),
            Long.toString(row.getLong(3)),
            row.getString(4),
            row.getLong(5),
            row.getLong(6),
            row.getString(7),
            row.getString(8),
            row.getString(9),
            row.getString(10),
            Map.of(),
            Map.of(),
            List.of(),
            List.of()),
        row.getInt(11) == 1);
  }

  private Stored whole(Stored stored) {
    LoggedModel m = stored.model();
    List<LoggedModel.Registration> registrations =
        session.query(
            "SELECT m.name, v.number FROM version v JOIN model m ON m.id = v.model"
                + " WHERE v.logged_model = ? ORDER BY m.name, v.number",
            row -> new LoggedModel.Registration(row.getString(1), row.getInt(2)),
            m.id());
    return new Stored(
        stored.row(),
        new LoggedModel(
            m.id(),
            m.studyId(),
            m.name(),
            m.created(),
            m.updated(),
            m.artifactUri(),
            m.status(),
            m.modelType(),
            m.sourceRunId(),
            tags.of(stored.row()),
            params.of(stored.row()),
            metrics(stored.row(), m.id()),
            registrations),
        stored.deleted());
  }

  /// Of each key and data set the greatest point by time, step, value.
  private List<Metric> metrics(long row, String id) {
    List<Metric> metrics = new ArrayList<>();
    session.visit(
        "SELECT n.text, p.value, p.nan, p.at, p.step, p.dataset, p.digest"
            + " FROM logged_model_metric p JOIN name n ON n.id = p.name WHERE p.model = ?"
            + " ORDER BY n.text, p.dataset, p.digest, p.at DESC, p.step DESC, p.nan DESC,"
            + " p.value DESC",
        found -> {
          Metric metric =
              new Metric(
                  found.getString(1),
                  found.getInt(3) == 1 ? Double.NaN : found.getDouble(2),
                  found.getLong(4),
                  found.getLong(5),
                  id,
                  emptyIsNone(found.getString(6)),
                  emptyIsNone(found.getString(7)));
          if (metrics.isEmpty() || !sameSeries(metrics.getLast(), metric)) {
            metrics.add(metric);
          }
        },
        row);
    return metrics;
  }

  private static boolean sameSeries(Metric a, Metric b) {
    return a.key().equals(b.key())
        && Objects.equals(a.datasetName(), b.datasetName())
        && Objects.equals(a.datasetDigest(), b.datasetDigest());
  }

  private static @Nullable String emptyIsNone(String text) {
    return text.isEmpty() ? null : text;
  }

  private static String noneIsEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  @Override
  public void update(long row, String status, boolean deleted, long now) {
    session.update(
        "UPDATE logged_model SET status = ?, deleted = ?, updated = ? WHERE id = ?",
        status,
        deleted ? 1 : 0,
        now,
        row);
  }

  @Override
  public void addParams(long row, Collection<Tag> added) {
    params.set(row, added);
  }

  @Override
  public void setTags(long row, Collection<Tag> set) {
    tags.set(row, set);
  }

  @Override
  public boolean deleteTag(long row, String key) {
    return tags.delete(row, key);
  }

  @Override
  public void addMetrics(long row, String runId, List<Metric> metrics) {
    Map<String, Long> names =
        session.names().of(metrics.stream().map(Metric::key).distinct().toList());
    List<@Nullable Object[]> points = new ArrayList<>();
    for (Metric m : metrics) {
      boolean nan = Double.isNaN(m.value());
      points.add(
          new @Nullable Object[] {
            row,
            names.get(m.key()),
            noneIsEmpty(m.datasetName()),
            noneIsEmpty(m.datasetDigest()),
            m.step(),
            m.timestamp(),
            nan ? 1 : 0,
            nan ? 0.0 : m.value(),
            runId
          });
    }
    session.batch(
        "INSERT INTO logged_model_metric"
            + " (model, name, dataset, digest, step, at, nan, value, run)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        points);
  }

  @Override
  public Page<LoggedModel> search(
      List<Long> studies, Query query, int most, @Nullable String token) {
    Found found =
        session.search((connection, dialect) ->
            new PlainSearch(connection, dialect).loggedModels(query, studies, most, token));
    return new Page<>(
        found.rows().stream()
            .map(row ->
                session
                    .first(SELECT + "id = ?", SqlLoggedModels::bare, row)
                    .map(stored -> whole(stored).model())
                    .orElseThrow())
            .toList(),
        found.next());
  }
}
