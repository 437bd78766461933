package dev.gnomon.serving;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A map that holds so many entries and no more: the one that was put longest ago is let go first.
/// Divided into stripes, so that threads rarely wait for one another; the bound holds per stripe.
final class BoundedMap<K, V> {
  private static final int STRIPES = 16;

  private final Map<K, V>[] stripes;

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
  BoundedMap(int atMost) {
    int each = Math.max(1, atMost / STRIPES);
    stripes = new Map[STRIPES];
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = bounded(each);
    }
  }

  private static <K, V> Map<K, V> bounded(int atMost) {
    return new LinkedHashMap<>() {
      @java.io.Serial private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > atMost;
      }
    };
  }

  private Map<K, V> stripe(K key) {
    int hash = key.hashCode() * 0x9E37_79B9;
    return stripes[hash >>> 28];
  }

  @Nullable V get(K key) {
    Map<K, V> stripe = stripe(key);
    synchronized (stripe) {
      return stripe.get(key);
    }
  }

  /// What was put anew counts as young.
  void put(K key, V value) {
    Map<K, V> stripe = stripe(key);
    synchronized (stripe) {
      stripe.remove(key);
      stripe.put(key, value);
    }
  }

  void remove(K key) {
    Map<K, V> stripe = stripe(key);
    synchronized (stripe) {
      stripe.remove(key);
    }
  }

  void clear() {
    for (Map<K, V> stripe : stripes) {
      synchronized (stripe) {
        stripe.clear();
      }
    }
  }

  int size() {
    int size = 0;
    for (Map<K, V> stripe : stripes) {
      synchronized (stripe) {
        size += stripe.size();
      }
    }
    return size;
  }
}
