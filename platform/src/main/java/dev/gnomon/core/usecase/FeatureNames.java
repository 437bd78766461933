package dev.gnomon.core.usecase;

import dev.gnomon.core.usecase.FeatureSection.Aggregate;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// How features are called: `<source>[_<column>]_<operator>[_<window>]`, dashes as underscores;
/// `as` replaces all but the window. Attributes keep the name of their column.
public final class FeatureNames {
  /// Names that training sets use for themselves.
  public static final Set<String> RESERVED = Set.of("key", "label", "observed_at");

  private FeatureNames() {}

  /// One name per window, in the order of the windows; one name if there are none.
  public static List<String> of(Aggregate aggregate) {
    if (aggregate.windows().isEmpty()) {
      return List.of(stem(aggregate));
    }
    return aggregate.windows().stream().map(window -> of(aggregate, window)).toList();
  }

  /// The name of the feature over one window.
  public static String of(Aggregate aggregate, Duration window) {
    return stem(aggregate) + "_" + window(window);
  }

  private static String stem(Aggregate aggregate) {
    if (aggregate.as().isPresent()) {
      return aggregate.as().get();
    }
    String column = aggregate.column().equals("*") ? "" : aggregate.column() + "_";
    return (aggregate.source() + "_" + column + aggregate.operator()).replace('-', '_');
  }

  /// A duration in the largest unit of d, h, m and s that divides it: `30d`, `36h`, `90s`. Two
  /// spellings of one duration (`24h`, `1d`) have one name.
  public static String window(Duration window) {
    long seconds = window.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
