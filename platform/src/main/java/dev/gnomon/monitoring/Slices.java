package dev.gnomon.monitoring;

import dev.gnomon.schema.Times;
import java.util.ArrayList;
import java.util.Collection;
import java.util.TreeMap;

/// Counts by time, in at most 62 slices however long the time turns out to be: when there are more,
/// the slices get wider and are added together, which loses nothing but resolution.
final class Slices {
  private static final int MOST = 62;

  /// Each divides the next, so that slices can be merged; beyond the last they double.
  private static final long[] WIDTHS = {
    Times.HOUR, 3 * Times.HOUR, 6 * Times.HOUR, 12 * Times.HOUR, Times.DAY, 7 * Times.DAY
  };

  private final int[] slots;
  private final TreeMap<Long, Slice> slices = new TreeMap<>();
  private long width = WIDTHS[0];

  /// @param slots how many counters each feature needs
  Slices(int[] slots) {
    this.slots = slots;
  }

  /// What happened in one slice.
  static final class Slice {
    final long from;
    long decisions;
    long yes;
    long degraded;
    double saving;
    final long[][] counts;
    final double[] sums;

    private Slice(long from, int[] slots) {
      this.from = from;
      this.counts = new long[slots.length][];
      for (int i = 0; i < slots.length; i++) {
        counts[i] = new long[slots[i]];
      }
      this.sums = new double[slots.length];
    }

    private void add(Slice other) {
      decisions += other.decisions;
      yes += other.yes;
      degraded += other.degraded;
      saving += other.saving;
      for (int i = 0; i < counts.length; i++) {
        for (int j = 0; j < counts[i].length; j++) {
          counts[i][j] += other.counts[i][j];
        }
        sums[i] += other.sums[i];
      }
    }
  }

  /// The slice of a moment.
  Slice at(long time) {
    long from = Math.floorDiv(time, width) * width;
    Slice slice = slices.get(from);
    if (slice != null) {
      return slice;
    }
    if (slices.size() < MOST) {
      Slice fresh = new Slice(from, slots);
      slices.put(from, fresh);
      return fresh;
    }
    widen();
    return at(time);
  }

  /// In the order of time.
  Collection<Slice> all() {
    return slices.values();
  }

  long width() {
    return width;
  }

  private void widen() {
    width = wider(width);
    ArrayList<Slice> old = new ArrayList<>(slices.values());
    slices.clear();
    for (Slice slice : old) {
      long from = Math.floorDiv(slice.from, width) * width;
      slices.computeIfAbsent(from, start -> new Slice(start, slots)).add(slice);
    }
  }

  private static long wider(long width) {
    for (long candidate : WIDTHS) {
      if (candidate > width) {
        return candidate;
      }
    }
    return 2 * width;
  }
}
