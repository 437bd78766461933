package dev.gnomon.operators;

import dev.gnomon.operators.EventProgram.Feature;
import dev.gnomon.operators.EventProgram.Stream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Reads the features of a key at a time from its [KeyState]: the working memory of one thread.
public final class KeyReader {
  final EventProgram program;
  final Reading reading;
  final Window[] windows;

  /// Per window the totals and states that belong to it.
  final int[][] totalsOf;

  final int[][] statesOf;

  private final EventProgram.Total[] totals;
  private final Feature[] features;
  private final Stream[] newest;
  private final long[] lefts;
  private final int[] firsts;
  private final EventColumns none;

  public KeyReader(EventProgram program) {
    this.program = program;
    this.reading = new Reading(program);
    this.windows = program.windows().toArray(Window[]::new);
    this.totals = program.totals().toArray(EventProgram.Total[]::new);
    this.features = program.features().toArray(Feature[]::new);
    this.newest = program.newest().toArray(Stream[]::new);
    this.lefts = new long[windows.length];
    this.firsts = new int[windows.length];
    this.none = new EventColumns(program, 0, new TextCodes[program.values().size()]);
    this.totalsOf = new int[windows.length][];
    this.statesOf = new int[windows.length][];
    for (int w = 0; w < windows.length; w++) {
      int window = w;
      totalsOf[w] =
          IntStream.range(0, program.totals().size())
              .filter(a -> program.totals().get(a).window() == window)
              .toArray();
      statesOf[w] =
          IntStream.range(0, program.states().size())
              .filter(s -> program.states().get(s).window() == window)
              .toArray();
    }
  }

  /// Fills the features of a key without any events.
  public void readNothing(long t, FeatureSink out) {
    reading.clear();
    finish(none, 0, t, out);
  }

  /// Fills the features as of `t`.
  ///
  /// @param t not before what the state was told may still be asked for
  public void read(KeyState state, long t, FeatureSink out) {
    reading.clear();
    EventColumns events = state.events();
    int end = events.firstFrom(t, 0, events.size);
    for (int w = 0; w < windows.length; w++) {
      lefts[w] = windows[w].left(t);
      firsts[w] = events.firstFrom(lefts[w], 0, end);
      Tiles tiles = state.tiles(w);
      if (tiles != null) {
        tiles.mergeInto(reading, lefts[w]);
      }
    }
    boolean @Nullable [] compacted = state.compacted();
    boolean allVisible = state.allKnownFrom() <= t;
    for (int a = 0; a < totals.length; a++) {
      EventProgram.Total total = totals[a];
      boolean[] skipped = compacted != null && windows[total.window()].tiled() ? compacted : NONE;
      add(
          reading.totals[a],
          total.stream(),
          events,
          skipped,
          allVisible,
          firsts[total.window()],
          end,
          t);
    }
    for (int s = 0; s < reading.states.length; s++) {
      int window = program.states().get(s).window();
      boolean[] skipped = compacted != null && windows[window].tiled() ? compacted : NONE;
      SlidingState sliding = reading.states[s];
      if (sliding instanceof QuantileState quantile) {
        quantile.scan(events, skipped, firsts[window], end, t);
        continue;
      }
      for (int i = firsts[window]; i < end; i++) {
        if (events.active[i] <= t
            && !(i < skipped.length && skipped[i])
            && events.counts(sliding.stream, i)) {
          sliding.add(events, i);
        }
      }
    }
    for (int s = 0; s < newest.length; s++) {
      for (int i = end - 1; i >= 0; i--) {
        if (events.active[i] <= t && events.counts(newest[s], i)) {
          reading.newest[s] = events.times[i];
          break;
        }
      }
    }
    finish(events, end, t, out);
  }

  private static final boolean[] NONE = {};

  private static void add(
      WindowState total,
      Stream stream,
      EventColumns events,
      boolean[] skipped,
      boolean allVisible,
      int from,
      int end,
      long t) {
    double @Nullable [] values = stream.value() < 0 ? null : events.numbers[stream.value()];
    if (allVisible && skipped.length <= from) {
      if (total.onlyCounts()) {
        count(total, stream, events, values, from, end);
      } else {
        fold(total, stream, events, values, from, end);
      }
      return;
    }
    for (int i = from; i < end; i++) {
      if (events.active[i] <= t
          && !(i < skipped.length && skipped[i])
          && events.passes(stream.filter(), i)) {
        total.fold(values == null ? 1 : values[i]);
      }
    }
  }

  /// Nothing leaves a window that is read once, so that of extremes the best is enough.
  private static void fold(
      WindowState total,
      Stream stream,
      EventColumns events,
      double @Nullable [] values,
      int from,
      int end) {
    for (int i = from; i < end; i++) {
      if (events.passes(stream.filter(), i)) {
        total.fold(values == null ? 1 : values[i]);
      }
    }
  }

  /// Counts without a jump per event, which the compiler turns into vectors.
  private static void count(
      WindowState total,
      Stream stream,
      EventColumns events,
      double @Nullable [] values,
      int from,
      int end) {
    int[] masks = stream.filter() < 0 ? NO_MASKS : events.masks[stream.filter() >>> 5];
    int bit = stream.filter() & 31;
    int passing = end - from;
    if (masks.length > 0) {
      passing = 0;
      for (int i = from; i < end; i++) {
        passing += masks[i] >>> bit & 1;
      }
    }
    int missing = 0;
    if (values != null) {
      for (int i = from; i < end; i++) {
        int passes = masks.length > 0 ? masks[i] >>> bit & 1 : 1;
        missing += Double.isNaN(values[i]) ? passes : 0;
      }
    }
    total.count(passing, passing - missing);
  }

  private static final int[] NO_MASKS = {};

  private void finish(EventColumns events, int end, long t, FeatureSink out) {
    for (Feature feature : features) {
      int first = feature.window() < 0 ? 0 : Math.min(end, firsts[feature.window()]);
      if (feature.text()) {
        out.text(feature.column(), reading.text(feature, events, first, end, t));
      } else {
        out.number(feature.column(), reading.number(feature, events, first, end, t));
      }
    }
  }

  /// How far back any window with an end to it, or a lag, reaches.
  long slidingReach() {
    long reach = 0;
    for (Window window : windows) {
      if (window.reach() != Window.FOR_EVER) {
        reach = Math.max(reach, window.reach());
      }
    }
    for (Feature feature : features) {
      if (feature.operator() == Operator.LAG) {
        reach = Math.max(reach, (feature.place() + 1) * feature.parameter());
      }
    }
    return reach;
  }

  /// From which event time on operators must see every event by itself.
  long neededAlone(long answerable) {
    long from = Long.MAX_VALUE;
    for (int w = 0; w < windows.length; w++) {
      boolean holdsState = totalsOf[w].length > 0 || statesOf[w].length > 0;
      if (holdsState && !windows[w].tiled()) {
        from = Math.min(from, windows[w].left(answerable));
      }
    }
    for (Feature feature : features) {
      switch (feature.operator()) {
        case LAG -> {
          long period = feature.parameter();
          from = Math.min(from, (Math.floorDiv(answerable, period) - feature.place()) * period);
        }
        case SESSION_COUNT -> from = Math.min(from, windows[feature.window()].left(answerable));
        case FIRST, TIME_SINCE_FIRST -> {
          if (feature.window() >= 0 && !windows[feature.window()].tiled()) {
            from = Math.min(from, windows[feature.window()].left(answerable));
          }
        }
        default -> {}
      }
    }
    return from;
  }

  /// Marks the settled events that are first or newest for some operator.
  void keepOutermost(KeyState state, long answerable, boolean[] keep) {
    for (Stream stream : newest) {
      keepNewest(state, stream, 1, answerable, keep);
    }
    for (Feature feature : features) {
      switch (feature.operator()) {
        case LAST, LAST_K, TIME_UNTIL ->
            keepNewest(state, feature.stream(), feature.place() + 1, answerable, keep);
        case FIRST, TIME_SINCE_FIRST -> keepFirst(state, feature, answerable, keep);
        default -> {}
      }
    }
  }

  private static void keepNewest(
      KeyState state, Stream stream, int wanted, long answerable, boolean[] keep) {
    int left = wanted;
    for (int i = keep.length - 1; i >= 0 && left > 0; i--) {
      if (state.settled(i, answerable) && state.counts(stream, i)) {
        keep[i] = true;
        left--;
      }
    }
  }

  /// The first of each tile, as a window may begin with any.
  private void keepFirst(KeyState state, Feature feature, long answerable, boolean[] keep) {
    Window window = feature.window() < 0 ? Window.EVER : windows[feature.window()];
    long left = window.left(answerable);
    boolean any = false;
    long tile = 0;
    for (int i = 0; i < keep.length; i++) {
      long time = state.events().times[i];
      if (time < left || !state.settled(i, answerable) || !state.counts(feature.stream(), i)) {
        continue;
      }
      if (!any || window.tile(time) != tile) {
        keep[i] = true;
        any = true;
        tile = window.tile(time);
      }
    }
  }
}
