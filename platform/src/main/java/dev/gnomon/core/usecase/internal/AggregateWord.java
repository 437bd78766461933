package dev.gnomon.core.usecase.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The operators of the file: what each computes, what it makes of missing values and of the edges
/// of its window, and what belongs to it. The page and the schema quote these sentences.
enum AggregateWord {
  COUNT(
      On.ROWS_OR_COLUMN,
      Windows.NEEDED,
      "How many events; with a column, how many in which it is present.",
      "never, 0 without events",
      ""),
  SUM(
      On.NUMBERS,
      Windows.NEEDED,
      "The exact sum, rounded once.",
      "0 without events, missing if no event has a value",
      ""),
  MEAN(On.NUMBERS, Windows.NEEDED, "The exact mean.", "", ""),
  MIN(On.NUMBERS, Windows.NEEDED, "The least value.", "", ""),
  MAX(On.NUMBERS, Windows.NEEDED, "The greatest value.", "", ""),
  VARIANCE(
      On.NUMBERS,
      Windows.NEEDED,
      "The population variance from exact sums; 0 for one value.",
      "",
      ""),
  STDDEV(On.NUMBERS, Windows.NEEDED, "The square root of the population variance.", "", ""),
  SKEW(
      On.NUMBERS,
      Windows.NEEDED,
      "The population skewness `m3 / m2^1.5`.",
      "missing for fewer than three values, and if all are equal",
      ""),
  FIRST(On.VALUES, Windows.OPTIONAL, "The value of the first event that has one.", "", ""),
  LAST(On.VALUES, Windows.OPTIONAL, "The value of the newest event that has one.", "", ""),
  LAST_K(
      On.VALUES,
      Windows.OPTIONAL,
      "The values of the `k` newest events that have one, the newest first; a feature each.",
      "missing beyond the last",
      "",
      Parameter.K),
  DISTINCT_COUNT(
      On.VALUES,
      Windows.NEEDED,
      "How many different values: exact up to 1,024, beyond that by HyperLogLog with a standard error of 1.6 %.",
      "never, 0 without values",
      ""),
  TOP_K(
      On.VALUES,
      Windows.NEEDED,
      "The `k` most frequent values as text, ties in ascending order; a feature each.",
      "missing beyond the last",
      "",
      Parameter.K),
  QUANTILE(
      On.NUMBERS,
      Windows.NEEDED,
      "The least value with at least the share `at` of the values at or below it; a feature per share. Exact while"
          + " values are kept, beyond that by a KLL sketch with a rank error below 1.7 % (99 % confidence).",
      "",
      "",
      Parameter.AT),
  HISTOGRAM(
      On.VALUES,
      Windows.NEEDED,
      "How many events have each of the `categories`; a feature each.",
      "never, 0 without events",
      "",
      Parameter.CATEGORIES),
  RATIO(
      On.ROWS_OR_COLUMN,
      Windows.NEEDED,
      "The sum of a column of numbers (else the count) over the events that pass `where`, by that of the column `over` in"
          + " all events.",
      "missing if the divisor is 0 or missing",
      "",
      Parameter.OVER),
  RATE(
      On.ROWS_OR_COLUMN,
      Windows.NEEDED,
      "Events, or present values, per `per`: the count by the length of the window.",
      "never, 0 without events",
      "a window since a date or calendar unit is as long as it has lasted; `ever` has no rate",
      Parameter.PER),
  TIME_SINCE_FIRST(
      On.ROWS_OR_COLUMN,
      Windows.OPTIONAL,
      "Seconds since the first event, or the first with a value.",
      "",
      ""),
  TIME_SINCE_LAST(
      On.ROWS_OR_COLUMN,
      Windows.OPTIONAL,
      "Seconds since the newest event, or the newest with a value.",
      "",
      ""),
  TIME_UNTIL(
      On.TIMES,
      Windows.OPTIONAL,
      "Seconds until the time that the newest event with one states; negative once it has passed.",
      "",
      ""),
  DECAYED_SUM(
      On.NUMBERS,
      Windows.OPTIONAL,
      "The sum of `v * 2^(-age / half-life)`, ages being those at the observation.",
      "0 without events, missing if no event has a value",
      "",
      Parameter.HALF_LIFE),
  DECAYED_MEAN(
      On.NUMBERS,
      Windows.OPTIONAL,
      "The decayed sum by the sum of the weights alone.",
      "",
      "",
      Parameter.HALF_LIFE),
  TREND(
      On.NUMBERS,
      Windows.NEEDED,
      "The slope of the least-squares line of the values over event time, per `per`.",
      "missing with fewer than two different times",
      "",
      Parameter.PER),
  SESSION_COUNT(
      On.ROWS_OR_COLUMN,
      Windows.NEEDED,
      "How many runs of events with pauses of at most `gap`.",
      "never, 0 without events",
      "a session that began before the window counts with its part inside",
      Parameter.GAP),
  LAG(
      On.NUMBERS,
      Windows.NONE,
      "For a regular series: the value of the newest event in the period that lies so many periods `every` before that of"
          + " the observation; a feature per lag.",
      "missing if that period has no value",
      "periods are aligned to the epoch",
      Parameter.EVERY,
      Parameter.LAGS);

  /// What an operator looks at.
  enum On {
    ROWS_OR_COLUMN("a column, or `*` for the rows"),
    NUMBERS("a column of numbers"),
    VALUES("a column of numbers or texts"),
    TIMES("a column of times");

    final String words;

    On(String words) {
      this.words = words;
    }
  }

  enum Windows {
    NEEDED,
    OPTIONAL,
    NONE
  }

  /// What may stand beside an operator.
  enum Parameter {
    K,
    AT,
    CATEGORIES,
    OVER,
    PER,
    HALF_LIFE,
    GAP,
    EVERY,
    LAGS;

    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The operators it belongs to.
    List<String> owners() {
      return Arrays.stream(AggregateWord.values())
          .filter(operator -> operator.takes(this))
          .map(AggregateWord::word)
          .toList();
    }
  }

  final On on;
  final Windows windows;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<Parameter> parameters;

  private final String definition;
  private final String missing;
  private final String boundary;

  AggregateWord(
      On on,
      Windows windows,
      String definition,
      String missing,
      String boundary,
      Parameter... parameters) {
    this.on = on;
    this.windows = windows;
    this.definition = definition;
    this.missing = missing.isEmpty() ? "missing without a value" : missing;
    this.boundary = boundary;
    this.parameters = List.of(parameters);
  }

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean takes(Parameter parameter) {
    return parameters.contains(parameter);
  }

  List<Parameter> parameters() {
    return parameters;
  }

  /// Definition, missing rule and boundary rule.
  String doc() {
    String where =
        switch (windows) {
          case NEEDED -> "events in `[left, t)`";
          case OPTIONAL -> "events in `[left, t)`; without a window all before t";
          case NONE -> "events before t";
        };
    return "%s Missing: %s. Boundary: %s%s."
        .formatted(definition, missing, where, boundary.isEmpty() ? "" : "; " + boundary);
  }

  static Optional<AggregateWord> named(String word) {
    return Arrays.stream(values()).filter(operator -> operator.word().equals(word)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(AggregateWord::word).toList();
  }
}
