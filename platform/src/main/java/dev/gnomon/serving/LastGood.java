package dev.gnomon.serving;

import dev.gnomon.features.FeatureRow;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The features of keys as they were last read from a store outside of this process, for the time
/// when it is away. Bounded in keys, and so that about two million values are held at most.
final class LastGood {
  private static final int VALUES = 2_000_000;
  private static final int LEAST_KEYS = 1_000;
  private static final int MOST_KEYS = 100_000;

  private final long oldest;
  private final BoundedMap<String, Remembered> rows;
  private final LongAdder used = new LongAdder();

  /// @param at the time that the features were read for
  record Remembered(FeatureRow row, long at, boolean known) {}

  /// @param oldest how old features may be that are used
  /// @param width of a row
  LastGood(Duration oldest, int width) {
    this.oldest = oldest.toNanos() / 1_000;
    this.rows = new BoundedMap<>(Math.clamp(VALUES / Math.max(1, width), LEAST_KEYS, MOST_KEYS));
  }

  /// @param row as the store gave it, before values of the request; copied
  void keep(String key, long at, boolean known, FeatureRow row) {
    Remembered before = rows.get(key);
    if (before != null && before.at > at) {
      return;
    }
    FeatureRow copy = new FeatureRow(row.schema());
    copy.copy(row);
    rows.put(key, new Remembered(copy, at, known));
  }

  /// What was read of a key for a time not after this one and not too long before it.
  @Nullable Remembered of(String key, long at) {
    Remembered found = rows.get(key);
    if (found == null || found.at > at || at - found.at > oldest) {
      return null;
    }
    used.increment();
    return found;
  }

  void forget(String key) {
    rows.remove(key);
  }

  int keys() {
    return rows.size();
  }

  /// How often features were given in place of those that could not be read.
  long used() {
    return used.sum();
  }
}
