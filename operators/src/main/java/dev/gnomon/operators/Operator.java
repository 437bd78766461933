package dev.gnomon.operators;

import java.util.Locale;
import java.util.Optional;

/// What is computed over the events of a window.
///
/// The missing rules: a count over no events is 0; a sum over no events is 0 and over only missing
/// values missing; every other operator over nothing is missing. Missing values of the column are
/// passed over by all. A result that is not finite is missing.
///
/// Which events lie in a window is said by [Window]; which come first by the canonical order: event
/// time, known-at, then the source's id or else the whole row.
public enum Operator {
  /// Events, or the non-missing values of a column.
  COUNT(Column.ANY, Span.REQUIRED, State.TOTALS),
  /// The exact sum, rounded once.
  SUM(Column.NUMBER, Span.REQUIRED, State.TOTALS),
  /// The exact sum rounded once, divided by the number of values (a second, correctly rounded
  /// operation).
  MEAN(Column.NUMBER, Span.REQUIRED, State.TOTALS),
  MIN(Column.NUMBER, Span.REQUIRED, State.TOTALS),
  MAX(Column.NUMBER, Span.REQUIRED, State.TOTALS),
  /// The population variance, `(n S2 - S1^2) / n^2` from exact sums of the values and their
  /// squares, rounded once. 0 for one value.
  VARIANCE(Column.NUMBER, Span.REQUIRED, State.MOMENTS),
  /// The square root of the rounded [#VARIANCE].
  STDDEV(Column.NUMBER, Span.REQUIRED, State.MOMENTS),
  /// The population skewness `m3 / m2^1.5` (Fisher-Pearson g1) from exact moments; missing for
  /// fewer than three values and when all are equal.
  SKEW(Column.NUMBER, Span.REQUIRED, State.MOMENTS),
  /// The value of the first event that has one.
  FIRST(Column.VALUE, Span.OPTIONAL, State.ORDER),
  /// The value of the newest event that has one.
  LAST(Column.VALUE, Span.OPTIONAL, State.ORDER),
  /// The values of the newest events that have one, the newest first; one feature per place.
  LAST_K(Column.VALUE, Span.OPTIONAL, State.ORDER),
  /// How many different values: exact up to [DistinctState#EXACT], beyond that estimated by
  /// HyperLogLog with 4,096 registers (standard error 1.6 %, Flajolet et al. 2007; estimator of
  /// Ertl 2017), a function of the set of values alone.
  DISTINCT_COUNT(Column.VALUE, Span.REQUIRED, State.DISTINCT),
  /// The most frequent values, the most frequent first, ties by the value ascending; one feature of
  /// text per place. Exact over kept events; what was compacted into tiles keeps the
  /// [TopCounts#KEPT] most frequent values per tile, so that a count is too low by at most n / 257
  /// (Misra and Gries 1982) where a tile had more.
  TOP_K(Column.VALUE, Span.REQUIRED, State.TOP),
  /// The smallest value whose rank is at least q n. Exact up to [QuantileSketch#K] values, beyond
  /// that by a KLL sketch (Karnin, Lang, Liberty 2016) with k = 200 over the values in canonical
  /// order: rank error below 1.7 % with 99 % confidence.
  QUANTILE(Column.NUMBER, Span.REQUIRED, State.QUANTILE),
  /// The sum (or count) under a filter by that of a column without it; missing when that is 0.
  RATIO(Column.ANY, Span.REQUIRED, State.TOTALS),
  /// Events, or non-missing values, per stated time: the count by the width of the window.
  RATE(Column.ANY, Span.REQUIRED, State.TOTALS),
  /// Seconds since the first event that has a value.
  TIME_SINCE_FIRST(Column.ANY, Span.OPTIONAL, State.ORDER),
  /// Seconds since the newest event that has a value.
  TIME_SINCE_LAST(Column.ANY, Span.OPTIONAL, State.NEWEST),
  /// Seconds until the time that the newest event with one declares; negative once it has passed.
  TIME_UNTIL(Column.TIME, Span.OPTIONAL, State.ORDER),
  /// The sum of `v 2^-(age / half-life)`; ages are those at the observation. Events older than
  /// [DecayState#HALF_LIVES] half-lives count for nothing.
  DECAYED_SUM(Column.NUMBER, Span.OPTIONAL, State.DECAY),
  /// [#DECAYED_SUM] by the sum of the weights alone.
  DECAYED_MEAN(Column.NUMBER, Span.OPTIONAL, State.DECAY),
  /// The slope of the least-squares line of the values over event time, per stated time, from exact
  /// sums, rounded once (and once more for the unit); missing with fewer than two different times.
  TREND(Column.NUMBER, Span.REQUIRED, State.TREND),
  /// How many runs of events with pauses of at most the stated gap.
  SESSION_COUNT(Column.ANY, Span.REQUIRED, State.TIMES),
  /// For a regular series: the value of the newest event in the period that lies the stated number
  /// of whole periods before the one of the observation. Periods are aligned to the epoch.
  LAG(Column.NUMBER, Span.NONE, State.TIMES);

  /// What a column must hold.
  public enum Column {
    /// Anything, `*` included: only whether a value is there is looked at.
    ANY,
    /// Numbers.
    NUMBER,
    /// Numbers or texts.
    VALUE,
    /// Times.
    TIME
  }

  /// Whether a window is stated.
  public enum Span {
    REQUIRED,
    OPTIONAL,
    NONE
  }

  /// What the value is computed from.
  enum State {
    /// [WindowState]
    TOTALS,
    /// [MomentState]
    MOMENTS,
    /// [DecayState]
    DECAY,
    /// [TrendState]
    TREND,
    /// [DistinctState]
    DISTINCT,
    /// [TopCounts]
    TOP,
    /// The values in canonical order, or a [QuantileSketch] of what was compacted.
    QUANTILE,
    /// The outermost events in canonical order.
    ORDER,
    /// The time of the newest event alone.
    NEWEST,
    /// Every event of the window: nothing is compacted.
    TIMES
  }

  private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');
  private final Column column;
  private final Span span;
  private final State state;

  Operator(Column column, Span span, State state) {
    this.column = column;
    this.span = span;
    this.state = state;
  }

  /// The word of the use-case file.
  public String word() {
    return word;
  }

  public Column column() {
    return column;
  }

  public Span span() {
    return span;
  }

  State state() {
    return state;
  }

  /// Whether the order of events within one event time can decide the value.
  public boolean ordered() {
    return (state == State.ORDER && this != TIME_SINCE_FIRST) || this == LAG;
  }

  /// Whether every driver gives the same bits whatever it compacted; the others keep to the stated
  /// error.
  public boolean exact() {
    return this != TOP_K && this != QUANTILE;
  }

  public static Optional<Operator> named(String word) {
    for (Operator operator : values()) {
      if (operator.word.equals(word)) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }
}
