package dev.gnomon.operators;

import dev.gnomon.expression.Expression;
import dev.gnomon.operators.EventProgram.Definition;
import dev.gnomon.operators.NaiveFeatures.Event;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// Every operator over windows of every kind, each with its naive definition beside it.
final class RandomProgram {
  static final Schema SCHEMA =
      Schema.of(
          new Field("id", Type.TEXT),
          new Field("amount", Type.NUMBER),
          new Field("kind", Type.TEXT),
          new Field("due", Type.TIME));
  static final int AMOUNT = 1;
  static final int KIND = 2;
  static final int DUE = 3;
  static final Optional<Expression> IS_A = Optional.of(Expression.parse("kind = 'a'"));
  static final long PERIOD = 6 * Times.HOUR;
  static final long GAP = 20 * Times.MINUTE;
  static final long HALF_LIFE = 3 * Times.HOUR;
  static final long TTL = 5 * Times.HOUR;

  static final List<Window> WINDOWS =
      List.of(
          Window.exact(90 * Times.MINUTE),
          Window.hopping(2 * Times.HOUR),
          Window.hopping(Times.DAY, Times.HOUR),
          Window.EVER,
          Window.since(RandomEvents.START + 20 * Times.HOUR),
          Window.current(Window.Kind.DAY),
          Window.current(Window.Kind.WEEK),
          Window.current(Window.Kind.MONTH),
          Window.current(Window.Kind.QUARTER),
          Window.current(Window.Kind.YEAR));

  /// @param tolerance relative; 0 for equal bits
  record Wanted(
      String name,
      Definition definition,
      BiFunction<NaiveFeatures, Long, @Nullable Object> naive,
      double tolerance) {}

  static final List<Wanted> WANTED = wanted();

  static final EventProgram PROGRAM = program(true);

  /// @param identified whether repeated ids are repetitions
  static EventProgram program(boolean identified) {
    EventProgram.Builder builder =
        EventProgram.builder(SCHEMA).identified(identified).knownDeclared(true);
    for (int column = 0; column < WANTED.size(); column++) {
      builder.add(column, WANTED.get(column).definition());
    }
    return builder.build();
  }

  private interface OverWindow {
    @Nullable Object of(List<Event> window, long t);
  }

  private static void add(
      List<Wanted> all,
      Operator operator,
      int column,
      Window window,
      boolean onlyA,
      double tolerance,
      long parameter,
      double share,
      int place,
      OverWindow naive) {
    all.add(
        new Wanted(
            operator.word() + " " + column + " " + window + (onlyA ? " a" : "") + " " + place,
            new Definition(
                operator,
                column,
                onlyA ? IS_A : Optional.empty(),
                Optional.of(window),
                EventProgram.FOR_EVER,
                EventProgram.NONE,
                parameter,
                share,
                place),
            (oracle, t) -> naive.of(oracle.window(t, window, onlyA), t),
            tolerance));
  }

  private static List<Wanted> wanted() {
    List<Wanted> all = new ArrayList<>();
    for (Window w : WINDOWS) {
      boolean a = w.kind() == Window.Kind.SLIDING;
      add(all, Operator.COUNT, -1, w, a, 0, 0, 0, 0, (x, t) -> (double) x.size());
      add(
          all,
          Operator.COUNT,
          KIND,
          w,
          false,
          0,
          0,
          0,
          0,
          (x, t) -> (double) NaiveFeatures.present(x, Event::kind).size());
      add(all, Operator.SUM, AMOUNT, w, false, 0, 0, 0, 0, (x, t) -> NaiveFeatures.sum(x));
      add(all, Operator.MEAN, AMOUNT, w, a, 0, 0, 0, 0, (x, t) -> NaiveFeatures.mean(x));
      add(
          all,
          Operator.MIN,
          AMOUNT,
          w,
          false,
          0,
          0,
          0,
          0,
          (x, t) -> NaiveFeatures.amounts(x).stream().mapToDouble(v -> v).min().orElse(Double.NaN));
      add(
          all,
          Operator.MAX,
          AMOUNT,
          w,
          a,
          0,
          0,
          0,
          0,
          (x, t) -> NaiveFeatures.amounts(x).stream().mapToDouble(v -> v).max().orElse(Double.NaN));
      add(
          all,
          Operator.VARIANCE,
          AMOUNT,
          w,
          false,
          0,
          0,
          0,
          0,
          (x, t) -> NaiveFeatures.variance(x));
      add(
          all,
          Operator.STDDEV,
          AMOUNT,
          w,
          a,
          0,
          0,
          0,
          0,
          (x, t) -> Math.sqrt(NaiveFeatures.variance(x)));
      add(all, Operator.SKEW, AMOUNT, w, false, 0, 0, 0, 0, (x, t) -> NaiveFeatures.skew(x));
      add(
          all,
          Operator.DISTINCT_COUNT,
          KIND,
          w,
          false,
          0,
          0,
          0,
          0,
          (x, t) -> NaiveFeatures.distinct(x));
      add(
          all,
          Operator.QUANTILE,
          AMOUNT,
          w,
          false,
          0,
          0,
          0.5,
          0,
          (x, t) -> NaiveFeatures.quantile(x, 0.5));
      add(
          all,
          Operator.QUANTILE,
          AMOUNT,
          w,
          false,
          0,
          0,
          0.9,
          0,
          (x, t) -> NaiveFeatures.quantile(x, 0.9));
      for (int place = 0; place < 3; place++) {
        int p = place;
        add(all, Operator.TOP_K, KIND, w, a, 0, 0, 0, p, (x, t) -> NaiveFeatures.top(x, p));
        add(
            all,
            Operator.LAST_K,
            KIND,
            w,
            false,
            0,
            0,
            0,
            p,
            (x, t) -> {
              List<String> kinds = NaiveFeatures.present(x, Event::kind);
              return p < kinds.size() ? kinds.get(kinds.size() - 1 - p) : null;
            });
      }
      add(
          all,
          Operator.FIRST,
          AMOUNT,
          w,
          a,
          0,
          0,
          0,
          0,
          (x, t) -> NaiveFeatures.amounts(x).stream().findFirst().orElse(Double.NaN));
      add(
          all,
          Operator.LAST,
          AMOUNT,
          w,
          false,
          0,
          0,
          0,
          0,
          (x, t) -> NaiveFeatures.amounts(x).stream().reduce((b, c) -> c).orElse(Double.NaN));
      add(
          all,
          Operator.TIME_SINCE_FIRST,
          -1,
          w,
          a,
          0,
          0,
          0,
          0,
          (x, t) -> x.isEmpty() ? Double.NaN : NaiveFeatures.seconds(t - x.get(0).at()));
      add(
          all,
          Operator.TIME_SINCE_LAST,
          -1,
          w,
          a,
          0,
          0,
          0,
          0,
          (x, t) -> x.isEmpty() ? Double.NaN : NaiveFeatures.seconds(t - x.get(x.size() - 1).at()));
      add(
          all,
          Operator.TIME_UNTIL,
          DUE,
          w,
          false,
          0,
          0,
          0,
          0,
          (x, t) -> {
            List<Long> due = NaiveFeatures.present(x, Event::due);
            return due.isEmpty() ? Double.NaN : NaiveFeatures.seconds(due.get(due.size() - 1) - t);
          });
      add(
          all,
          Operator.SESSION_COUNT,
          -1,
          w,
          a,
          0,
          GAP,
          0,
          0,
          (x, t) -> NaiveFeatures.sessions(x, GAP));
      add(
          all,
          Operator.DECAYED_SUM,
          AMOUNT,
          w,
          false,
          1e-9,
          HALF_LIFE,
          0,
          0,
          (x, t) -> NaiveFeatures.decayed(x, t, HALF_LIFE, false));
      add(
          all,
          Operator.DECAYED_MEAN,
          AMOUNT,
          w,
          a,
          1e-9,
          HALF_LIFE,
          0,
          0,
          (x, t) -> NaiveFeatures.decayed(x, t, HALF_LIFE, true));
      add(
          all,
          Operator.TREND,
          AMOUNT,
          w,
          false,
          0,
          Times.DAY,
          0,
          0,
          (x, t) -> NaiveFeatures.trend(x, Times.DAY));
      all.add(ratio(w, true));
      all.add(ratio(w, false));
      if (w.kind() == Window.Kind.SLIDING) {
        add(
            all,
            Operator.RATE,
            -1,
            w,
            true,
            0,
            Times.HOUR,
            0,
            0,
            (x, t) -> x.size() * ((double) Times.HOUR / w.width()));
      }
    }
    for (int periods = 0; periods < 4; periods++) {
      int n = periods;
      all.add(
          new Wanted(
              "lag " + n,
              new Definition(
                  Operator.LAG,
                  AMOUNT,
                  Optional.empty(),
                  Optional.empty(),
                  EventProgram.FOR_EVER,
                  EventProgram.NONE,
                  PERIOD,
                  0,
                  n),
              (oracle, t) -> oracle.lag(t, PERIOD, n),
              0));
    }
    all.add(
        new Wanted(
            "sum with a ttl",
            new Definition(
                Operator.SUM,
                AMOUNT,
                IS_A,
                Optional.of(Window.EVER),
                TTL,
                EventProgram.NONE,
                0,
                0,
                0),
            (oracle, t) -> {
              List<Event> window = oracle.window(t, null, true);
              List<Event> with = window.stream().filter(e -> e.amount() != null).toList();
              boolean old = !with.isEmpty() && t - with.get(with.size() - 1).at() > TTL;
              return old ? Double.NaN : NaiveFeatures.sum(window);
            },
            0));
    all.add(
        new Wanted(
            "last ever",
            Definition.of(Operator.LAST, KIND, Optional.empty(), Optional.empty()),
            (oracle, t) -> {
              List<String> kinds =
                  NaiveFeatures.present(oracle.window(t, null, false), Event::kind);
              return kinds.isEmpty() ? null : kinds.get(kinds.size() - 1);
            },
            0));
    return List.copyOf(all);
  }

  /// The share of `a`: of the events, or of their amounts.
  private static Wanted ratio(Window w, boolean events) {
    return new Wanted(
        "ratio " + w + (events ? " of events" : " of amounts"),
        new Definition(
            Operator.RATIO,
            events ? EventProgram.NONE : AMOUNT,
            IS_A,
            Optional.of(w),
            EventProgram.FOR_EVER,
            events ? EventProgram.NONE : AMOUNT,
            0,
            0,
            0),
        (oracle, t) -> {
          List<Event> part = oracle.window(t, w, true);
          List<Event> whole = oracle.window(t, w, false);
          double value =
              events
                  ? (double) part.size() / whole.size()
                  : NaiveFeatures.sum(part) / NaiveFeatures.sum(whole);
          return Math.abs(value) <= Double.MAX_VALUE ? value : Double.NaN;
        },
        0);
  }
}
