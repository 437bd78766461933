package dev.gnomon.core.usecase.internal;

import dev.gnomon.schema.Times;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the plain values of the file. Numbers follow the YAML 1.2 core schema, in decimal only.
final class Values {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,20}");
  private static final Pattern SPAN = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d|w)");
  private static final Pattern TIME =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,6})?)?)([Zz]|[+-][0-9]{2}:[0-9]{2})?)?");
  private static final Duration LONGEST = Duration.ofDays(36_525);

  private Values() {}

  static OptionalDouble number(YamlNode.Scalar scalar) {
    if (!scalar.plain()
        || scalar.text().length() > 400
        || !NUMBER.matcher(scalar.text()).matches()) {
      return OptionalDouble.empty();
    }
    double value = Double.parseDouble(scalar.text());
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }

  static OptionalLong whole(YamlNode.Scalar scalar) {
    if (!scalar.plain() || !WHOLE.matcher(scalar.text()).matches()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(scalar.text()));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  static Optional<Boolean> flag(YamlNode.Scalar scalar) {
    if (!scalar.plain()) {
      return Optional.empty();
    }
    return switch (scalar.text()) {
      case "true", "True", "TRUE" -> Optional.of(true);
      case "false", "False", "FALSE" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  /// Up to a hundred years.
  static Optional<Duration> span(String text) {
    Matcher matcher = SPAN.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(matcher.group(1));
    Duration span =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(count);
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          case "d" -> Duration.ofDays(count);
          default -> Duration.ofDays(7 * count);
        };
    return span.compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(span);
  }

  /// Microseconds since the epoch; a time without a zone is one of `zone`.
  static OptionalLong micros(String text, ZoneId zone) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    try {
      if (matcher.group(2) == null) {
        return OptionalLong.of(Times.micros(LocalDate.parse(text).atStartOfDay(zone).toInstant()));
      }
      String local = matcher.group(1) + "T" + matcher.group(2);
      String offset = matcher.group(3);
      return OptionalLong.of(
          Times.micros(
              offset == null
                  ? LocalDateTime.parse(local).atZone(zone).toInstant()
                  : OffsetDateTime.parse(local + offset).toInstant()));
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }

  static Optional<ZoneId> zone(String text) {
    try {
      return Optional.of(ZoneId.of(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
