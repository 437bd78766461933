package dev.gnomon.operators;

import dev.gnomon.operators.EventProgram.Feature;
import dev.gnomon.operators.EventProgram.Stream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The working memory of one reading or sweep: a state per total and further state of the program,
/// and the finish of every feature from them. The one place where features get their values, in
/// every driver.
final class Reading {
  private static final double SECOND = 1e6;

  final EventProgram program;
  final WindowState[] totals;
  final SlidingState[] states;

  /// Per `newest` stream the time of its newest visible event; [EventColumns#ALWAYS] for none.
  final long[] newest;

  private final Window[] windows;

  Reading(EventProgram program) {
    this.program = program;
    this.totals =
        program.totals().stream().map(EventProgram.Total::state).toArray(WindowState[]::new);
    this.states =
        program.states().stream().map(EventProgram.Sliding::state).toArray(SlidingState[]::new);
    this.newest = new long[program.newest().size()];
    this.windows = program.windows().toArray(Window[]::new);
  }

  void clear() {
    for (WindowState total : totals) {
      total.clear();
    }
    for (SlidingState state : states) {
      state.clear();
    }
    Arrays.fill(newest, EventColumns.ALWAYS);
  }

  /// Whether the newest event of the feature's stream is older than its ttl.
  boolean tooOld(Feature feature, long t) {
    if (feature.ttl() == EventProgram.FOR_EVER) {
      return false;
    }
    long time = newest[feature.newest()];
    return time != EventColumns.ALWAYS && t - time > feature.ttl();
  }

  /// The value of a feature that is a number.
  ///
  /// @param from the first position of its window, or of the key where it has none
  /// @param end the first position whose time is not before `t`
  double number(Feature feature, EventColumns events, int from, int end, long t) {
    if (tooOld(feature, t)) {
      return Double.NaN;
    }
    return switch (feature.operator().state()) {
      case TOTALS -> total(feature, t);
      case MOMENTS, TREND, DECAY, DISTINCT, TOP, QUANTILE ->
          states[feature.state()].finish(feature, t);
      case NEWEST -> sinceNewest(feature, t);
      case ORDER -> outermost(feature, events, from, end, t);
      case TIMES ->
          feature.operator() == Operator.LAG
              ? lag(feature, events, from, end, t)
              : sessions(feature, events, from, end, t);
    };
  }

  /// The value of a feature that is a text.
  @Nullable String text(Feature feature, EventColumns events, int from, int end, long t) {
    if (tooOld(feature, t)) {
      return null;
    }
    if (feature.operator() == Operator.TOP_K) {
      return states[feature.state()].finishText(feature);
    }
    int at = position(feature, events, from, end, t);
    int value = feature.stream().value();
    return at < 0 ? null : events.texts[value].text(events.codes[value][at]);
  }

  private double total(Feature feature, long t) {
    WindowState state = totals[feature.state()];
    return switch (feature.operator()) {
      case RATE -> {
        long length = windows[feature.window()].length(t);
        yield length == Window.FOR_EVER
            ? Double.NaN
            : SlidingState.finite(
                state.finish(Operator.COUNT) * ((double) feature.parameter() / length));
      }
      case RATIO -> SlidingState.finite(state.amount() / totals[feature.denominator()].amount());
      default -> state.finish(feature.operator());
    };
  }

  private double sinceNewest(Feature feature, long t) {
    long time = newest[feature.newest()];
    boolean outside =
        feature.window() >= 0
            && time != EventColumns.ALWAYS
            && time < windows[feature.window()].left(t);
    return time == EventColumns.ALWAYS || outside ? Double.NaN : (t - time) / SECOND;
  }

  private double outermost(Feature feature, EventColumns events, int from, int end, long t) {
    int at = position(feature, events, from, end, t);
    if (at < 0) {
      return Double.NaN;
    }
    return switch (feature.operator()) {
      case TIME_SINCE_FIRST -> (t - events.times[at]) / SECOND;
      case TIME_UNTIL -> (events.numbers[feature.stream().value()][at] - t) / SECOND;
      default -> events.numbers[feature.stream().value()][at] + 0.0;
    };
  }

  /// The position of the event whose value is asked for; -1 for none.
  private static int position(Feature feature, EventColumns events, int from, int end, long t) {
    Stream stream = feature.stream();
    boolean first =
        feature.operator() == Operator.FIRST || feature.operator() == Operator.TIME_SINCE_FIRST;
    if (first) {
      for (int i = from; i < end; i++) {
        if (events.active[i] <= t && events.counts(stream, i)) {
          return i;
        }
      }
      return -1;
    }
    int behind = feature.place();
    for (int i = end - 1; i >= from; i--) {
      if (events.active[i] <= t && events.counts(stream, i) && behind-- == 0) {
        return i;
      }
    }
    return -1;
  }

  private static double lag(Feature feature, EventColumns events, int from, int end, long t) {
    long period = feature.parameter();
    long start = (Math.floorDiv(t, period) - feature.place()) * period;
    int first = events.firstFrom(start, from, end);
    int past = events.firstFrom(start + period, first, end);
    for (int i = past - 1; i >= first; i--) {
      if (events.active[i] <= t && events.counts(feature.stream(), i)) {
        return events.numbers[feature.stream().value()][i] + 0.0;
      }
    }
    return Double.NaN;
  }

  private static double sessions(Feature feature, EventColumns events, int from, int end, long t) {
    long sessions = 0;
    long before = 0;
    for (int i = from; i < end; i++) {
      if (events.active[i] <= t && events.counts(feature.stream(), i)) {
        if (sessions == 0 || events.times[i] - before > feature.parameter()) {
          sessions++;
        }
        before = events.times[i];
      }
    }
    return sessions;
  }
}
