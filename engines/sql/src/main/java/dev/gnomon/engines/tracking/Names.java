package dev.gnomon.engines.tracking;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// The numbers of the keys of metrics, parameters and tags, within one transaction.
final class Names {
  private final Session session;
  private final Known known;
  private final Map<String, Long> fresh = new HashMap<>();

  /// What is committed, and never changes. Bounded: clients invent keys.
  static final class Known {
    private static final int MOST = 50_000;

    private final Map<String, Long> ids = new ConcurrentHashMap<>();

    private void add(Map<String, Long> committed) {
      if (ids.size() + committed.size() > MOST) {
        ids.clear();
      }
      ids.putAll(committed);
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
      id = session
          .first("SELECT id FROM name WHERE text = ?", row -> row.getLong(1), key)
          .orElse(null);
      if (id != null) {
        fresh.put(key, id);
      }
    }
    return id == null ? OptionalLong.empty() : OptionalLong.of(id);
  }

  /// Makes those that do not exist, always in the same order: two writers that wait for each other
  /// would be a deadlock.
  Map<String, Long> of(Collection<String> keys) {
    Map<String, Long> ids = new HashMap<>();
    TreeSet<String> missing = new TreeSet<>();
    for (String key : keys) {
      OptionalLong id = find(key);
      if (id.isPresent()) {
        ids.put(key, id.getAsLong());
      } else {
        missing.add(key);
      }
    }
    for (String key : missing) {
      session.update("INSERT INTO name (text) VALUES (?) ON CONFLICT DO NOTHING", key);
      ids.put(key, find(key).orElseThrow());
    }
    return ids;
  }
}
