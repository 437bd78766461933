package dev.gnomon.solutions.churn;

/// Why customers leave: the stated truth of this world.
///
/// Each midnight a customer who has not yet made up their mind decides to leave with probability `1
/// - exp(-h)`, silently, and the subscription ends on the 30th day from then (the paid month runs
///   out). `h` depends only on what is on record before that midnight:
///
/// ```text
/// h = 0.0006 m + 0.11 / (1 + exp(-20 (G - 1.3)))
/// G = 0.6 drop + 0.8 failed + 0.8 unhappy + 1.5 disputed + 0.6 raised + 0.6 renewing
/// ```
///
/// where `m` is a factor of plan, age and tenure between about a half and two. One grievance alone
/// changes little, two together open the gate: no linear score of the single features can say so.
///
/// Since all decisions that end a subscription in `(t, t + 30d]` were made at the 30 midnights up
/// to `t`, the probability given the history at a midnight `t` is exact, not an approximation: `1 -
/// exp(-(h(t - 29d) + ... + h(t)))`. What remains random is the draw alone.
public final class ChurnHazard {
  /// Of a customer without grievances, per day.
  static final double CALM = 0.0006;

  /// With all gates open, per day.
  static final double FURIOUS = 0.11;

  static final double GATE = 1.3;
  static final double STEEPNESS = 20;

  private ChurnHazard() {}

  /// What is on record of a customer at a midnight.
  ///
  /// @param logins60 sessions of the last 60 days
  /// @param logins120 sessions of the last 120 days
  /// @param failed60 failed payments of the last 60 days
  /// @param unhappy60 tickets of the last 60 days that were given 1 or 2 stars
  /// @param disputed90 disputed payments of the last 90 days
  /// @param daysSinceIncrease since the last price increase, infinite if there was none
  /// @param discounted whether a payment of the last 90 days was discounted
  /// @param daysUntilRenewal until the contract renews
  record History(
      int logins60,
      int logins120,
      int failed60,
      int unhappy60,
      int disputed90,
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
    if (x.logins120() >= 6) {
      // 1 is two months like the two before; a new customer stands above 1.
      double trend = 2.0 * x.logins60() / x.logins120();
      drop = logistic(10 * (0.6 - trend));
    }
    double failed = x.failed60() == 0 ? 0 : x.failed60() == 1 ? 1 : 1.4;
    double unhappy = x.unhappy60() == 0 ? 0 : x.unhappy60() == 1 ? 1 : 1.4;
    double disputed = x.disputed90() > 0 ? 1 : 0;
    double raised = x.daysSinceIncrease() <= 45 ? (x.discounted() ? 0.4 : 1) : 0;
    double renewing = x.daysUntilRenewal() <= 30 ? 1 : 0;
    return 0.6 * drop
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
