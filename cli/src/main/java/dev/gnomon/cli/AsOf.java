package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.schema.Times;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalLong;

/// The value of `--as-of`: a date or a time in UTC.
final class AsOf {
  private AsOf() {}

  static OptionalLong micros(Optional<String> option) {
    if (option.isEmpty()) {
      return OptionalLong.empty();
    }
    String text = option.get();
    try {
      return OptionalLong.of(
          Times.micros(
              text.length() == 10
                  ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                  : Instant.parse(text.endsWith("Z") ? text : text + "Z")));
    } catch (DateTimeParseException e) {
      throw new BadInput("--as-of", "'" + text + "'", "2024-11-01 or 2024-11-01T12:00:00Z");
    }
  }
}
