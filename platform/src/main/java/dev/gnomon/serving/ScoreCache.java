package dev.gnomon.serving;

import dev.gnomon.core.usecase.ServingSection;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Scores that are given again to rows that agree in the stated columns, for a stated time and for
/// the version that gave them.
final class ScoreCache {
  private static final String KEY = "key";

  private final int[] columns;
  private final boolean byKey;
  private final long lasts;
  private final BoundedMap<List<@Nullable Object>, Kept> scores;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  private record Kept(GuardedVersion by, double score, long at) {}

  ScoreCache(ServingSection.Cache stated, Schema row) {
    this.byKey = stated.keys().contains(KEY);
    this.columns =
        stated.keys().stream().filter(name -> !name.equals(KEY)).mapToInt(row::require).toArray();
    this.lasts = stated.lasts().toNanos() / 1_000;
    this.scores = new BoundedMap<>(stated.atMost());
  }

  /// What a row must agree in.
  List<@Nullable Object> keyOf(String key, FeatureRow row) {
    List<@Nullable Object> values = new ArrayList<>(columns.length + 1);
    if (byKey) {
      values.add(key);
    }
    for (int column : columns) {
      values.add(
          switch (row.schema().field(column).type()) {
            case NUMBER -> row.number(column) + 0.0; // one zero
            case TEXT -> row.text(column);
            case TIME -> row.time(column);
          });
    }
    return values;
  }

  /// The score that a version gave, or NaN when none is known or it is too old.
  ///
  /// @param now of the decision, microseconds
  double score(List<@Nullable Object> key, long now, GuardedVersion by) {
    Kept kept = scores.get(key);
    if (kept == null || kept.by != by || now < kept.at || now - kept.at >= lasts) {
      return Double.NaN;
    }
    return kept.score;
  }

  void hit() {
    hits.increment();
  }

  void keep(List<@Nullable Object> key, long now, GuardedVersion by, double score) {
    misses.increment();
    scores.put(key, new Kept(by, score, now));
  }

  long hits() {
    return hits.sum();
  }

  long misses() {
    return misses.sum();
  }

  /// A cached score may stand for what a key did, whatever columns it is kept under.
  void clear() {
    scores.clear();
  }

  int size() {
    return scores.size();
  }
}
