package dev.gnomon.engines.tracking;

import dev.gnomon.engines.tracking.search.Found;
import dev.gnomon.engines.tracking.search.PlainSearch;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.spi.StudyRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Studies in SQL.
final class SqlStudies implements StudyRows {
  private static final String SELECT =
      "SELECT id, name, location, deleted, created, updated FROM study WHERE ";

  private final Session session;
  private final SqlTags tags;

  SqlStudies(Session session) {
    this.session = session;
    tags = new SqlTags(session, "study_tag", "study");
  }

  @Override
  public long insert(String name, String location, long now) {
    return session.insert(
        "INSERT INTO study (name, location, deleted, created, updated) VALUES (?, ?, 0, ?, ?)"
            + " RETURNING id",
        name,
        location,
        now,
        now);
  }

  @Override
  public void insertFirst(Study study) {
    session.update(
        "INSERT INTO study (id, name, location, deleted, created, updated) VALUES (?, ?, ?, 0, ?, ?)"
            + " ON CONFLICT DO NOTHING",
        Long.parseLong(study.id()),
        study.name(),
        study.artifactLocation(),
        study.created(),
        study.updated());
    if (session.dialect() == Dialect.POSTGRES) {
      // The next id of its own must not be one that was given; SQLite sees to it by itself.
      session.first(
          "SELECT setval(pg_get_serial_sequence('study', 'id'), greatest(max(id) + 1, 1), false) FROM study",
          row -> row.getLong(1));
    }
  }

  @Override
  public Optional<Study> find(long id) {
    return one(SELECT + "id = ?", id);
  }

  @Override
  public Optional<Study> byName(String name) {
    return one(SELECT + "name = ?", name);
  }

  @Override
  public Optional<Study> lock(long id) {
    return one(SELECT + "id = ?" + session.dialect().lock(), id);
  }

  @Override
  public Optional<Study> hold(long id) {
    return one(SELECT + "id = ?" + session.dialect().hold(), id);
  }

  private Optional<Study> one(String sql, Object key) {
    return session
        .first(sql, SqlStudies::bare, key)
        .map(study -> tagged(study, tags.of(Long.parseLong(study.id()))));
  }

  private static Study tagged(Study s, Map<String, String> tags) {
    return new Study(
        s.id(), s.name(), s.artifactLocation(), s.deleted(), s.created(), s.updated(), tags);
  }

  private static Study bare(ResultSet row) throws SQLException {
    return new Study(
        Long.toString(row.getLong(1)),
        row.getString(2),
        row.getString(3),
        row.getInt(4) == 1,
        row.getLong(5),
        row.getLong(6),
        Map.of());
  }

  @Override
  public void update(Study study) {
    session.update(
        "UPDATE study SET name = ?, location = ?, deleted = ?, updated = ? WHERE id = ?",
        study.name(),
        study.artifactLocation(),
        study.deleted() ? 1 : 0,
        study.updated(),
        Long.parseLong(study.id()));
  }

  @Override
  public void setTag(long id, Tag tag) {
    tags.set(id, List.of(tag));
  }

  @Override
  public boolean deleteTag(long id, String key) {
    return tags.delete(id, key);
  }

  @Override
  public Page<Study> search(View view, Query query, int most, @Nullable String token) {
    Found found =
        session.search((connection, dialect) ->
            new PlainSearch(connection, dialect).studies(query, view, most, token));
    return new Page<>(
        found.rows().stream().map(id -> find(id).orElseThrow()).toList(), found.next());
  }
}
