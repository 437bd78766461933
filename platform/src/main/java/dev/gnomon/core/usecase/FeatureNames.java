package dev.gnomon.core.usecase;

import dev.gnomon.core.usecase.FeatureSection.Aggregate;
import dev.gnomon.core.usecase.FeatureSection.Parameters;
import dev.gnomon.core.usecase.FeatureSection.Span;
import dev.gnomon.schema.Times;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// How features are called: `<source>[_<column>]_<operator>[_<window>]`, dashes as underscores;
/// `as` replaces all but the window. Attributes keep the name of their column.
///
/// An operator with several outputs names them in place of itself, and behind `as` too: `_last_1`
/// (the newest) of last-k, `_top_1` (the most frequent) of top-k, `_p50` or `_p99_9` of a quantile,
/// `_<category>` of a histogram (what is no letter, digit or underscore becomes an underscore),
/// `_lag_7` of a lag.
///
/// Windows are `_30d`, `_ever`, `_since_month`, `_since_20240101`.
public final class FeatureNames {
  /// Names that training sets use for themselves.
  public static final Set<String> RESERVED = Set.of("key", "label", "observed_at");

  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuuMMdd", Locale.ROOT);
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuuMMdd't'HHmmss", Locale.ROOT);
  private static final DateTimeFormatter MICRO =
      DateTimeFormatter.ofPattern("uuuuMMdd't'HHmmssSSSSSS", Locale.ROOT);

  private FeatureNames() {}

  /// One feature of an aggregate.
  ///
  /// @param span the window; empty when none is stated
  /// @param place which of the several outputs of the operator, from 0: of the k newest or most
  ///   frequent values, or an index into `at`, `categories` or `lags`
  public record Output(String name, Optional<Span> span, int place) {}

  /// Every feature of an aggregate: by window in the order of the windows, then by output.
  public static List<Output> outputs(Aggregate aggregate) {
    List<Optional<Span>> spans =
        aggregate.spans().isEmpty()
            ? List.of(Optional.empty())
            : aggregate.spans().stream().map(Optional::of).toList();
    List<String> stems = stems(aggregate);
    List<Output> outputs = new ArrayList<>();
    for (Optional<Span> span : spans) {
      String end = span.map(found -> "_" + window(found)).orElse("");
      for (int place = 0; place < stems.size(); place++) {
        outputs.add(new Output(stems.get(place) + end, span, place));
      }
    }
    return List.copyOf(outputs);
  }

  /// The names of [#outputs].
  public static List<String> of(Aggregate aggregate) {
    return outputs(aggregate).stream().map(Output::name).toList();
  }

  /// The names without the window, one per output of the operator.
  private static List<String> stems(Aggregate aggregate) {
    String column = aggregate.column().equals("*") ? "" : "_" + aggregate.column();
    String base = aggregate.as().orElse(aggregate.source() + column);
    Parameters parameters = aggregate.parameters();
    List<String> parts =
        switch (aggregate.operator()) {
          case "last-k" -> numbered("last", parameters.k());
          case "top-k" -> numbered("top", parameters.k());
          case "quantile" -> parameters.at().stream().map(FeatureNames::percent).toList();
          case "histogram" -> parameters.categories().stream().map(FeatureNames::safe).toList();
          case "lag" -> parameters.lags().stream().map(lag -> "lag_" + lag).toList();
          default -> List.of();
        };
    if (!parts.isEmpty()) {
      return parts.stream().map(part -> (base + "_" + part).replace('-', '_')).toList();
    }
    return List.of(
        aggregate.as().isPresent() ? base : (base + "_" + aggregate.operator()).replace('-', '_'));
  }

  private static List<String> numbered(String word, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(place -> word + "_" + place).toList();
  }

  /// `p50` for 0.5, `p99_9` for 0.999.
  private static String percent(double share) {
    String percent =
        BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
    return "p" + percent.replace('.', '_');
  }

  private static String safe(String category) {
    return category.replaceAll("[^A-Za-z0-9_]", "_");
  }

  /// The window as names end with it.
  public static String window(Span span) {
    return switch (span) {
      case Span.Last last -> window(last.width());
      case Span.Ever ever -> "ever";
      case Span.Since since -> "since_" + moment(since.micros());
      case Span.Current current -> "since_" + current.unit().name().toLowerCase(Locale.ROOT);
    };
  }

  private static String moment(long micros) {
    ZonedDateTime time = Times.instant(micros).atZone(ZoneOffset.UTC);
    DateTimeFormatter format =
        Math.floorMod(micros, Times.DAY) == 0
            ? DAY
            : Math.floorMod(micros, Times.SECOND) == 0 ? SECOND : MICRO;
    return format.format(time);
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
