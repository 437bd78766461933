package dev.gnomon.features;

import dev.gnomon.schema.Times;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What [RandomWorld]'s features are by definition: every value looks at every row, sums are taken
/// in decimals of any length.
final class NaiveOracle {
  private final RandomWorld world;
  private final List<@Nullable Object[]> events;

  NaiveOracle(RandomWorld world, boolean withId) {
    this.world = world;
    this.events = new ArrayList<>();
    for (@Nullable Object[] event : world.events) {
      boolean repeated = withId && events.stream().anyMatch(e -> Objects.equals(e[0], event[0]));
      if (!repeated && event[1] != null) {
        events.add(event);
      }
    }
  }

  private static long time(@Nullable Object value) {
    return (Long) Objects.requireNonNull(value);
  }

  private List<@Nullable Object[]> seen(String key, long t) {
    return events.stream()
        .filter(e -> key.equals(e[1]) && time(e[2]) < t && time(e[3]) <= t)
        .toList();
  }

  private static long left(long t, Duration window, boolean exact) {
    long width = window.toSeconds() * Times.SECOND;
    // Ten minutes hop by 5 s (15 s would be more than a sixtieth), an hour by a minute.
    long hop = exact ? 1 : window.equals(RandomWorld.SHORT) ? 5 * Times.SECOND : Times.MINUTE;
    return Math.floorDiv(t - width, hop) * hop;
  }

  @Nullable Object[] row(String key, long t) {
    List<@Nullable Object[]> seen = seen(key, t);
    Duration shortly = RandomWorld.SHORT;
    Duration longer = RandomWorld.LONG;
    Predicate<@Nullable Object[]> all = e -> true;
    Predicate<@Nullable Object[]> isA = e -> "a".equals(e[5]);
    Predicate<@Nullable Object[]> notB = e -> e[5] != null && !"b".equals(e[5]);
    Predicate<@Nullable Object[]> hasAmount = e -> e[4] != null;
    long ttl = 15 * Times.MINUTE;
    @Nullable Object[] state = state(key, t);
    boolean fresh = state != null && t - time(state[1]) <= 90 * Times.MINUTE;
    Object plan = fresh ? Objects.requireNonNull(state)[3] : null;
    Object age = fresh ? Objects.requireNonNull(state)[4] : null;
    Object since = fresh ? Objects.requireNonNull(state)[5] : null;
    double short10 = window(seen, t, shortly, false, all).size();
    double long60 = window(seen, t, longer, false, all).size();
    double trend = long60 == 0 ? Double.NaN : short10 / long60;
    return new @Nullable Object[] {
      plan,
      age == null ? Double.NaN : age,
      short10,
      long60,
      (double) window(seen, t, longer, true, isA.and(hasAmount)).size(),
      aged(
          seen,
          t,
          ttl,
          e -> e[5] != null,
          (double) window(seen, t, longer, true, e -> e[5] != null).size()),
      sum(window(seen, t, shortly, false, all)),
      sum(window(seen, t, longer, false, all)),
      aged(seen, t, ttl, notB.and(hasAmount), sum(window(seen, t, shortly, true, notB))),
      mean(window(seen, t, shortly, true, all)),
      mean(window(seen, t, longer, true, all)),
      extreme(window(seen, t, shortly, false, all), false),
      extreme(window(seen, t, longer, false, all), false),
      extreme(window(seen, t, longer, true, e -> e[5] == null), true),
      extreme(window(seen, t, shortly, true, all), true),
      since(seen, t),
      aged(
          seen,
          t,
          ttl,
          isA.and(hasAmount),
          since(seen.stream().filter(isA.and(hasAmount)).toList(), t)),
      since(window(seen, t, shortly, false, all), t),
      trend,
      trend * 2 + (age == null ? Double.NaN : (Double) age),
      since == null ? Double.NaN : t / 1e6 - time(since) / 1e6,
      since
    };
  }

  /// Missing when the newest event that counts is older than the ttl.
  private static double aged(
      List<@Nullable Object[]> seen,
      long t,
      long ttl,
      Predicate<@Nullable Object[]> counts,
      double value) {
    long newest =
        seen.stream().filter(counts).mapToLong(e -> time(e[2])).max().orElse(Long.MAX_VALUE);
    return newest != Long.MAX_VALUE && t - newest > ttl ? Double.NaN : value;
  }

  private static List<@Nullable Object[]> window(
      List<@Nullable Object[]> seen,
      long t,
      Duration window,
      boolean exact,
      Predicate<@Nullable Object[]> where) {
    return seen.stream().filter(where).filter(e -> time(e[2]) >= left(t, window, exact)).toList();
  }

  private static List<Double> amounts(List<@Nullable Object[]> events) {
    return events.stream().filter(e -> e[4] != null).map(e -> (Double) e[4]).toList();
  }

  private static double sum(List<@Nullable Object[]> events) {
    List<Double> amounts = amounts(events);
    if (!events.isEmpty() && amounts.isEmpty()) {
      return Double.NaN;
    }
    return amounts.stream()
            .map(BigDecimal::new)
            .reduce(BigDecimal.ZERO, BigDecimal::add)
            .doubleValue()
        + 0.0;
  }

  private static double mean(List<@Nullable Object[]> events) {
    List<Double> amounts = amounts(events);
    return amounts.isEmpty() ? Double.NaN : sum(events) / amounts.size();
  }

  private static double extreme(List<@Nullable Object[]> events, boolean greatest) {
    Comparator<Double> order = Comparator.naturalOrder();
    return amounts(events).stream()
        .map(x -> x + 0.0)
        .max(greatest ? order : order.reversed())
        .orElse(Double.NaN);
  }

  private static double since(List<@Nullable Object[]> events, long t) {
    return events.stream().mapToLong(e -> time(e[2])).max().stream()
        .mapToDouble(at -> (t - at) / 1e6)
        .findFirst()
        .orElse(Double.NaN);
  }

  private @Nullable Object @Nullable [] newest(String key, long t) {
    Comparator<@Nullable Object[]> order =
        Comparator.<@Nullable Object[]>comparingLong(r -> time(r[1]))
            .thenComparingLong(r -> time(r[2]))
            .thenComparing(r -> (String) r[3], Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(r -> (Double) r[4], Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(r -> (Long) r[5], Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(r -> (String) r[6], Comparator.nullsFirst(Comparator.naturalOrder()));
    return world.customers.stream()
        .filter(r -> key.equals(r[0]) && time(r[1]) < t && time(r[2]) <= t)
        .max(order)
        .orElse(null);
  }

  private @Nullable Object @Nullable [] state(String key, long t) {
    @Nullable Object[] newest = newest(key, t);
    return newest == null || "true".equals(newest[6]) ? null : newest;
  }

  /// Whether the grid has an observation.
  boolean observed(String key, long t, @Nullable Duration within, boolean until) {
    @Nullable Object[] state = state(key, t);
    boolean left =
        until
            && world.leaving.stream()
                .anyMatch(r -> key.equals(r[0]) && time(r[1]) < t && time(r[2]) <= t);
    return state != null
        && !left
        && (within == null || time(state[1]) >= t - within.toSeconds() * Times.SECOND);
  }

  /// 0, 1, or NaN when it is not known.
  double label(String key, long t, long horizon, long lateness, boolean inverted) {
    long asOf =
        world.leaving.stream()
            .filter(r -> r[0] != null)
            .mapToLong(r -> time(r[2]))
            .max()
            .orElse(Long.MIN_VALUE);
    boolean hidden =
        world.leaving.stream()
            .anyMatch(
                r -> key.equals(r[0]) && time(r[1]) <= t && !(time(r[1]) < t && time(r[2]) <= t));
    if (asOf == Long.MIN_VALUE || hidden || t + horizon + lateness > asOf) {
      return Double.NaN;
    }
    boolean happens =
        world.leaving.stream()
            .anyMatch(r -> key.equals(r[0]) && time(r[1]) > t && time(r[1]) <= t + horizon);
    return happens == inverted ? 0 : 1;
  }

  /// The smallest delay that at least 99.9 % don't exceed, by trying them all.
  long usualDelay() {
    List<Long> delays =
        world.leaving.stream()
            .filter(r -> r[0] != null)
            .map(r -> Math.max(0, time(r[2]) - time(r[1])))
            .sorted()
            .toList();
    for (long delay : delays) {
      if (1000L * delays.stream().filter(d -> d <= delay).count() >= 999L * delays.size()) {
        return delay;
      }
    }
    return 0;
  }
}
