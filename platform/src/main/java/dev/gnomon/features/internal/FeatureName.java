package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.FeatureSection.Aggregate;
import java.time.Duration;
import java.util.Optional;

/// The predictable names of aggregates: `<source>[_<column>]_<operator>[_<window>]`, dashes as
/// underscores; `as` replaces all but the window.
final class FeatureName {
  private FeatureName() {}

  static String of(Aggregate aggregate, Optional<Duration> window) {
    String stem =
        aggregate
            .as()
            .orElseGet(() ->
                aggregate.source()
                    + (aggregate.column().equals("*") ? "" : "_" + aggregate.column())
                    + "_"
                    + aggregate.operator().replace('-', '_'));
    return window.map(w -> stem + "_" + text(w)).orElse(stem);
  }

  /// In the largest of days, hours, minutes and seconds that divides it.
  private static String text(Duration window) {
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
