package dev.gnomon.engines.tracking;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The numbers of the keys of metrics, parameters and tags, within one transaction.
final class Names {
  private static final int AT_ONCE = 1_000;
  private static final ManyRows NEW =
      new ManyRows("name (text)", List.of(ManyRows.Type.TEXT), "ON CONFLICT DO NOTHING");

  private final Session session;
  private final Known known;
  private final Map<String, Long> fresh = new HashMap<>();

  /// What is committed, and never changes. Bounded: clients invent keys.
  static final class Known {
    private static final int MOST = 50_000;

    private final Map<String, Long> ids = new ConcurrentHashMap<>();
    private final Map<Long, String> texts = new ConcurrentHashMap<>();

    private void add(Map<String, Long> committed) {
      if (ids.size() + committed.size() > MOST) {
        ids.clear();
        texts.clear();
      }
      ids.putAll(committed);
      committed.forEach((text, id) -> texts.put(id, text));
    }
  }

  Names(Session session, Known known) {
    this.session = session;
    this.known = known;
  }

  /// What was learnt may be remembered.
  void committed() {
    if (!fresh.isEmpty()) {
      known.add(fresh);
    }
  }

  /// The number of a key, if anything was ever logged under it.
  OptionalLong find(String key) {
    Long id = known.ids.get(key);
    if (id == null) {
      id = fresh.get(key);
    }
    if (id == null) {
      id =
          session
              .first("SELECT id FROM name WHERE text = ?", row -> row.getLong(1), key)
              .orElse(null);
      if (id != null) {
        fresh.put(key, id);
      }
    }
    return id == null ? OptionalLong.empty() : OptionalLong.of(id);
  }

  /// The keys of numbers.
  Map<Long, String> texts(Collection<Long> ids) {
    Map<Long, String> texts = new HashMap<>();
    List<Long> missing = new ArrayList<>();
    for (Long id : ids) {
      String text = known.texts.get(id);
      if (text == null) {
        missing.add(id);
      } else {
        texts.put(id, text);
      }
    }
    for (int i = 0; i < missing.size(); i += AT_ONCE) {
      session.visit(
          "SELECT id, text FROM name WHERE id IN "
              + Session.in(missing.subList(i, Math.min(i + AT_ONCE, missing.size()))),
          row -> {
            texts.put(row.getLong(1), row.getString(2));
            fresh.put(row.getString(2), row.getLong(1));
          });
    }
    return texts;
  }

  /// The numbers of those keys under which anything was ever logged.
  Map<String, Long> known(Collection<String> keys) {
    Map<String, Long> ids = new HashMap<>();
    List<String> asked = new ArrayList<>();
    for (String key : keys) {
      Long id = known.ids.get(key);
      if (id == null) {
        id = fresh.get(key);
      }
      if (id == null) {
        asked.add(key);
      } else {
        ids.put(key, id);
      }
    }
    for (int i = 0; i < asked.size(); i += AT_ONCE) {
      List<String> some = asked.subList(i, Math.min(i + AT_ONCE, asked.size()));
      session.visit(
          "SELECT id, text FROM name WHERE text IN (?" + ", ?".repeat(some.size() - 1) + ")",
          row -> {
            ids.put(row.getString(2), row.getLong(1));
            fresh.put(row.getString(2), row.getLong(1));
          },
          some.toArray());
    }
    return ids;
  }

  /// Makes those that do not exist, always in the same order: two writers that wait for each other
  /// would be a deadlock.
  Map<String, Long> of(Collection<String> keys) {
    Map<String, Long> ids = known(keys);
    TreeSet<String> missing = new TreeSet<>(keys);
    missing.removeAll(ids.keySet());
    if (!missing.isEmpty()) {
      List<@Nullable Object[]> rows = new ArrayList<>();
      missing.forEach(key -> rows.add(new Object[] {key}));
      session.insert(NEW, rows);
      ids.putAll(known(missing));
    }
    return ids;
  }
}
