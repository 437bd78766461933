package dev.gnomon.tracking;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// The shape of a curve of any length in few points, so that a picture of it looks as if all had
/// been drawn. The axis is cut into equal cells; of each are kept the first and the last point, the
/// least and the greatest value, and the first NaN. With a cell for each column of pixels, the
/// lines drawn are those of all points (M4: Jugel et al., VLDB 2014).
///
/// A curve of at most four points per cell is kept whole.
public final class Outline {
  private static final Comparator<Point> ORDER =
      Comparator.comparingLong(Point::step)
          .thenComparingLong(Point::at)
          .thenComparingDouble(Point::value);

  private static final int FIRST = 0;
  private static final int LAST = 1;
  private static final int LEAST = 2;
  private static final int GREATEST = 3;
  private static final int NAN = 4;
  private static final int KEPT = 5;

  private final boolean whole;
  private final long low;
  private final double span;
  private final int cells;
  private final List<Point> all = new ArrayList<>();

  /// [#KEPT] for each cell: where the point lies, when, at which step, its value.
  private final long[] across;

  private final long[] at;
  private final long[] step;
  private final double[] value;
  private final boolean[] there;

  /// @param points how many will be added
  /// @param low where the first of them lies on the axis
  /// @param high where the last lies, not before `low`
  public Outline(long points, long low, long high, int cells) {
    if (cells < 1) {
      throw new IllegalArgumentException("cells: %d, must be 1 or more".formatted(cells));
    }
    this.whole = points <= 4L * cells;
    this.low = low;
    // Longs may lie farther apart than a long can say.
    this.span = (double) high - (double) low;
    this.cells = cells;
    int size = whole ? 0 : cells * KEPT;
    across = new long[size];
    at = new long[size];
    step = new long[size];
    value = new double[size];
    there = new boolean[size];
  }

  private record Point(long at, long step, double value) {}

  /// Adds a point, in any order.
  ///
  /// @param where it lies on the axis
  public void add(long where, long at, long step, double value) {
    if (whole) {
      all.add(new Point(at, step, value));
      return;
    }
    double cell = span > 0 ? ((double) where - (double) low) * cells / span : 0;
    int base = Math.clamp((int) cell, 0, cells - 1) * KEPT;
    if (Double.isNaN(value)) {
      if (!there[base + NAN] || before(base + NAN, where, at, step, value) > 0) {
        set(base + NAN, where, at, step, value);
      }
      return;
    }
    if (!there[base + FIRST] || before(base + FIRST, where, at, step, value) > 0) {
      set(base + FIRST, where, at, step, value);
    }
    if (!there[base + LAST] || before(base + LAST, where, at, step, value) < 0) {
      set(base + LAST, where, at, step, value);
    }
    if (!there[base + LEAST] || value < this.value[base + LEAST]) {
      set(base + LEAST, where, at, step, value);
    }
    if (!there[base + GREATEST] || value > this.value[base + GREATEST]) {
      set(base + GREATEST, where, at, step, value);
    }
  }

  /// Greater than 0 if a kept point lies behind one.
  private int before(int kept, long where, long at, long step, double value) {
    int by = Long.compare(across[kept], where);
    by = by == 0 ? Long.compare(this.step[kept], step) : by;
    by = by == 0 ? Long.compare(this.at[kept], at) : by;
    return by == 0 ? Double.compare(this.value[kept], value) : by;
  }

  private void set(int kept, long where, long at, long step, double value) {
    there[kept] = true;
    across[kept] = where;
    this.at[kept] = at;
    this.step[kept] = step;
    this.value[kept] = value;
  }

  /// What is kept, by step, timestamp, value; each point once.
  public List<Metric> points(String key) {
    TreeSet<Point> kept = new TreeSet<>(ORDER);
    kept.addAll(all);
    for (int i = 0; i < there.length; i++) {
      if (there[i]) {
        kept.add(new Point(at[i], step[i], value[i]));
      }
    }
    return kept.stream().map(p -> new Metric(key, p.value(), p.at(), p.step())).toList();
  }
}
