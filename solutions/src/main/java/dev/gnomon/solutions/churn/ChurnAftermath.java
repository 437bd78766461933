package dev.gnomon.solutions.churn;

import dev.gnomon.solutions.churn.ChurnReplay.Decided;
import dev.gnomon.solutions.churn.ChurnWorld.DecisionPoint;
import dev.gnomon.solutions.churn.ChurnWorld.PotentialOutcomes;
import java.util.ArrayList;
import java.util.List;

/// What became of the four later weeks, by both potential outcomes of every decision: what a
/// hold-out can only estimate.
///
/// @param verdict the policy (held-out customers included) beside the oracle's on the same days
/// @param offers made
/// @param heldOut offers withheld by chance
/// @param kept customers who stayed because of an offer
/// @param saved what the offers made were worth: the `clv` of those kept less the price of all, USD
/// @param effect how much an offer lowers the share that cancels, among all the policy wanted to
///   make an offer to
/// @param prevented the same as a share of those who would have cancelled
public record ChurnAftermath(
    ChurnVerdict verdict,
    long offers,
    long heldOut,
    long kept,
    double saved,
    double effect,
    double prevented) {

  public static ChurnAftermath of(ChurnWorld world, ChurnOracle oracle, List<Decided> decisions) {
    List<ChurnOracle.Truth> truths = new ArrayList<>();
    double[] scores = new double[decisions.size()];
    boolean[] wanted = new boolean[scores.length];
    List<DecisionPoint> wantedPoints = new ArrayList<>();
    long offers = 0;
    long heldOut = 0;
    long kept = 0;
    long leaving = 0;
    double saved = 0;
    for (int i = 0; i < scores.length; i++) {
      Decided one = decisions.get(i);
      ChurnOracle.Truth truth = oracle.at(one.point().key(), one.point().at()).orElseThrow();
      truths.add(truth);
      scores[i] = one.answer().score();
      wanted[i] = one.answer().wanted();
      PotentialOutcomes both = world.potential(one.point());
      if (wanted[i]) {
        wantedPoints.add(one.point());
        leaving += both.withoutOffer() ? 1 : 0;
      }
      heldOut += one.answer().heldOut() ? 1 : 0;
      if (one.answer().offer()) {
        boolean stays = both.withoutOffer() && !both.withOffer();
        offers++;
        kept += stays ? 1 : 0;
        saved += (stays ? truth.clv() : 0) - ChurnScenario.OFFER_COST;
      }
    }
    double effect = world.effect(wantedPoints);
    return new ChurnAftermath(
        ChurnVerdict.of(truths, scores, wanted),
        offers,
        heldOut,
        kept,
        saved,
        effect,
        effect * wantedPoints.size() / leaving);
  }
}
