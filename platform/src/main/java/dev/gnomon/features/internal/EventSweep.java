package dev.gnomon.features.internal;

import dev.gnomon.features.internal.SourceProgram.Accumulator;
import dev.gnomon.features.internal.SourceProgram.AggregateFeature;
import dev.gnomon.features.internal.SourceProgram.Stream;
import dev.gnomon.operators.ExactSum;
import dev.gnomon.operators.Operator;
import dev.gnomon.operators.Window;
import dev.gnomon.operators.WindowState;
import java.util.Arrays;
import java.util.List;

/// Computes the aggregates of one events source for the observations of one key, sliding over two
/// orders of its events.
///
/// The first order is event time: it decides when an event leaves a window. The second is
/// activation, the first observation time that may see it, max(known-at, event time + 1): it
/// decides when it enters. Per observation the events behind the edge of each window leave, if they
/// had entered; then the newly active ones enter, unless they are behind the edge already. Every
/// event enters and leaves each window at most once, late ones included, so that the cost per event
/// is constant however the observations lie.
///
/// One instance per thread and source; reused from key to key.
final class EventSweep {
  private final List<AggregateFeature> features;
  private final Window[] windows;
  private final Stream[] streams;
  private final int[] windowOf;
  private final WindowState[] states;
  private final boolean[] sums;
  private final Stream[] newest;
  private final int[] newestAt;
  private final int[] edges;
  private final boolean[] summed;
  private final boolean[] narrow;
  private final long[][] high;
  private final long[][] low;
  private int[] order = {};
  private int[] late = {};
  private int[] scratch = {};

  EventSweep(SourceProgram program) {
    this.features = program.aggregates();
    this.windows = program.windows().toArray(Window[]::new);
    int count = program.accumulators().size();
    this.streams = new Stream[count];
    this.windowOf = new int[count];
    this.states = new WindowState[count];
    this.sums = new boolean[count];
    int values = program.values().size();
    this.summed = new boolean[values];
    for (int a = 0; a < count; a++) {
      Accumulator accumulator = program.accumulators().get(a);
      streams[a] = accumulator.stream();
      windowOf[a] = accumulator.window();
      states[a] = accumulator.state();
      sums[a] = accumulator.sum();
      if (accumulator.sum()) {
        summed[accumulator.stream().value()] = true;
      }
    }
    this.newest = program.newest().toArray(Stream[]::new);
    this.newestAt = new int[newest.length];
    this.edges = new int[windows.length];
    this.narrow = new boolean[values];
    this.high = new long[values][0];
    this.low = new long[values][0];
  }

  /// @param from the first event of the key
  /// @param to the first event of the next key
  /// @param times the observation times of the key, ascending
  /// @param row the first of their rows in `out`
  void run(
      SortedEvents events, int from, int to, long[] times, int count, RowColumns out, int row) {
    prepare(events, from, to);
    long[] eventTimes = events.eventTimes();
    long[] active = events.active();
    int entered = 0;
    int all = to - from;
    long previous = Long.MIN_VALUE;
    for (int k = 0; k < count; k++) {
      long t = times[k];
      for (int w = 0; w < windows.length; w++) {
        long left = windows[w].left(t);
        int edge = edges[w];
        int start = edge;
        while (edge < to && eventTimes[edge] < left) {
          if (active[edge] <= previous) {
            leave(w, edge, events, from);
          }
          edge++;
        }
        edges[w] = edge;
        if (edge > start) {
          retire(w, edge);
        }
      }
      while (entered < all && active[order[entered]] <= t) {
        enter(order[entered], events, from);
        entered++;
      }
      finish(t, eventTimes, out, row + k);
      previous = t;
    }
  }

  private void prepare(SortedEvents events, int from, int to) {
    int size = to - from;
    if (order.length < size) {
      int capacity = Math.max(size, order.length * 2);
      order = new int[capacity];
      late = new int[capacity];
      scratch = new int[capacity];
      for (int v = 0; v < high.length; v++) {
        if (summed[v]) {
          high[v] = new long[capacity];
          low[v] = new long[capacity];
        }
      }
    }
    activationOrder(events, from, to);
    Arrays.fill(edges, from);
    Arrays.fill(newestAt, -1);
    for (WindowState state : states) {
      state.clear();
    }
    for (int v = 0; v < summed.length; v++) {
      if (summed[v]) {
        narrow[v] = convert(events.values()[v], from, to, high[v], low[v]);
      }
    }
  }

  /// Converts every value once for all windows; false if one of them needs the wide form.
  private static boolean convert(double[] values, int from, int to, long[] high, long[] low) {
    for (int i = from; i < to; i++) {
      double value = values[i];
      if (Double.isNaN(value)) {
        continue;
      }
      if (!ExactSum.fits(value)) {
        return false;
      }
      high[i - from] = ExactSum.high(value);
      low[i - from] = ExactSum.low(value);
    }
    return true;
  }

  /// Most events are active as soon as they lie in the past, which is in order already; only the
  /// late ones are sorted, then the two are merged.
  private void activationOrder(SortedEvents events, int from, int to) {
    long[] active = events.active();
    long[] eventTimes = events.eventTimes();
    int onTime = 0;
    int lateCount = 0;
    for (int i = from; i < to; i++) {
      if (active[i] == eventTimes[i] + 1) {
        order[onTime++] = i;
      } else {
        late[lateCount++] = i;
      }
    }
    if (lateCount == 0) {
      return;
    }
    IndexSort.merge(late, scratch, 0, lateCount, (a, b) -> Long.compare(active[a], active[b]));
    int out = onTime + lateCount - 1;
    int a = onTime - 1;
    int b = lateCount - 1;
    while (b >= 0) {
      if (a >= 0 && active[order[a]] > active[late[b]]) {
        order[out--] = order[a--];
      } else {
        order[out--] = late[b--];
      }
    }
  }

  private void enter(int i, SortedEvents events, int from) {
    int[][] masks = events.masks();
    double[][] values = events.values();
    for (int a = 0; a < states.length; a++) {
      Stream stream = streams[a];
      if (i < edges[windowOf[a]] || !SortedEvents.passes(masks, stream.filter(), i)) {
        continue;
      }
      int v = stream.value();
      if (v < 0) {
        states[a].add(i, 1);
      } else if (sums[a] && narrow[v]) {
        states[a].add(i, values[v][i], high[v][i - from], low[v][i - from]);
      } else {
        states[a].add(i, values[v][i]);
      }
    }
    for (int s = 0; s < newest.length; s++) {
      Stream stream = newest[s];
      if (i > newestAt[s]
          && SortedEvents.passes(masks, stream.filter(), i)
          && (stream.value() < 0 || !Double.isNaN(values[stream.value()][i]))) {
        newestAt[s] = i;
      }
    }
  }

  private void leave(int window, int i, SortedEvents events, int from) {
    double[][] values = events.values();
    for (int a = 0; a < states.length; a++) {
      Stream stream = streams[a];
      if (windowOf[a] != window || !SortedEvents.passes(events.masks(), stream.filter(), i)) {
        continue;
      }
      int v = stream.value();
      if (v < 0) {
        states[a].remove(1);
      } else if (sums[a] && narrow[v]) {
        states[a].remove(values[v][i], high[v][i - from], low[v][i - from]);
      } else {
        states[a].remove(values[v][i]);
      }
    }
  }

  private void retire(int window, int edge) {
    for (int a = 0; a < states.length; a++) {
      if (windowOf[a] == window) {
        states[a].retire(edge);
      }
    }
  }

  private void finish(long t, long[] eventTimes, RowColumns out, int row) {
    for (int f = 0; f < features.size(); f++) {
      AggregateFeature feature = features.get(f);
      boolean seen = feature.newest() >= 0 && newestAt[feature.newest()] >= 0;
      long newestTime = seen ? eventTimes[newestAt[feature.newest()]] : SourceRecords.ALWAYS;
      double value =
          feature.operator() == Operator.TIME_SINCE_LAST
              ? sinceNewest(newestTime, t, feature.window() < 0 ? null : windows[feature.window()])
              : states[feature.accumulator()].finish(feature.operator());
      if (FeatureProgram.tooOld(newestTime, t, feature.ttl())) {
        value = Double.NaN;
      }
      out.numbers[feature.column()][row] = value;
    }
  }

  /// Seconds since the newest event; missing if there is none, or none inside the window.
  static double sinceNewest(
      long newestTime, long t, @org.jspecify.annotations.Nullable Window window) {
    if (newestTime == SourceRecords.ALWAYS || (window != null && newestTime < window.left(t))) {
      return Double.NaN;
    }
    return (t - newestTime) / 1e6;
  }
}
