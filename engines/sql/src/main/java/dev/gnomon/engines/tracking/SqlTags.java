package dev.gnomon.engines.tracking;

import dev.gnomon.tracking.Tag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Named texts of something, in a table of (owner, name, value).
///
/// @param owner the column that says what they belong to
record SqlTags(Session session, String table, String owner) {
  Map<String, String> of(long row) {
    Map<String, String> tags = new TreeMap<>();
    session.visit(
        "SELECT name, value FROM %s WHERE %s = ?".formatted(table, owner),
        found -> tags.put(found.getString(1), found.getString(2)),
        row);
    return tags;
  }

  void set(long row, Collection<Tag> tags) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    tags.forEach(tag -> rows.add(new Object[] {row, tag.key(), tag.value()}));
    session.batch(
        "INSERT INTO %s (%s, name, value) VALUES (?, ?, ?) ON CONFLICT (%s, name) DO UPDATE SET value = excluded.value"
            .formatted(table, owner, owner),
        rows);
  }

  boolean delete(long row, String key) {
    return session.update(
            "DELETE FROM %s WHERE %s = ? AND name = ?".formatted(table, owner), row, key)
        > 0;
  }

  void deleteAll(long row) {
    session.update("DELETE FROM %s WHERE %s = ?".formatted(table, owner), row);
  }
}
