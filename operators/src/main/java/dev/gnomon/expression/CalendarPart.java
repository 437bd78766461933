package dev.gnomon.expression;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;

/// The parts of a point in time on the ISO 8601 calendar (proleptic Gregorian), in one zone.
///
/// A part is that of the second the time falls into. Zones with daylight-saving time follow the
/// time-zone data of the Java runtime. Defined for the years 1 to 9999 of UTC.
///
/// Days become dates by shifting the year to begin in March, so that the leap day is its last (E.
/// G. Richards, "Calendars", in: Explanatory Supplement to the Astronomical Almanac, 2013): plain
/// arithmetic, nothing is allocated per row.
final class CalendarPart {
  private static final long DAY = 86_400;
  private static final long EARLIEST = -719_162 * DAY;
  private static final long LATEST = 2_932_897 * DAY;

  /// Days from 0000-03-01 to 1970-01-01.
  private static final long TO_EPOCH = 719_468;

  private static final long DAYS_OF_400_YEARS = 146_097;

  private final Node.Function part;

  /// Null for UTC.
  private final @org.jspecify.annotations.Nullable ZoneRules rules;

  private final int fixedOffset;

  CalendarPart(Node.Function part, ZoneId zone) {
    this.part = part;
    ZoneRules found = zone.getRules();
    boolean fixed = found.isFixedOffset();
    this.rules = fixed ? null : found;
    this.fixedOffset = fixed ? found.getOffset(Instant.EPOCH).getTotalSeconds() : 0;
  }

  static CalendarPart utc(Node.Function part) {
    return new CalendarPart(part, ZoneOffset.UTC);
  }

  /// @param seconds since the epoch; NaN when missing
  /// @return NaN when missing or outside of the years 1 to 9999
  double of(double seconds) {
    if (!(seconds >= EARLIEST && seconds < LATEST)) {
      return Double.NaN;
    }
    long whole = (long) Math.floor(seconds);
    long local =
        whole
            + (rules == null
                ? fixedOffset
                : rules.getOffset(Instant.ofEpochSecond(whole)).getTotalSeconds());
    long day = Math.floorDiv(local, DAY);
    int second = (int) Math.floorMod(local, DAY);
    return part(day, second);
  }

  private long part(long day, int second) {
    return switch (part) {
      case HOUR -> second / 3_600;
      case MINUTE -> second / 60 % 60;
      case WEEKDAY, IS_WEEKEND -> weekday(day);
      case DAY -> monthAndDay(day) % 100;
      case DAY_OF_YEAR -> dayOfYear(day);
      case WEEK -> week(day);
      case MONTH -> monthAndDay(day) / 100;
      case QUARTER -> (monthAndDay(day) / 100 + 2) / 3;
      case YEAR -> year(day);
      default -> throw new AssertionError(part);
    };
  }

  /// 1 (Monday) to 7 (Sunday); 1970-01-01 was a Thursday.
  private static int weekday(long day) {
    return (int) Math.floorMod(day + 3, 7L) + 1;
  }

  private static long eraOf(long day) {
    return Math.floorDiv(day + TO_EPOCH, DAYS_OF_400_YEARS);
  }

  private static int yearOfEra(long day) {
    long inEra = Math.floorMod(day + TO_EPOCH, DAYS_OF_400_YEARS);
    return (int) ((inEra - inEra / 1_460 + inEra / 36_524 - inEra / 146_096) / 365);
  }

  /// Counted from March 1st, 0 to 365.
  private static int dayOfMarchYear(long day) {
    long inEra = Math.floorMod(day + TO_EPOCH, DAYS_OF_400_YEARS);
    int year = yearOfEra(day);
    return (int) (inEra - (365L * year + year / 4 - year / 100));
  }

  /// `100 * month + day of the month`.
  private static int monthAndDay(long day) {
    int inYear = dayOfMarchYear(day);
    int fromMarch = (5 * inYear + 2) / 153;
    int month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
    return 100 * month + inYear - (153 * fromMarch + 2) / 5 + 1;
  }

  private static long year(long day) {
    long marchYear = yearOfEra(day) + 400 * eraOf(day);
    return dayOfMarchYear(day) >= 306 ? marchYear + 1 : marchYear;
  }

  private static boolean leap(long year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  }

  private static int dayOfYear(long day) {
    int inYear = dayOfMarchYear(day);
    return inYear >= 306 ? inYear - 305 : inYear + 60 + (leap(year(day)) ? 1 : 0);
  }

  /// The ISO week: that of the year in which the Thursday of the week lies, 1 to 53.
  private static int week(long day) {
    long thursday = day - weekday(day) + 4;
    return (dayOfYear(thursday) - 1) / 7 + 1;
  }
}
