package dev.gnomon.solutions.churn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The oracle is the ceiling that a model is measured by; here it is held to what happened.
class ChurnOracleTest {
  private static final List<ChurnOracle.Truth> TRUTHS =
      new ChurnOracle(ChurnEvents.generate(ChurnScenario.standard(1))).observations();

  @Test
  void isCalibratedInEveryBand() {
    double[] bands = {0, 0.015, 0.02, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9, 1};
    for (int band = 0; band + 1 < bands.length; band++) {
      int count = 0;
      double expected = 0;
      double happened = 0;
      for (ChurnOracle.Truth truth : TRUTHS) {
        if (truth.probability() >= bands[band] && truth.probability() < bands[band + 1]) {
          count++;
          expected += truth.probability();
          happened += truth.cancelled() ? 1 : 0;
        }
      }
      double mean = expected / count;
      // One customer is seen about twice within a horizon: twice the variance of single draws.
      double error = Math.sqrt(2 * mean * (1 - mean) / count);
      assertThat(happened / count)
          .as("band from %s, %d rows", bands[band], count)
          .isCloseTo(mean, within(4 * error));
    }
  }

  /// Slope and intercept of the regression of outcomes on log-odds: 1 and 0 for true probabilities.
  @Test
  void hasCalibrationSlopeOne() {
    double intercept = 0;
    double slope = 1;
    for (int step = 0; step < 20; step++) {
      double g0 = 0;
      double g1 = 0;
      double h00 = 0;
      double h01 = 0;
      double h11 = 0;
      for (ChurnOracle.Truth truth : TRUTHS) {
        double x = Math.log(truth.probability() / (1 - truth.probability()));
        if (!Double.isFinite(x)) {
          continue; // in the first moments on record nobody can have left yet
        }
        double p = 1 / (1 + Math.exp(-intercept - slope * x));
        double residual = (truth.cancelled() ? 1 : 0) - p;
        double w = p * (1 - p);
        g0 += residual;
        g1 += residual * x;
        h00 += w;
        h01 += w * x;
        h11 += w * x * x;
      }
      double determinant = h00 * h11 - h01 * h01;
      intercept += (h11 * g0 - h01 * g1) / determinant;
      slope += (h00 * g1 - h01 * g0) / determinant;
    }
    System.out.printf("oracle calibration: intercept %.3f, slope %.3f%n", intercept, slope);
    assertThat(slope).isCloseTo(1, within(0.03));
    assertThat(intercept).isCloseTo(0, within(0.06));
  }

  @Test
  void reachesTheFieldsTargetsWhereTheCostsSay() {
    double positives = 0;
    double acts = 0;
    double hits = 0;
    for (ChurnOracle.Truth truth : TRUTHS) {
      boolean act = ChurnTruth.pays(truth.probability(), truth.clv());
      positives += truth.cancelled() ? 1 : 0;
      acts += act ? 1 : 0;
      hits += act && truth.cancelled() ? 1 : 0;
    }
    double base = positives / TRUTHS.size();
    double auc = auc(TRUTHS);
    double recall = hits / positives;
    double precision = hits / acts;
    System.out.printf(
        "oracle: %d observations, base rate %.4f, ROC-AUC %.4f, recall %.3f, precision %.3f%n",
        TRUTHS.size(), base, auc, recall, precision);
    assertThat(base).isBetween(0.08, 0.12);
    assertThat(auc).isBetween(0.88, 0.92);
    assertThat(recall).isGreaterThan(0.75);
    assertThat(precision).isGreaterThan(0.58);
  }

  @Test
  void savesMoneyAgainstOfferingToNobodyAndToEveryone() {
    ChurnTruth truth = ChurnTruth.of(TRUTHS);
    System.out.printf(
        "cost in USD: nobody %.0f, everyone %.0f, oracle %.0f%n",
        truth.nobody(), truth.everyone(), truth.oracle());
    assertThat(truth.oracle()).isLessThan(0.9 * truth.everyone());
    assertThat(truth.oracle()).isLessThan(0.9 * truth.nobody());
    assertThat(truth.shareOfOracle(truth.oracle())).isEqualTo(1);
    assertThat(truth.shareOfOracle(truth.nobody())).isEqualTo(0);
  }

  /// The hazard by hand: two full grievances of 0.8 stand 0.3 above the gate.
  @Test
  void opensTheGateAtTwoGrievances() {
    ChurnHazard.History calm =
        new ChurnHazard.History(20, 20, 0, 0, 0, 1e9, false, 90, 400, 40, "plus");
    ChurnHazard.History angry =
        new ChurnHazard.History(20, 20, 1, 1, 0, 1e9, false, 90, 400, 40, "plus");
    assertThat(ChurnHazard.of(calm)).isCloseTo(0.0006, within(1e-6));
    assertThat(ChurnHazard.of(angry)).isCloseTo(0.0006 + 0.11 / (1 + Math.exp(-6)), within(1e-5));
  }

  private static double auc(List<ChurnOracle.Truth> truths) {
    List<ChurnOracle.Truth> sorted = new ArrayList<>(truths);
    sorted.sort(Comparator.comparingDouble(ChurnOracle.Truth::probability));
    double positives = 0;
    double ranks = 0;
    for (int i = 0; i < sorted.size(); i++) {
      if (sorted.get(i).cancelled()) {
        positives++;
        ranks += i + 1;
      }
    }
    return (ranks - positives * (positives + 1) / 2) / (positives * (sorted.size() - positives));
  }
}
