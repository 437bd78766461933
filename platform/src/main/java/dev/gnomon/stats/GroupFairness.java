package dev.gnomon.stats;

import java.util.Map;
import java.util.function.ToDoubleFunction;

/// How differently a decision treats groups: the largest gap of each rate between any two.
///
/// The definitions can't all hold when base rates differ (Kleinberg and others 2016; Chouldechova
/// 2017): choose by what an error does to a person, do not promise all. Gaps of small groups are
/// mostly noise: show intervals ([Proportions#wilson]) and leave out groups below a stated size.
/// Labels that were observed only for selected people make every gap but the first a guess. A rate
/// over nothing (NaN) is left out of its gap.
///
/// @param demographicParity gap of the share selected
/// @param demographicParityRatio smallest over largest share selected; below 0.8 fails the
///   four-fifths rule
/// @param equalOpportunity gap of the true positive rate
/// @param equalizedOdds the larger gap of true and false positive rate
/// @param predictiveParity gap of precision
public record GroupFairness(
    double demographicParity,
    double demographicParityRatio,
    double equalOpportunity,
    double equalizedOdds,
    double predictiveParity) {

  public static GroupFairness of(Map<String, Confusion> groups) {
    double opportunity = gap(groups, Confusion::recall);
    double least = extreme(groups, Confusion::actionRate, false);
    double most = extreme(groups, Confusion::actionRate, true);
    return new GroupFairness(
        most - least,
        most == 0 ? Double.NaN : least / most,
        opportunity,
        Math.max(opportunity, gap(groups, Confusion::falsePositiveRate)),
        gap(groups, Confusion::precision));
  }

  private static double gap(Map<String, Confusion> groups, ToDoubleFunction<Confusion> rate) {
    return extreme(groups, rate, true) - extreme(groups, rate, false);
  }

  private static double extreme(
      Map<String, Confusion> groups, ToDoubleFunction<Confusion> rate, boolean largest) {
    double found = Double.NaN;
    for (Confusion group : groups.values()) {
      double value = rate.applyAsDouble(group);
      if (!Double.isNaN(value)
          && (Double.isNaN(found) || (largest ? value > found : value < found))) {
        found = value;
      }
    }
    return found;
  }
}
