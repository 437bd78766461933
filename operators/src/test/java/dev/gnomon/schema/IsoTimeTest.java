package dev.gnomon.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The Java library is the oracle: where both read a text they agree, and what it refuses is
/// refused.
class IsoTimeTest {
  @Property(tries = 2000)
  void agreesWithTheLibrary(
      @ForAll @LongRange(min = -62_000_000_000L, max = 250_000_000_000L) long seconds,
      @ForAll @IntRange(min = 0, max = 999_999_999) int nanos,
      @ForAll @IntRange(min = -17 * 60, max = 17 * 60) int offset) {
    OffsetDateTime time =
        OffsetDateTime.ofInstant(
            java.time.Instant.ofEpochSecond(seconds, nanos),
            ZoneOffset.ofTotalSeconds(60 * offset));
    String text = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnnXXX").format(time);
    assertThat(IsoTime.micros(text)).isEqualTo(Times.micros(time.toInstant()));
  }

  @Property(tries = 5000)
  void readsNothingThatTheLibraryRefuses(
      @ForAll @IntRange(min = 0, max = 24) int at,
      @ForAll @IntRange(min = 32, max = 126) int other) {
    StringBuilder text = new StringBuilder("2023-02-28T23:59:59+01:30");
    text.setCharAt(at, (char) other);
    long read = IsoTime.micros(text.toString());
    if (read == Times.MISSING) {
      return;
    }
    assertThat(read).isEqualTo(Times.micros(OffsetDateTime.parse(text.toString()).toInstant()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2023-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2024-04-31T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:00:60Z",
        "2024-01-01T00:00:00",
        "2024-01-01T00:00:00+1:00",
        "2024-01-01T00:00:00Zx",
        "",
        "x"
      })
  void leavesOddOnesAlone(String text) {
    assertThat(IsoTime.micros(text)).isEqualTo(Times.MISSING);
    try {
      OffsetDateTime.parse(text);
      throw new AssertionError("the library reads " + text);
    } catch (DateTimeParseException e) {
      assertThat(e).hasMessageContaining("could not be parsed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2000-02-29T00:00:00Z", "2024-02-29T12:30:15.5Z", "1969-12-31T23:59:59Z"})
  void readsLeapDaysAndTimesBeforeTheEpoch(String text) {
    assertThat(IsoTime.micros(text))
        .isEqualTo(Times.micros(OffsetDateTime.parse(text).toInstant()));
  }
}
