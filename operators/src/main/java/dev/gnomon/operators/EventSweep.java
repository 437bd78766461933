package dev.gnomon.operators;

import dev.gnomon.operators.EventProgram.Feature;
import dev.gnomon.operators.EventProgram.Stream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Computes the features of one events source for the observations of one key, sliding over two
/// orders of its events.
///
/// The first order is event time: it decides when an event leaves a window. The second is
/// activation, the first observation time that may see it, max(known-at, event time + 1): it
/// decides when it enters. Per observation the events behind the edge of each window leave, if they
/// had entered; then the newly active ones enter, unless they are behind the edge already. Every
/// event enters and leaves each window at most once, late ones included, so that the cost per event
/// is constant however the observations lie. First and newest values are read at their place;
/// sessions and quantiles look through the window at each observation.
///
/// One instance per thread and source; reused from key to key.
public final class EventSweep {
  private final Feature[] features;
  private final Window[] windows;
  private final Reading reading;
  private final WindowState[] totals;
  private final Stream[] streams;
  private final int[] windowOf;
  private final boolean[] sums;
  private final SlidingState[] sliding;
  private final int[] slidingWindow;
  private final QuantileState[] quantiles;
  private final int[] quantileWindow;
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

  public EventSweep(EventProgram program) {
    this.features = program.features().toArray(Feature[]::new);
    this.windows = program.windows().toArray(Window[]::new);
    this.reading = new Reading(program);
    this.totals = reading.totals;
    int count = totals.length;
    this.streams = new Stream[count];
    this.windowOf = new int[count];
    this.sums = new boolean[count];
    int values = program.values().size();
    this.summed = new boolean[values];
    for (int a = 0; a < count; a++) {
      EventProgram.Total total = program.totals().get(a);
      streams[a] = total.stream();
      windowOf[a] = total.window();
      sums[a] = total.sum();
      if (total.sum()) {
        summed[total.stream().value()] = true;
      }
    }
    int[] moving = places(program, false);
    int[] scanned = places(program, true);
    this.sliding = new SlidingState[moving.length];
    this.slidingWindow = new int[moving.length];
    for (int s = 0; s < moving.length; s++) {
      sliding[s] = reading.states[moving[s]];
      slidingWindow[s] = program.states().get(moving[s]).window();
    }
    this.quantiles = new QuantileState[scanned.length];
    this.quantileWindow = new int[scanned.length];
    for (int s = 0; s < scanned.length; s++) {
      quantiles[s] = (QuantileState) reading.states[scanned[s]];
      quantileWindow[s] = program.states().get(scanned[s]).window();
    }
    this.newest = program.newest().toArray(Stream[]::new);
    this.newestAt = new int[newest.length];
    this.edges = new int[windows.length];
    this.narrow = new boolean[values];
    this.high = new long[values][0];
    this.low = new long[values][0];
  }

  private static int[] places(EventProgram program, boolean quantiles) {
    return java.util.stream.IntStream.range(0, program.states().size())
        .filter(s -> (program.states().get(s).kind() == Operator.State.QUANTILE) == quantiles)
        .toArray();
  }

  /// Fills the features of one key.
  ///
  /// @param from the first event of the key
  /// @param to the first event of the next key
  /// @param times the observation times of the key, ascending; the first `count` of them
  /// @param numbers by column of the feature row; those that the program fills reach to `row +
  ///   count`
  /// @param texts likewise, for features that are texts
  /// @param row the row of the first observation
  public void run(
      EventColumns events,
      int from,
      int to,
      long[] times,
      int count,
      double[][] numbers,
      @Nullable String[][] texts,
      int row) {
    prepare(events, from, to);
    long[] eventTimes = events.times;
    long[] active = events.active;
    int entered = 0;
    int all = to - from;
    int end = from;
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
      while (end < to && eventTimes[end] < t) {
        end++;
      }
      finish(t, events, from, end, numbers, texts, row + k);
      previous = t;
    }
  }

  private void prepare(EventColumns events, int from, int to) {
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
    reading.clear();
    for (int v = 0; v < summed.length; v++) {
      if (summed[v]) {
        narrow[v] = convert(events.numbers[v], from, to, high[v], low[v]);
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
  private void activationOrder(EventColumns events, int from, int to) {
    long[] active = events.active;
    long[] eventTimes = events.times;
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

  private void enter(int i, EventColumns events, int from) {
    for (int a = 0; a < totals.length; a++) {
      Stream stream = streams[a];
      if (i < edges[windowOf[a]] || !events.passes(stream.filter(), i)) {
        continue;
      }
      int v = stream.value();
      if (v < 0) {
        totals[a].add(i, 1);
      } else if (sums[a] && narrow[v]) {
        totals[a].add(i, events.numbers[v][i], high[v][i - from], low[v][i - from]);
      } else {
        totals[a].add(i, events.numbers[v][i]);
      }
    }
    for (int s = 0; s < sliding.length; s++) {
      if (i >= edges[slidingWindow[s]] && events.counts(sliding[s].stream, i)) {
        sliding[s].add(events, i);
      }
    }
    for (int s = 0; s < newest.length; s++) {
      if (i > newestAt[s] && events.counts(newest[s], i)) {
        newestAt[s] = i;
        reading.newest[s] = events.times[i];
      }
    }
  }

  private void leave(int window, int i, EventColumns events, int from) {
    for (int a = 0; a < totals.length; a++) {
      Stream stream = streams[a];
      if (windowOf[a] != window || !events.passes(stream.filter(), i)) {
        continue;
      }
      int v = stream.value();
      if (v < 0) {
        totals[a].remove(1);
      } else if (sums[a] && narrow[v]) {
        totals[a].remove(events.numbers[v][i], high[v][i - from], low[v][i - from]);
      } else {
        totals[a].remove(events.numbers[v][i]);
      }
    }
    for (int s = 0; s < sliding.length; s++) {
      if (slidingWindow[s] == window && events.counts(sliding[s].stream, i)) {
        sliding[s].remove(events, i);
      }
    }
  }

  private void retire(int window, int edge) {
    for (int a = 0; a < totals.length; a++) {
      if (windowOf[a] == window) {
        totals[a].retire(edge);
      }
    }
  }

  private void finish(
      long t,
      EventColumns events,
      int from,
      int end,
      double[][] numbers,
      @Nullable String[][] texts,
      int row) {
    for (int s = 0; s < quantiles.length; s++) {
      quantiles[s].clear();
      quantiles[s].scan(events, NONE_SKIPPED, edges[quantileWindow[s]], end, t);
    }
    for (Feature feature : features) {
      int first = feature.window() < 0 ? from : Math.min(end, edges[feature.window()]);
      if (feature.text()) {
        texts[feature.column()][row] = reading.text(feature, events, first, end, t);
      } else {
        numbers[feature.column()][row] = reading.number(feature, events, first, end, t);
      }
    }
  }

  private static final boolean[] NONE_SKIPPED = {};
}
