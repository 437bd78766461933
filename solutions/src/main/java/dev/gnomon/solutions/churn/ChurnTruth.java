package dev.gnomon.solutions.churn;

import java.util.List;
import java.util.function.Predicate;

/// Money of decisions on observations whose truth is known, by the costs of the use case.
///
/// Costs are what the outcomes cost in all, in USD, as the use-case file states them; the gain of a
/// policy is what it costs less than offering to nobody.
///
/// @param nobody cost of offering to nobody
/// @param everyone cost of offering to everyone
/// @param oracle cost of offering where the oracle's probability says that it pays
public record ChurnTruth(double nobody, double everyone, double oracle) {

  public static ChurnTruth of(List<ChurnOracle.Truth> observations) {
    return new ChurnTruth(
        cost(observations, truth -> false),
        cost(observations, truth -> true),
        cost(observations, truth -> pays(truth.probability(), truth.clv())));
  }

  /// What an offer or none costs once the outcome is known. An offered leaver counts with the share
  /// that an offer saves, so that the figure does not depend on who happened to be saved.
  public static double cost(boolean offered, boolean cancelled, double clv) {
    if (offered) {
      double lost = cancelled ? (1 - ChurnScenario.SAVED_BY_OFFER) * clv : 0;
      return ChurnScenario.OFFER_COST + lost;
    }
    return cancelled ? clv : 0;
  }

  public static double cost(
      List<ChurnOracle.Truth> observations, Predicate<ChurnOracle.Truth> offered) {
    double sum = 0;
    for (ChurnOracle.Truth truth : observations) {
      sum += cost(offered.test(truth), truth.cancelled(), truth.clv());
    }
    return sum;
  }

  /// The policy of the use case: whether an offer costs less than none, at a probability.
  public static boolean pays(double probability, double clv) {
    double saved = ChurnScenario.SAVED_BY_OFFER * clv - ChurnScenario.OFFER_COST;
    return probability * saved - (1 - probability) * ChurnScenario.OFFER_COST > 0;
  }

  /// The share of the oracle's gain that a policy of this cost reaches; 1 is the ceiling but for
  /// chance, 0 is offering to nobody.
  public double shareOfOracle(double cost) {
    return (nobody - cost) / (nobody - oracle);
  }
}
