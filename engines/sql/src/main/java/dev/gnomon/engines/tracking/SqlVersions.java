package dev.gnomon.engines.tracking;

import dev.gnomon.engines.tracking.search.Found;
import dev.gnomon.engines.tracking.search.PlainSearch;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Stage;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.spi.VersionRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Versions of registered models in SQL.
final class SqlVersions implements VersionRows {
  private static final String SELECT =
      "SELECT v.id, m.name, v.number, v.created, v.updated, v.user_name, v.stage, v.description,"
          + " v.source, v.run, v.run_link, v.status, v.status_message, v.logged_model, v.storage"
          + " FROM version v JOIN model m ON m.id = v.model";

  private final Session session;
  private final SqlTags tags;

  SqlVersions(Session session) {
    this.session = session;
    tags = new SqlTags(session, "version_tag", "version");
  }

  @Override
  public long insert(long model, RegisteredVersion v, String storage) {
    return session.insert(
        "INSERT INTO version (model, number, created, updated, user_name, stage, description, source,"
            + " storage, run, run_link, status, status_message, logged_model)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        model,
        v.version(),
        v.created(),
        v.updated(),
        v.user(),
        v.stage().name(),
        v.description(),
        v.source(),
        storage,
        v.runId(),
        v.runLink(),
        v.status(),
        v.statusMessage(),
        v.modelId());
  }

  private List<Stored> read(String sql, @Nullable Object... arguments) {
    return session.query(sql, SqlVersions::bare, arguments).stream().map(this::whole).toList();
  }

  private static Stored bare(ResultSet row) throws SQLException {
    return new Stored(
        row.getLong(1),
        new RegisteredVersion(
            row.getString(2),
            row.getInt(3),
            row.getLong(4),
            row.getLong(5),
            row.getString(6),
            Stage.valueOf(row.getString(7)),
            row.getString(8),
            row.getString(9),
            row.getString(10),
            row.getString(11),
            row.getString(12),
            row.getString(13),
            Map.of(),
            List.of(),
            row.getString(14)),
        row.getString(15));
  }

  private Stored whole(Stored stored) {
    RegisteredVersion v = stored.version();
    List<String> aliases =
        session.query(
            "SELECT name FROM alias WHERE version = ? ORDER BY name",
            row -> row.getString(1),
            stored.row());
    return new Stored(
        stored.row(),
        new RegisteredVersion(
            v.model(),
            v.version(),
            v.created(),
            v.updated(),
            v.user(),
            v.stage(),
            v.description(),
            v.source(),
            v.runId(),
            v.runLink(),
            v.status(),
            v.statusMessage(),
            tags.of(stored.row()),
            aliases,
            v.modelId()),
        stored.storage());
  }

  @Override
  public Optional<Stored> find(long model, int number) {
    return read(SELECT + " WHERE v.model = ? AND v.number = ?", model, number).stream().findFirst();
  }

  @Override
  public List<Stored> in(long model, Stage stage) {
    return read(SELECT + " WHERE v.model = ? AND v.stage = ?", model, stage.name());
  }

  @Override
  public List<RegisteredVersion> latest(long model) {
    return read(
            SELECT
                + " WHERE v.id IN (SELECT n.id FROM version n JOIN (SELECT stage, max(number) AS"
                + " newest FROM version WHERE model = ? GROUP BY stage) l ON l.newest = n.number"
                + " WHERE n.model = ?)",
            model,
            model)
        .stream()
        .map(Stored::version)
        .sorted(Comparator.comparing(RegisteredVersion::stage))
        .toList();
  }

  @Override
  public void update(long row, Stage stage, String description, long updated) {
    session.update(
        "UPDATE version SET stage = ?, description = ?, updated = ? WHERE id = ?",
        stage.name(),
        description,
        updated,
        row);
  }

  @Override
  public void delete(long row) {
    session.update("DELETE FROM alias WHERE version = ?", row);
    tags.deleteAll(row);
    session.update("DELETE FROM version WHERE id = ?", row);
  }

  @Override
  public void setTag(long row, Tag tag) {
    tags.set(row, List.of(tag));
  }

  @Override
  public boolean deleteTag(long row, String key) {
    return tags.delete(row, key);
  }

  @Override
  public Page<RegisteredVersion> search(Query query, int most, @Nullable String token) {
    Found found =
        session.search((connection, dialect) ->
            new PlainSearch(connection, dialect).versions(query, most, token));
    return new Page<>(
        found.rows().stream()
            .map(row -> read(SELECT + " WHERE v.id = ?", row).getFirst().version())
            .toList(),
        found.next());
  }
}
