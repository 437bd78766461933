package dev.gnomon.core.usecase;

import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Step 4, `features`, by source, in the order of the file.
///
/// @param columns for a flat table (source `table`) and `state` sources: the attributes taken as
///   they are
/// @param admit columns admitted although a leak rule refuses them
/// @param request columns that come with the request: of the listed observations in training, of
///   the inputs when serving; with their types where the file states them
/// @param views what is said about the features of a source as a whole, by source; a source without
///   an entry has the view [View#of]
public record FeatureSection(
    Map<String, Attributes> columns,
    List<Aggregate> aggregates,
    Map<String, Expression> derived,
    List<String> admit,
    Map<String, Optional<Type>> request,
    Map<String, View> views) {
  public FeatureSection {
    aggregates = List.copyOf(aggregates);
    admit = List.copyOf(admit);
    request = Collections.unmodifiableMap(new LinkedHashMap<>(request));
    views = Collections.unmodifiableMap(new LinkedHashMap<>(views));
  }

  /// Without request features, and without a word about views.
  public FeatureSection(
      Map<String, Attributes> columns,
      List<Aggregate> aggregates,
      Map<String, Expression> derived,
      List<String> admit) {
    this(columns, aggregates, derived, admit, Map.of(), Map.of());
  }

  /// The view of a source.
  public View view(String source) {
    View found = views.get(source);
    return found == null ? View.of(source) : found;
  }

  /// What the features of a source are, without where they stand in a file: equal for equal
  /// definitions of a view.
  public List<Object> definition(String source) {
    List<Object> definition = new ArrayList<>();
    definition.add(source);
    for (Aggregate each : aggregates) {
      if (each.source().equals(source)) {
        definition.add(each.at(0));
      }
    }
    definition.add(Optional.ofNullable(columns.get(source)));
    return List.copyOf(definition);
  }

  /// The features of one source under a name, with somebody who answers for them.
  ///
  /// @param ttl the age beyond which its values count as missing; aggregates and attributes without
  ///   a ttl of their own carry it already
  /// @param freshness the age that the newest row of the source should not exceed
  /// @param shared whether it comes from a file that several use cases share
  public record View(
      String source,
      String name,
      Optional<String> owner,
      Optional<String> description,
      Optional<Duration> ttl,
      Optional<Duration> freshness,
      boolean shared) {

    /// That of a source of which the file says nothing more: it has the source's name.
    public static View of(String source) {
      return new View(
          source,
          source,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false);
    }
  }

  /// Attributes of one source.
  ///
  /// @param all every column but key, target, times and `known-after`
  /// @param names the listed ones when not `all`
  /// @param except left out
  /// @param ttl age beyond which the values count as missing
  public record Attributes(
      boolean all, List<String> names, List<String> except, Optional<Duration> ttl) {
    public Attributes {
      names = List.copyOf(names);
      except = List.copyOf(except);
    }
  }

  /// One line of the file: an operator on a column of a source over one or more windows.
  ///
  /// @param operator the word of the file, as in `count` or `time-since-last`
  /// @param column `*` for the rows themselves
  /// @param spans empty for none stated: everything before the observation
  public record Aggregate(
      String source,
      String operator,
      String column,
      List<Span> spans,
      Optional<Expression> where,
      Resolution resolution,
      Optional<Duration> ttl,
      Optional<String> as,
      Parameters parameters,
      int line) {
    public Aggregate {
      spans = List.copyOf(spans);
    }

    /// The same on another line of the file.
    Aggregate at(int otherLine) {
      return new Aggregate(
          source, operator, column, spans, where, resolution, ttl, as, parameters, otherLine);
    }

    /// With windows that slide, and without parameters.
    public Aggregate(
        String source,
        String operator,
        String column,
        List<Duration> windows,
        Optional<Expression> where,
        Resolution resolution,
        Optional<Duration> ttl,
        Optional<String> as,
        int line) {
      this(
          source,
          operator,
          column,
          windows.stream().<Span>map(Span.Last::new).toList(),
          where,
          resolution,
          ttl,
          as,
          Parameters.NONE,
          line);
    }
  }

  /// What an operator asks besides a column and windows; those it does not ask for keep their
  /// default.
  ///
  /// @param k how many values of last-k and top-k
  /// @param at the probabilities of a quantile, each in (0, 1)
  /// @param categories of a histogram, as source text
  /// @param over the denominator of a ratio: a column, or `*`; empty for the column itself
  /// @param per the unit of a rate or trend
  /// @param halfLife of a decay; zero when there is none
  /// @param gap the longest pause within a session
  /// @param every the period of a regular series
  /// @param lags how many periods back
  public record Parameters(
      int k,
      List<Double> at,
      List<String> categories,
      Optional<String> over,
      Duration per,
      Duration halfLife,
      Duration gap,
      Duration every,
      List<Integer> lags) {
    /// All defaults.
    public static final Parameters NONE =
        new Parameters(
            3,
            List.of(0.5),
            List.of(),
            Optional.empty(),
            Duration.ofDays(1),
            Duration.ZERO,
            Duration.ofMinutes(30),
            Duration.ofDays(1),
            List.of(1));

    public Parameters {
      at = List.copyOf(at);
      categories = List.copyOf(categories);
      lags = List.copyOf(lags);
    }
  }

  /// How far an aggregate looks back from the observation.
  public sealed interface Span {
    /// The last so long.
    record Last(Duration width) implements Span {}

    /// Everything.
    record Ever() implements Span {}

    /// From a time on.
    record Since(long micros) implements Span {}

    /// From the beginning of the current calendar unit of UTC on.
    record Current(Unit unit) implements Span {}
  }

  /// Calendar units of ISO 8601, of UTC; a week begins on Monday.
  public enum Unit {
    DAY,
    WEEK,
    MONTH,
    QUARTER,
    YEAR
  }

  /// How exactly a window begins.
  public sealed interface Resolution {
    Resolution EXACT = new Exact();
    Resolution HOP = new Hop();

    /// To the microsecond.
    record Exact() implements Resolution {}

    /// At a multiple of the hop that follows from the width.
    record Hop() implements Resolution {}

    /// At a multiple of a stated time since the epoch.
    record Stated(Duration hop) implements Resolution {}
  }
}
