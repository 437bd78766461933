package dev.gnomon.core.usecase;

import dev.gnomon.expression.Expression;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Step 4, `features`, by source, in the order of the file.
///
/// @param columns for a flat table (source `table`) and `state` sources: the attributes taken as
///   they are
/// @param admit columns admitted although a leak rule refuses them
public record FeatureSection(
    Map<String, Attributes> columns,
    List<Aggregate> aggregates,
    Map<String, Expression> derived,
    List<String> admit) {
  public FeatureSection {
    aggregates = List.copyOf(aggregates);
    admit = List.copyOf(admit);
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
  /// @param operator the word of the file: count, sum, mean, min, max, time-since-last
  /// @param column `*` for the rows themselves
  /// @param windows empty means unbounded (only for time-since-last)
  public record Aggregate(
      String source,
      String operator,
      String column,
      List<Duration> windows,
      Optional<Expression> where,
      Resolution resolution,
      Optional<Duration> ttl,
      Optional<String> as,
      int line) {
    public Aggregate {
      windows = List.copyOf(windows);
    }
  }

  public enum Resolution {
    EXACT,
    HOP
  }
}
