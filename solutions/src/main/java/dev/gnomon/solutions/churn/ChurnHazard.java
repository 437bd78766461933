package dev.gnomon.solutions.churn;

/// Why customers leave: the stated truth of this world.
///
/// Each midnight a customer who has not yet made up their mind decides to leave with probability `1
/// - exp(-h)`, silently, and the subscription ends on the 30th day from then (the paid month runs
///   out). `h` depends only on what is on record before that midnight:
///
/// ```text
/// h = 0.0007 * m + 0.12 / (1 + exp(-20 (G - 1.45)))
/// G = 0.9 drop + 0.5 silence + 0.8 failed + 0.8 unhappy + 1.5 disputed + 0.6 raised + 0.6 renewing
/// ```
///
/// One grievance alone changes little, two together open the gate: no linear score of the single
/// features can say so. Since all decisions that end a subscription in `(t, t + 30d]` were made at
/// the 30 midnights up to `t`, the probability given the history at a midnight `t` is exact: `1 -
/// exp(-(h(t - 29d) + ... + h(t)))`. What remains random is the draw alone.
public final class ChurnHazard {
  /// Of a customer without grievances, per day.
  static final double CALM = 0.0007;

  /// With all gates open, per day.
  static final double FURIOUS = 0.12;

  static final double GATE = 1.45;
  static final double STEEPNESS = 20;

  private ChurnHazard() {}

  /// What is on record of a customer at a midnight.
  ///
  /// @param logins30 sessions of the last 30 days, and so on
  /// @param daysSinceLogin since the last session, infinite if there was none
  /// @param failed30 failed payments of the last 30 days
  /// @param unhappy30 tickets of the last 30 days that were given 1 or 2 stars
  /// @param disputed60 disputed payments of the last 60 days
  /// @param daysSinceIncrease since the last price increase, infinite if there was none
  /// @param discounted whether a payment of the last 90 days was discounted
  /// @param daysUntilRenewal until the contract renews
  record History(
      int logins30,
      int logins90,
      double daysSinceLogin,
      int failed30,
      int unhappy30,
      int disputed60,
      double daysSinceIncrease,
      boolean discounted,
      double daysUntilRenewal,
      double tenureDays,
      double age,
      String plan) {}

  /// Per day.
  static double of(History x) {
    double z = STEEPNESS * (grievance(x) - GATE);
    return CALM * multiplier(x) + FURIOUS * logistic(z);
  }

  static double grievance(History x) {
    double drop = 0;
    if (x.logins90() >= 6) {
      // 1 is a month like the two before; a new customer stands above 1.
      double trend = 3.0 * x.logins30() / x.logins90();
      drop = logistic(14 * (0.55 - trend));
    }
    double silence = logistic((Math.min(x.daysSinceLogin(), 90) - 18) / 2);
    double failed = x.failed30() == 0 ? 0 : x.failed30() == 1 ? 1 : 1.4;
    double unhappy = x.unhappy30() == 0 ? 0 : x.unhappy30() == 1 ? 1 : 1.4;
    double disputed = x.disputed60() > 0 ? 1 : 0;
    double raised = x.daysSinceIncrease() <= 45 ? (x.discounted() ? 0.4 : 1) : 0;
    double renewing = x.daysUntilRenewal() <= 30 ? 1 : 0;
    return 0.9 * drop
        + 0.5 * silence
        + 0.8 * failed
        + 0.8 * unhappy
        + 1.5 * disputed
        + 0.6 * raised
        + 0.6 * renewing;
  }

  /// Between about a half and two.
  private static double multiplier(History x) {
    double m = x.plan().equals("basic") ? 1.25 : x.plan().equals("pro") ? 0.75 : 1;
    m *= x.age() < 30 ? 1.3 : x.age() > 60 ? 0.8 : 1;
    return m * (x.tenureDays() < 120 ? 1.3 : 1);
  }

  private static double logistic(double z) {
    return 1 / (1 + StrictMath.exp(-z));
  }
}
