package dev.gnomon.server.pages;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/// Points in time as people write and read them; UTC unless a zone is said.
final class Moment {
  private static final DateTimeFormatter FIELD =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter FINE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter LONG =
      DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private Moment() {}

  /// @param text a day, which means its beginning, or a day and a time with or without a zone
  /// @return empty for anything else
  static Optional<Instant> of(String text) {
    try {
      if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
        return Optional.of(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
      }
      String iso = text.replaceFirst(" ", "T");
      return Optional.of(
          iso.matches(".*(Z|[+-][0-9]{2}:[0-9]{2})")
              ? OffsetDateTime.parse(iso).toInstant()
              : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  /// As the value of a `datetime-local` field, which knows milliseconds: never before the moment,
  /// so that a change of that very moment is still seen.
  static String field(Instant moment) {
    Instant millis = moment.truncatedTo(ChronoUnit.MILLIS);
    Instant up = millis.equals(moment) ? moment : millis.plusMillis(1);
    boolean whole = up.equals(up.truncatedTo(ChronoUnit.SECONDS));
    return (whole ? FIELD : FINE).format(up);
  }

  /// For people, with seconds and zone.
  static String words(Instant moment) {
    return LONG.format(moment) + " UTC";
  }
}
