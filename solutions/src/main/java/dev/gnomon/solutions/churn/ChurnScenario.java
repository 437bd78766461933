package dev.gnomon.solutions.churn;

import dev.gnomon.schema.Times;
import java.time.Instant;
import java.util.List;

/// What is generated: the size, the calendar, and what moves after the training period.
///
/// @param seed the same seed gives the same bytes in every file
/// @param customers how many subscribe at any one time; leavers are replaced within a week
public record ChurnScenario(long seed, int customers) {
  /// The first day of the event log, a Monday.
  public static final long START = Times.micros(Instant.parse("2024-01-01T00:00:00Z"));

  /// What was loaded before is the history a model is trained on; the rest is later traffic.
  public static final long CUT = Times.micros(Instant.parse("2025-01-06T00:00:00Z"));

  /// Decisions are asked for from [#CUT] on, before this time.
  public static final long END = CUT + 28 * Times.DAY;

  /// First and last observation of the use case, and the distance of two.
  public static final long OBSERVED_FROM = Times.micros(Instant.parse("2024-04-29T00:00:00Z"));

  public static final long OBSERVED_TO = Times.micros(Instant.parse("2024-11-25T00:00:00Z"));
  public static final int OBSERVED_EVERY_DAYS = 14;

  /// Within how many days after an observation a cancellation counts.
  public static final int HORIZON_DAYS = 30;

  /// An offer keeps a customer who would have cancelled with this probability, whoever it is.
  public static final double SAVED_BY_OFFER = 0.30;

  /// What an offer costs, in USD, whether it was needed or not.
  public static final double OFFER_COST = 10;

  /// From [#CUT] on a new tracking library counts minutes in the background too.
  public static final double MINUTES_SCALE_AFTER_CUT = 1.8;

  /// This share of the customers sees a price increase in the first five days after [#CUT].
  public static final double PRICE_WAVE_SHARE = 0.6;

  /// Features that move after [#CUT] by what is injected: the tracking change, the price wave.
  public static final List<String> MOVED_FEATURES =
      List.of("logins_minutes_mean_14d", "logins_minutes_sum_14d", "days_since_price_increase");

  /// Features that nothing injected touches; a monitor that names one of them is wrong.
  public static final List<String> STABLE_FEATURES =
      List.of(
          "age",
          "country",
          "plan",
          "logins_count_30d",
          "logins_count_90d",
          "tickets_count_30d",
          "tickets_low_60d",
          "payments_failed_60d",
          "days_until_renewal");

  public ChurnScenario {
    if (customers < 1 || customers > 99_999) {
      throw new IllegalArgumentException(
          "customers must be between 1 and 99999, found " + customers);
    }
  }

  /// The size of the demo: 8,000 customers at a time, about 1.4 million events.
  public static ChurnScenario standard(long seed) {
    return new ChurnScenario(seed, 8_000);
  }

  static int day(long time) {
    return (int) Math.floorDiv(time - START, Times.DAY);
  }

  static long time(double day) {
    return START + (long) (day * Times.DAY) / Times.SECOND * Times.SECOND;
  }
}
