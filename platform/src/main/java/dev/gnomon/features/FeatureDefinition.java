package dev.gnomon.features;

import dev.gnomon.core.usecase.FeatureNames;
import dev.gnomon.core.usecase.FeatureSection;
import dev.gnomon.core.usecase.FeatureSection.Aggregate;
import dev.gnomon.core.usecase.FeatureSection.Attributes;
import dev.gnomon.core.usecase.FeatureSection.Parameters;
import dev.gnomon.core.usecase.FeatureSection.Resolution;
import dev.gnomon.core.usecase.FeatureSection.Span;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.expression.Expression;
import dev.gnomon.operators.Window;
import dev.gnomon.schema.Times;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One feature of a source in words, for people who read a catalogue.
///
/// @param operator the word of the file, or `attribute` for a column taken as it is
/// @param column `*` for the rows themselves
/// @param window which events count, in words
/// @param where the condition in the words of the file; empty for all events
/// @param settings what else the operator was told, in words; may be empty
/// @param missing what the value is when there is nothing to see
public record FeatureDefinition(
    String name,
    String operator,
    String column,
    String window,
    String where,
    String settings,
    String missing) {
  /// The operator of columns taken as they are.
  public static final String ATTRIBUTE = "attribute";

  /// The features that the file states on a source, in its order, as they are named in rows.
  ///
  /// @param attributes names to list where the file says `all`
  public static List<FeatureDefinition> of(
      UseCase useCase, String source, List<String> attributes) {
    FeatureSection features = useCase.features();
    List<FeatureDefinition> found = new ArrayList<>();
    Set<String> aggregated = new HashSet<>();
    List<FeatureDefinition> computed = new ArrayList<>();
    for (Aggregate aggregate : features.aggregates()) {
      if (aggregate.source().equals(source)) {
        for (FeatureNames.Output output : FeatureNames.outputs(aggregate)) {
          computed.add(aggregate(aggregate, output));
          aggregated.add(output.name());
        }
      }
    }
    Attributes stated = features.columns().get(source);
    List<String> names = stated == null || stated.all() ? attributes : stated.names();
    Optional<Duration> ttl = stated == null ? Optional.empty() : stated.ttl();
    for (String name : names) {
      if (!aggregated.contains(name)) {
        found.add(
            new FeatureDefinition(
                name,
                ATTRIBUTE,
                name,
                "the newest row known",
                "",
                older(ttl),
                "missing without a row, or where the row has no value"));
      }
    }
    found.addAll(computed);
    return List.copyOf(found);
  }

  /// What differs between two definitions of the features of a source, one line per feature: added,
  /// gone, or changed and in what.
  public static List<String> differences(
      List<FeatureDefinition> before, List<FeatureDefinition> after) {
    Map<String, FeatureDefinition> old = new LinkedHashMap<>();
    before.forEach(one -> old.put(one.name(), one));
    List<String> lines = new ArrayList<>();
    for (FeatureDefinition now : after) {
      FeatureDefinition was = old.remove(now.name());
      if (was == null) {
        lines.add("%s was added".formatted(now.name()));
      } else if (!was.equals(now)) {
        lines.add("%s: %s".formatted(now.name(), String.join("; ", now.changesFrom(was))));
      }
    }
    old.keySet().forEach(name -> lines.add("%s is gone".formatted(name)));
    return List.copyOf(lines);
  }

  private List<String> changesFrom(FeatureDefinition was) {
    List<String> changes = new ArrayList<>();
    change(changes, "operator", was.operator, operator);
    change(changes, "column", was.column, column);
    change(changes, "window", was.window, window);
    change(changes, "where", was.where, where);
    change(changes, "settings", was.settings, settings);
    change(changes, "missing", was.missing, missing);
    return changes;
  }

  private static void change(List<String> changes, String what, String was, String now) {
    if (!was.equals(now)) {
      changes.add("%s was %s, is %s".formatted(what, shown(was), shown(now)));
    }
  }

  private static String shown(String text) {
    return text.isEmpty() ? "none" : text;
  }

  private static FeatureDefinition aggregate(Aggregate aggregate, FeatureNames.Output output) {
    return new FeatureDefinition(
        output.name(),
        aggregate.operator(),
        aggregate.column(),
        window(output.span(), aggregate.resolution()),
        aggregate.where().map(Expression::text).orElse(""),
        settings(aggregate, output.place()),
        missing(aggregate));
  }

  private static String window(Optional<Span> span, Resolution resolution) {
    if (span.isEmpty()) {
      return "everything before";
    }
    return switch (span.get()) {
      case Span.Ever ever -> "everything before";
      case Span.Since since -> "since " + Times.instant(since.micros());
      case Span.Current current ->
          "since the %s began, UTC".formatted(current.unit().name().toLowerCase(Locale.ROOT));
      case Span.Last last -> {
        long width = micros(last.width());
        long hop =
            switch (resolution) {
              case Resolution.Exact exact -> 0;
              case Resolution.Hop each -> Window.hop(width);
              case Resolution.Stated stated -> micros(stated.hop());
            };
        yield "the last %s, %s"
            .formatted(
                duration(last.width()),
                hop <= 1 ? "exactly" : "begun at full " + duration(Duration.ofNanos(1_000 * hop)));
      }
    };
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }

  private static String settings(Aggregate aggregate, int place) {
    Parameters p = aggregate.parameters();
    List<String> parts = new ArrayList<>();
    switch (aggregate.operator()) {
      case "last-k" -> parts.add("number %d of the newest %d".formatted(place + 1, p.k()));
      case "top-k" -> parts.add("number %d of the %d most frequent".formatted(place + 1, p.k()));
      case "quantile" -> parts.add("at " + p.at().get(place));
      case "histogram" -> parts.add("of '" + p.categories().get(place) + "'");
      case "ratio" -> parts.add("over " + p.over().orElse(aggregate.column()));
      case "rate", "trend" -> parts.add("per " + duration(p.per()));
      case "decayed-sum", "decayed-mean" -> parts.add("half-life " + duration(p.halfLife()));
      case "session-count" -> parts.add("a pause of more than " + duration(p.gap()) + " ends one");
      case "lag" ->
          parts.add("%d periods of %s back".formatted(p.lags().get(place), duration(p.every())));
      default -> {}
    }
    String ttl = older(aggregate.ttl());
    if (!ttl.isEmpty()) {
      parts.add(ttl);
    }
    return String.join("; ", parts);
  }

  private static String older(Optional<Duration> ttl) {
    return ttl.map(age -> "missing when older than " + duration(age)).orElse("");
  }

  /// As the operators reference states it.
  private static String missing(Aggregate aggregate) {
    return switch (aggregate.operator()) {
      case "count", "distinct-count", "histogram", "rate", "session-count", "decayed-sum" ->
          "0 without events";
      case "sum" -> "0 without events, missing over only missing values";
      case "ratio" -> "missing when the divisor is 0";
      case "skew" -> "missing below three values";
      case "trend" -> "missing below two different times";
      default -> "missing without a value";
    };
  }

  /// What an operator gives, in one sentence; empty for a word that is no operator.
  public static String meaning(String operator) {
    return switch (operator) {
      case ATTRIBUTE -> "The value of the column in the newest row of the key that was known.";
      case "count" -> "How many events; of a column, how many with a value in it.";
      case "sum" -> "The exact sum of the values, rounded once.";
      case "mean" -> "The exact sum, rounded, divided by the number of values.";
      case "min" -> "The smallest value.";
      case "max" -> "The largest value.";
      case "variance" -> "The variance of the population, from exact sums.";
      case "stddev" -> "The square root of the variance of the population.";
      case "skew" -> "The skewness of the population, m3 / m2^1.5.";
      case "first" -> "The value of the first event that has one.";
      case "last" -> "The value of the newest event that has one.";
      case "last-k" -> "The values of the newest k events, the newest first.";
      case "distinct-count" ->
          "How many different values: exact up to 1,024, beyond that HyperLogLog with a standard"
              + " error of 1.6 %.";
      case "top-k" -> "The most frequent values, ties by the value.";
      case "quantile" ->
          "The smallest value whose rank is at least q n: exact up to 200 values, beyond that KLL"
              + " with a rank error below 1.7 % of n.";
      case "histogram" -> "How many events of a listed category.";
      case "ratio" -> "The sum or count under the condition by that without it.";
      case "rate" -> "The count by the width of the window, per stated time.";
      case "time-since-first" -> "Seconds since the first event.";
      case "time-since-last" -> "Seconds since the newest event.";
      case "time-until" ->
          "Seconds until the time that the newest event declares; negative afterwards.";
      case "decayed-sum" -> "The sum of the values, each halved with every half-life of its age.";
      case "decayed-mean" -> "The decayed sum by the sum of the weights.";
      case "trend" -> "The slope of the least-squares line over event time, per stated time.";
      case "session-count" -> "Runs of events with pauses of at most the gap.";
      case "lag" -> "The newest value in the period that lies so many whole periods back.";
      default -> "";
    };
  }

  /// `30 days`, `36 hours`, `1 minute`: in the largest unit that divides it.
  public static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds > 0 && seconds % 86_400 == 0) {
      return counted(seconds / 86_400, "day");
    }
    if (seconds > 0 && seconds % 3_600 == 0) {
      return counted(seconds / 3_600, "hour");
    }
    if (seconds > 0 && seconds % 60 == 0) {
      return counted(seconds / 60, "minute");
    }
    return duration.toNanos() % 1_000_000_000 == 0
        ? counted(seconds, "second")
        : counted(duration.toNanos() / 1_000, "microsecond");
  }

  private static String counted(long count, String unit) {
    return count + " " + unit + (count == 1 ? "" : "s");
  }
}
