package dev.gnomon.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.schema.Field;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.time.zone.ZoneOffsetTransition;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calendar parts against java.time, distances against published ones.
class CalendarAndGeoTest {
  private static final Schema SCHEMA = Schema.of(new Field("t", Type.TIME));
  private static final String[] ZONES = {
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "+05:30",
    "America/St_Johns"
  };

  private record At(long micros) implements Row {
    @Override
    public double number(int column) {
      return Double.NaN;
    }

    @Override
    public @Nullable String text(int column) {
      return null;
    }

    @Override
    public long time(int column) {
      return micros;
    }
  }

  private static double value(String expression, long micros) {
    return Expression.parse(expression).bind(SCHEMA).number(new At(micros));
  }

  private static double constant(String expression) {
    return Expression.parse(expression).bind(new Schema(java.util.List.of())).number(new At(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "2024-02-29T23:59:59.999999Z | hour(t) | 23",
        "2024-02-29T23:59:59.999999Z | minute(t) | 59",
        "2024-02-29T23:59:59.999999Z | day(t) | 29",
        "2024-02-29T23:59:59.999999Z | day_of_year(t) | 60",
        "2024-03-01T00:00:00Z | day_of_year(t) | 61",
        "2023-03-01T00:00:00Z | day_of_year(t) | 60",
        "2024-12-31T12:00:00Z | day_of_year(t) | 366",
        "1900-03-01T00:00:00Z | day_of_year(t) | 60",
        "2021-01-03T00:00:00Z | week(t) | 53",
        "2021-01-04T00:00:00Z | week(t) | 1",
        "2024-12-30T00:00:00Z | week(t) | 1",
        "1970-01-01T00:00:00Z | weekday(t) | 4",
        "1969-12-31T23:59:59.999999Z | weekday(t) | 3",
        "1969-12-31T23:59:59.999999Z | year(t) | 1969",
        "2024-03-31T00:59:59Z | hour(t, 'Europe/Berlin') | 1",
        "2024-03-31T01:00:00Z | hour(t, 'Europe/Berlin') | 3",
        "2024-10-27T00:30:00Z | hour(t, 'Europe/Berlin') | 2",
        "2024-10-27T01:30:00Z | hour(t, 'Europe/Berlin') | 2",
        "2024-12-31T23:30:00Z | year(t, 'Europe/Berlin') | 2025",
        "2024-12-31T23:30:00Z | quarter(t, '+01:00') | 1",
        "2024-06-30T00:00:00Z | quarter(t) | 2",
        "2024-06-30T00:00:00Z | is_weekend(t) | 1",
        "2024-06-28T23:59:59Z | is_weekend(t) | 0",
        "2024-06-28T23:59:59Z | is_weekend(t, 'Europe/Berlin') | 1",
      })
  void knownDates(String instant, String expression, double expected) {
    assertThat(value(expression, Times.micros(Instant.parse(instant)))).isEqualTo(expected);
  }

  @Property(tries = 5_000)
  void partsAreThoseOfJavaTime(
      @ForAll @LongRange(min = -8_000_000_000_000_000L, max = 8_000_000_000_000_000L) long micros,
      @ForAll @IntRange(max = 7) int zone) {
    holdsAt(micros, ZONES[zone]);
  }

  /// The seconds around changes of the clock, where hours are skipped or stand twice.
  @Property(tries = 1_000)
  void partsAreThoseOfJavaTimeAroundClockChanges(
      @ForAll @LongRange(min = 0, max = 2_000_000_000L) long second,
      @ForAll @IntRange(min = -2, max = 2) int around,
      @ForAll @IntRange(min = 1, max = 7) int zone) {
    ZoneOffsetTransition change =
        ZoneId.of(ZONES[zone]).getRules().nextTransition(Instant.ofEpochSecond(second));
    long at = change == null ? second : change.toEpochSecond() + around;
    holdsAt(at * Times.SECOND, ZONES[zone]);
    holdsAt(at * Times.SECOND + 999_999, ZONES[zone]);
  }

  private static void holdsAt(long micros, String zone) {
    ZonedDateTime time = Times.instant(micros).atZone(ZoneId.of(zone));
    part("hour", micros, zone, time.getHour());
    part("minute", micros, zone, time.getMinute());
    part("weekday", micros, zone, time.getDayOfWeek().getValue());
    part("day", micros, zone, time.getDayOfMonth());
    part("day_of_year", micros, zone, time.getDayOfYear());
    part("week", micros, zone, time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
    part("month", micros, zone, time.getMonthValue());
    part("quarter", micros, zone, time.get(IsoFields.QUARTER_OF_YEAR));
    part("year", micros, zone, time.getYear());
    part("is_weekend", micros, zone, time.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) > 0 ? 1 : 0);
  }

  private static void part(String function, long micros, String zone, int expected) {
    assertThat(value("%s(t, '%s')".formatted(function, zone), micros))
        .as("%s at %s in %s", function, Times.instant(micros), zone)
        .isEqualTo(expected);
    if (zone.equals("UTC")) {
      assertThat(value(function + "(t)", micros)).isEqualTo(expected);
    }
  }

  @Test
  void partsEndWithTheYears1And9999() {
    long first = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    long last = ZonedDateTime.of(9999, 12, 31, 23, 59, 59, 0, ZoneOffset.UTC).toEpochSecond();
    assertThat(constant("year(" + first + ")")).isEqualTo(1);
    assertThat(constant("day_of_year(" + last + ")")).isEqualTo(365);
    assertThat(constant("year(" + (first - 1) + ")")).isNaN();
    assertThat(constant("is_weekend(" + (last + 1) + ")")).isNaN();
    assertThat(value("hour(t)", Times.MISSING)).isNaN();
    assertThat(value("coalesce(is_weekend(t), 1 = 1)", Times.MISSING)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hour()",
        "hour(t, 'Europe/Berlin', 1)",
        "hour(t, t)",
        "hour(t, 'Berlin')",
        "hour('a')",
        "geo_distance(1, 2, 3)",
        "geo_distance(1, 2, 3, 'x')"
      })
  void whatIsWrongIsSaid(String expression) {
    assertThatThrownBy(() -> Expression.parse(expression).bind(SCHEMA))
        .isInstanceOf(ExpressionException.class)
        .hasMessageContaining("position");
  }

  @Test
  void zonesArePartOfTheDefinition() {
    assertThat(Expression.parse("hour( t,'Europe/Berlin' )").canonical())
        .isEqualTo("hour(t, 'Europe/Berlin')");
  }

  @Property(tries = 1_000)
  void keysOfSeveralPartsAreNeverConfused(
      @ForAll("parts") String[] a, @ForAll("parts") String[] b) {
    assertThat(Expression.key(a).equals(Expression.key(b))).isEqualTo(Arrays.equals(a, b));
  }

  @Provide
  Arbitrary<String[]> parts() {
    return Arbitraries.strings().withChars("a|\\").ofMaxLength(3).array(String[].class).ofSize(2);
  }

  @Test
  void keysAreReadable() {
    assertThat(Expression.key("c1", "m7")).isEqualTo("c1|m7");
    assertThat(Expression.key("a|b", "\\")).isEqualTo("a\\|b|\\\\");
    var bound = Expression.parse("key('a', if(t > 5, 'b', 'c'))").bind(SCHEMA);
    assertThat(bound.text(new At(0))).isEqualTo("a|c");
    assertThat(bound.text(new At(Times.MISSING))).isNull();
  }

  /// Ed Williams' Aviation Formulary: LAX (33 deg 57 min N, 118 deg 24 min W) to JFK (40 deg 38 min
  /// N, 73 deg 47 min W) is 0.623585 radians. Sinnott's formula on Rosetta Code's example
  /// (Nashville to Los Angeles): 2886.44444 km with the radius 6371.8 km.
  @Test
  void distancesArePublishedOnes() {
    assertThat(
            constant("geo_distance(33.95, -118.4, 40.633333333333333, -73.783333333333333)")
                / GeoDistance.RADIUS_KM)
        .isCloseTo(0.623585, within(5e-7));
    assertThat(constant("geo_distance(36.12, -86.67, 33.94, -118.40)") * 6372.8 / 6371.0088)
        .isCloseTo(2887.2599506071106, within(1e-6));
    // Closed forms: a degree of a meridian, a quarter, half way round.
    double degree = Math.PI * 6371.0088 / 180;
    assertThat(constant("geo_distance(10, 20, 11, 20)")).isCloseTo(degree, within(1e-9));
    assertThat(constant("geo_distance(0, 0, 0, 90)")).isCloseTo(90 * degree, within(1e-9));
    assertThat(constant("geo_distance(0, -180, 0, 180)")).isCloseTo(0, within(1e-9));
    assertThat(constant("geo_distance(90, 17, -90, 100)")).isCloseTo(180 * degree, within(1e-9));
    assertThat(constant("geo_distance(52.5, 13.4, 52.5, 13.4)")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "geo_distance(90.1, 0, 0, 0)",
        "geo_distance(0, 180.1, 0, 0)",
        "geo_distance(0, 0, -91, 0)",
        "geo_distance(0, 0, 0, -181)",
        "geo_distance(1 / 0, 0, 0, 0)"
      })
  void noDistanceOutOfRange(String expression) {
    assertThat(constant(expression)).isNaN();
  }

  @Property(tries = 2_000)
  void distancesAreSymmetricToTheBitAndAgreeWithTheAngleBetweenVectors(
      @ForAll @DoubleRange(min = -90, max = 90) double lat1,
      @ForAll @DoubleRange(min = -180, max = 180) double lon1,
      @ForAll @DoubleRange(min = -90, max = 90) double lat2,
      @ForAll @DoubleRange(min = -180, max = 180) double lon2) {
    double there = GeoDistance.km(lat1, lon1, lat2, lon2);
    assertThat(GeoDistance.km(lat2, lon2, lat1, lon1)).isEqualTo(there);
    double[] a = vector(lat1, lon1);
    double[] b = vector(lat2, lon2);
    double x = a[1] * b[2] - a[2] * b[1];
    double y = a[2] * b[0] - a[0] * b[2];
    double z = a[0] * b[1] - a[1] * b[0];
    double dot = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    double angle = Math.atan2(Math.sqrt(x * x + y * y + z * z), dot);
    assertThat(there).isCloseTo(angle * 6371.0088, within(1e-3));
  }

  private static double[] vector(double lat, double lon) {
    double north = Math.toRadians(lat);
    double east = Math.toRadians(lon);
    return new double[] {
      Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)
    };
  }
}
