package dev.gnomon.engines.tracking;

import dev.gnomon.engines.tracking.search.Found;
import dev.gnomon.engines.tracking.search.PlainSearch;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.spi.ModelRows;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Registered models in SQL.
final class SqlModels implements ModelRows {
  private final Session session;
  private final SqlTags tags;

  SqlModels(Session session) {
    this.session = session;
    tags = new SqlTags(session, "model_tag", "model");
  }

  @Override
  public long insert(String name, String user, String description, long now) {
    return session.insert(
        "INSERT INTO model (name, created, updated, user_name, description, next_version)"
            + " VALUES (?, ?, ?, ?, ?, 1) RETURNING id",
        name,
        now,
        now,
        user,
        description);
  }

  @Override
  public OptionalLong find(String name) {
    return row("SELECT id FROM model WHERE name = ?", name);
  }

  @Override
  public OptionalLong lock(String name) {
    return row("SELECT id FROM model WHERE name = ?" + session.dialect().lock(), name);
  }

  private OptionalLong row(String sql, String name) {
    Optional<Long> row = session.first(sql, found -> found.getLong(1), name);
    return row.isPresent() ? OptionalLong.of(row.get()) : OptionalLong.empty();
  }

  @Override
  public RegisteredModel read(long row) {
    Map<String, Integer> aliases = new TreeMap<>();
    session.visit(
        "SELECT alias.name, version.number FROM alias JOIN version ON version.id = alias.version"
            + " WHERE alias.model = ?",
        found -> aliases.put(found.getString(1), found.getInt(2)),
        row);
    return session
        .first(
            "SELECT name, created, updated, user_name, description FROM model WHERE id = ?",
            found ->
                new RegisteredModel(
                    found.getString(1),
                    found.getLong(2),
                    found.getLong(3),
                    found.getString(4),
                    found.getString(5),
                    new SqlVersions(session).latest(row),
                    tags.of(row),
                    aliases),
            row)
        .orElseThrow();
  }

  @Override
  public void rename(long row, String name, long now) {
    session.update("UPDATE model SET name = ?, updated = ? WHERE id = ?", name, now, row);
  }

  @Override
  public void describe(long row, String description, long now) {
    session.update(
        "UPDATE model SET description = ?, updated = ? WHERE id = ?", description, now, row);
  }

  @Override
  public void touch(long row, long now) {
    session.update("UPDATE model SET updated = ? WHERE id = ?", now, row);
  }

  @Override
  public void delete(long row) {
    session.update("DELETE FROM alias WHERE model = ?", row);
    session.update(
        "DELETE FROM version_tag WHERE version IN (SELECT id FROM version WHERE model = ?)", row);
    session.update("DELETE FROM version WHERE model = ?", row);
    tags.deleteAll(row);
    session.update("DELETE FROM model WHERE id = ?", row);
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
  public void setAlias(long row, String alias, long version) {
    session.update(
        "INSERT INTO alias (model, name, version) VALUES (?, ?, ?)"
            + " ON CONFLICT (model, name) DO UPDATE SET version = excluded.version",
        row,
        alias,
        version);
  }

  @Override
  public boolean deleteAlias(long row, String alias) {
    return session.update("DELETE FROM alias WHERE model = ? AND name = ?", row, alias) > 0;
  }

  @Override
  public OptionalInt alias(long row, String alias) {
    Optional<Integer> number =
        session.first(
            "SELECT version.number FROM alias JOIN version ON version.id = alias.version"
                + " WHERE alias.model = ? AND alias.name = ?",
            found -> found.getInt(1),
            row,
            alias);
    return number.isPresent() ? OptionalInt.of(number.get()) : OptionalInt.empty();
  }

  @Override
  public int nextVersion(long row) {
    return session
        .first(
            "UPDATE model SET next_version = next_version + 1 WHERE id = ?"
                + " RETURNING next_version - 1",
            found -> found.getInt(1),
            row)
        .orElseThrow();
  }

  @Override
  public Page<RegisteredModel> search(Query query, int most, @Nullable String token) {
    Found found =
        session.search((connection, dialect) ->
            new PlainSearch(connection, dialect).models(query, most, token));
    return new Page<>(found.rows().stream().map(this::read).toList(), found.next());
  }
}
