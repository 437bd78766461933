package dev.gnomon.observations;

import dev.gnomon.operators.IndexSort;

/// Finds, for the observations of one key, the newest row of a state source: the last in canonical
/// order among those already active.
///
/// A row that arrives late but is older than the newest known one changes nothing, so the answer
/// only ever moves forward. One instance per thread.
public final class NewestRows {
  private int[] order = {};
  private int[] scratch = {};

  /// For each time the position of the newest active row, or -1.
  ///
  /// @param from the first row of the key
  /// @param to the first row of the next key
  /// @param times ascending; the first `count` of them
  public void find(RowTimes rows, int from, int to, long[] times, int count, int[] found) {
    int size = to - from;
    if (order.length < size) {
      order = new int[Math.max(size, order.length * 2)];
      scratch = new int[order.length];
    }
    long[] active = rows.active();
    for (int i = 0; i < size; i++) {
      order[i] = from + i;
    }
    IndexSort.merge(order, scratch, 0, size, (a, b) -> Long.compare(active[a], active[b]));
    int next = 0;
    int best = -1;
    for (int k = 0; k < count; k++) {
      while (next < size && active[order[next]] <= times[k]) {
        best = Math.max(best, order[next]);
        next++;
      }
      found[k] = best;
    }
  }
}
