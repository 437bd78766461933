package dev.gnomon.operators;

import dev.gnomon.operators.EventProgram.Feature;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Whether the value of a sketch keeps to the error stated for its operator, held against the
/// events themselves.
public final class StatedError {
  /// The rank error allowed of a quantile, as a share of n. The stated 1.7 % hold with 99 %
  /// confidence; among millions of values that alone would be wrong thousands of times. The error
  /// of a KLL sketch is sub-Gaussian (Karnin, Lang, Liberty 2016), so that one in 10^9 exceeds
  /// sqrt(ln(10^9) / ln(10^2)) = 2.2 times that.
  public static final double QUANTILE_RANK = 0.0375;

  private StatedError() {}

  /// Whether a number is a quantile of the visible events of the window within the stated error.
  ///
  /// @param from the first event of the key
  /// @param to the first event of the next key
  /// @param value not missing
  public static boolean holds(
      EventColumns events, int from, int to, Feature feature, long t, double value) {
    double[] values = new double[to - from];
    int n = 0;
    for (int i = from; i < to; i++) {
      if (inside(events, i, feature, t)) {
        values[n++] = events.numbers[feature.stream().value()][i] + 0.0;
      }
    }
    if (n == 0) {
      return false;
    }
    Arrays.sort(values, 0, n);
    double wanted = Math.max(feature.share() * n, Double.MIN_VALUE);
    int below = 0;
    while (below < n && values[below] < value) {
      below++;
    }
    int upTo = below;
    while (upTo < n && values[upTo] == value) {
      upTo++;
    }
    double error = wanted <= below ? below - wanted : Math.max(0, wanted - upTo);
    boolean found = upTo > below;
    return found && (error == 0 ? wanted > below : error <= allowed(n));
  }

  private static double allowed(int n) {
    return n <= QuantileSketch.K ? 0 : QUANTILE_RANK * n;
  }

  /// Whether a text may stand at its place among the most frequent values of the window.
  ///
  /// @param value not missing
  public static boolean holds(
      EventColumns events, int from, int to, Feature feature, long t, String value) {
    Map<String, Long> counts = new HashMap<>();
    long n = 0;
    for (int i = from; i < to; i++) {
      if (inside(events, i, feature, t)) {
        counts.merge(label(events, feature.stream().value(), i), 1L, Long::sum);
        n++;
      }
    }
    Long own = counts.get(value);
    if (own == null || counts.size() <= feature.place() || counts.size() <= TopCounts.KEPT) {
      return false; // what is exact was compared before
    }
    long[] ranked = counts.values().stream().mapToLong(c -> c).sorted().toArray();
    long due = ranked[ranked.length - 1 - feature.place()];
    return Math.abs(own - due) <= n / (TopCounts.KEPT + 1);
  }

  private static boolean inside(EventColumns events, int i, Feature feature, long t) {
    return events.times[i] < t
        && events.active[i] <= t
        && events.counts(feature.stream(), i)
        && (feature.window() < 0
            || events.times[i] >= events.program.windows().get(feature.window()).left(t));
  }

  private static String label(EventColumns events, int value, int i) {
    @Nullable String text =
        events.isText(value) ? events.texts[value].text(events.codes[value][i]) : null;
    return text != null ? text : TopCounts.text(events.numbers[value][i] + 0.0);
  }
}
