package dev.gnomon.operators;

import dev.gnomon.schema.Times;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the operators are by definition: each value looks at every event, sums are decimals of any
/// length. Shares no code with what it is compared to.
final class NaiveFeatures {
  /// One event: its values may be missing.
  record Event(
      long at,
      long known,
      @Nullable String id,
      @Nullable Double amount,
      @Nullable String kind,
      @Nullable Long due) {
    /// The canonical row, for ties; missing comes first.
    static final Comparator<Event> CANONICAL =
        Comparator.comparingLong(Event::at)
            .thenComparingLong(Event::known)
            .thenComparing(Event::id, Comparator.nullsFirst(Comparator.naturalOrder()));
  }

  private final List<Event> events;

  NaiveFeatures(List<Event> events) {
    this.events = events.stream().sorted(Event.CANONICAL).toList();
  }

  /// What is visible in the window, in canonical order.
  List<Event> window(long t, @Nullable Window window, boolean onlyA) {
    List<Event> inside = new ArrayList<>();
    long left = window == null ? Long.MIN_VALUE : left(window, t);
    for (Event event : events) {
      boolean visible = event.at() < t && event.known() <= t && event.at() >= left;
      if (visible && (!onlyA || "a".equals(event.kind()))) {
        inside.add(event);
      }
    }
    return inside;
  }

  static long left(Window window, long t) {
    return switch (window.kind()) {
      case SLIDING -> {
        BigInteger hop = BigInteger.valueOf(window.hop());
        BigInteger[] parts = BigInteger.valueOf(t - window.width()).divideAndRemainder(hop);
        BigInteger floor = parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
        yield floor.multiply(hop).longValueExact();
      }
      case EVER -> Long.MIN_VALUE;
      case SINCE -> window.width();
      case DAY -> micros(utc(t).truncatedTo(ChronoUnit.DAYS));
      case WEEK ->
          micros(
              utc(t)
                  .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                  .truncatedTo(ChronoUnit.DAYS));
      case MONTH -> micros(utc(t).withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS));
      case QUARTER ->
          micros(
              utc(t)
                  .with(java.time.temporal.IsoFields.DAY_OF_QUARTER, 1)
                  .truncatedTo(ChronoUnit.DAYS));
      case YEAR -> micros(utc(t).withDayOfYear(1).truncatedTo(ChronoUnit.DAYS));
    };
  }

  private static ZonedDateTime utc(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
  }

  private static long micros(ZonedDateTime time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant());
  }

  static List<Double> amounts(List<Event> window) {
    return window.stream().map(Event::amount).filter(Objects::nonNull).toList();
  }

  static <T> List<T> present(List<Event> window, Function<Event, @Nullable T> value) {
    List<T> all = new ArrayList<>();
    for (Event event : window) {
      T one = value.apply(event);
      if (one != null) {
        all.add(one);
      }
    }
    return all;
  }

  static double sum(List<Event> window) {
    List<Double> amounts = amounts(window);
    return window.isEmpty() ? 0 : amounts.isEmpty() ? Double.NaN : exact(amounts).doubleValue();
  }

  static BigDecimal exact(List<Double> values) {
    return values.stream().map(BigDecimal::new).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  static double mean(List<Event> window) {
    List<Double> amounts = amounts(window);
    return amounts.isEmpty() ? Double.NaN : exact(amounts).doubleValue() / amounts.size();
  }

  /// Centred on the exact mean, in decimals of 200 digits.
  static BigDecimal centralMoment(List<Double> values, int power) {
    MathContext digits = new MathContext(200, RoundingMode.HALF_EVEN);
    BigDecimal n = BigDecimal.valueOf(values.size());
    BigDecimal mean = exact(values).divide(n, digits);
    BigDecimal sum = BigDecimal.ZERO;
    for (double value : values) {
      sum = sum.add(new BigDecimal(value).subtract(mean).pow(power));
    }
    return sum.divide(n, digits);
  }

  static double variance(List<Event> window) {
    List<Double> amounts = amounts(window);
    if (amounts.isEmpty()) {
      return Double.NaN;
    }
    return amounts.stream().distinct().count() == 1 ? 0 : centralMoment(amounts, 2).doubleValue();
  }

  static double skew(List<Event> window) {
    List<Double> amounts = amounts(window);
    if (amounts.size() < 3 || amounts.stream().distinct().count() == 1) {
      return Double.NaN;
    }
    double variance = centralMoment(amounts, 2).doubleValue();
    BigDecimal third = centralMoment(amounts, 3);
    // 200 digits leave a dust where the exact value is 0.
    double m3 = third.abs().compareTo(new BigDecimal("1e-150")) < 0 ? 0 : third.doubleValue();
    return m3 / (variance * Math.sqrt(variance));
  }

  static double distinct(List<Event> window) {
    return new TreeSet<>(present(window, Event::kind)).size();
  }

  static @Nullable String top(List<Event> window, int place) {
    Map<String, Integer> counts = new TreeMap<>();
    present(window, Event::kind).forEach(kind -> counts.merge(kind, 1, Integer::sum));
    List<String> ranked = new ArrayList<>(counts.keySet());
    ranked.sort(Comparator.comparingInt(kind -> -Objects.requireNonNull(counts.get(kind))));
    return place < ranked.size() ? ranked.get(place) : null;
  }

  static double quantile(List<Event> window, double share) {
    List<Double> sorted = amounts(window).stream().sorted().toList();
    if (sorted.isEmpty()) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(share * sorted.size());
    return sorted.get(Math.max(1, rank) - 1);
  }

  static double sessions(List<Event> window, long gap) {
    int sessions = 0;
    long before = Long.MIN_VALUE;
    for (Event event : window) {
      if (sessions == 0 || event.at() - before > gap) {
        sessions++;
      }
      before = event.at();
    }
    return sessions;
  }

  static double decayed(List<Event> window, long t, double halfLife, boolean mean) {
    double sum = 0;
    double weights = 0;
    for (Event event : window) {
      if (event.amount() != null) {
        double weight = Math.pow(2, -(t - event.at()) / halfLife);
        sum += event.amount() * weight;
        weights += weight;
      }
    }
    return mean ? (weights == 0 ? Double.NaN : sum / weights) : sum;
  }

  static double trend(List<Event> window, double per) {
    List<Event> with = window.stream().filter(e -> e.amount() != null).toList();
    if (with.stream().map(Event::at).distinct().count() < 2) {
      return Double.NaN;
    }
    MathContext digits = new MathContext(120, RoundingMode.HALF_EVEN);
    BigDecimal n = BigDecimal.valueOf(with.size());
    BigDecimal meanT = BigDecimal.ZERO;
    BigDecimal meanV = BigDecimal.ZERO;
    for (Event event : with) {
      meanT = meanT.add(BigDecimal.valueOf(event.at()));
      meanV = meanV.add(new BigDecimal(Objects.requireNonNull(event.amount())));
    }
    meanT = meanT.divide(n, digits);
    meanV = meanV.divide(n, digits);
    BigDecimal top = BigDecimal.ZERO;
    BigDecimal bottom = BigDecimal.ZERO;
    for (Event event : with) {
      BigDecimal dt = BigDecimal.valueOf(event.at()).subtract(meanT);
      BigDecimal dv = new BigDecimal(Objects.requireNonNull(event.amount())).subtract(meanV);
      top = top.add(dt.multiply(dv));
      bottom = bottom.add(dt.multiply(dt));
    }
    BigDecimal slope = top.divide(bottom, digits);
    return (slope.abs().compareTo(new BigDecimal("1e-90")) < 0 ? 0 : slope.doubleValue()) * per;
  }

  double lag(long t, long period, int periods) {
    long start = (Math.floorDiv(t, period) - periods) * period;
    double value = Double.NaN;
    for (Event event : window(t, null, false)) {
      if (event.amount() != null && event.at() >= start && event.at() < start + period) {
        value = event.amount();
      }
    }
    return value;
  }

  static double seconds(long micros) {
    return micros / (double) Times.SECOND;
  }

  /// All features of [RandomProgram], by their column.
  Map<Integer, @Nullable Object> row(long t) {
    Map<Integer, @Nullable Object> row = new LinkedHashMap<>();
    int column = 0;
    for (RandomProgram.Wanted wanted : RandomProgram.WANTED) {
      row.put(column++, wanted.naive().apply(this, t));
    }
    return row;
  }
}
